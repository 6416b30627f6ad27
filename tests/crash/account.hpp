// What a crash test counts: the total-queue account, and everything that must stay 0.
#pragma once

#include <cstdint>
#include <string>

namespace millrace::crash {

struct account {
  // Sends: every attempt is acked, refused (the server said that it did not take it) or unknown.
  std::uint64_t attempts = 0;
  std::uint64_t acked = 0;
  std::uint64_t refused = 0;
  std::uint64_t ok = 0;          ///< acked, and delivered or removed as somebody asked
  std::uint64_t recovered = 0;   ///< never acked, delivered all the same
  std::uint64_t duplicated = 0;  ///< deliveries of a message beyond its first
  std::uint64_t deliveries = 0;
  std::uint64_t deletes = 0;      ///< acked
  std::uint64_t old_deletes = 0;  ///< of these, with a receipt from before a crash
  std::uint64_t dead_letters = 0;
  std::uint64_t purges = 0;
  std::uint64_t queues_created = 0;
  std::uint64_t queues_deleted = 0;
  std::uint64_t in_groups = 0;  ///< deliveries of FIFO queues
  std::uint64_t resends = 0;    ///< acked, with a deduplication id that was sent before

  // Violations.
  std::uint64_t lost = 0;
  std::uint64_t unexpected = 0;   ///< delivered: never sent, refused, of another queue, of long ago
  std::uint64_t resurrected = 0;  ///< delivered to a receive that was sent after the acked removal
  std::uint64_t corrupted = 0;    ///< a body that is not what was sent
  std::uint64_t overlaps = 0;     ///< delivered within another receive's visibility
  std::uint64_t overcounted = 0;  ///< a receive count above the maximum, or the same one twice
  std::uint64_t two_places = 0;   ///< delivered by its queue after its dead-letter queue had it
  std::uint64_t early_moves = 0;  ///< a dead letter before its last receive
  std::uint64_t overtaken = 0;    ///< came before another one of its group that was there
  std::uint64_t doubled = 0;      ///< one deduplication id, two messages
  std::uint64_t receipts_refused = 0;
  std::uint64_t definitions = 0;  ///< a queue missing, back again, or with other attributes
  std::uint64_t miscounts = 0;    ///< a queue's counters outside of what is possible
  std::uint64_t acks_after_death = 0;
  std::uint64_t errors = 0;  ///< answers that nothing explains

  [[nodiscard]] std::uint64_t violations() const noexcept {
    return lost + unexpected + resurrected + corrupted + overlaps + overcounted + two_places +
           early_moves + overtaken + doubled + receipts_refused + definitions + miscounts +
           acks_after_death + errors;
  }
};

[[nodiscard]] std::string to_text(const account& counts);

}  // namespace millrace::crash
