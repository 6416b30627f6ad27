// projection: everything of a queue::service that must survive a restart, as comparable values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/queue_bench.hpp"

namespace millrace::test {

struct message_projection {
  message_id id;
  std::string body;
  std::string dead_letter_source;
  int state = 0;
  base::time_ms until_ms = 0;  ///< delayed and in flight
  base::time_ms sent_at_ms = 0;
  base::time_ms first_received_at_ms = 0;
  base::time_ms received_at_ms = 0;
  std::uint32_t receive_count = 0;
  std::uint32_t receives_here = 0;
  queue::fifo_key group;    ///< of a FIFO queue
  std::uint64_t order = 0;  ///< of a FIFO queue
  friend bool operator==(const message_projection&, const message_projection&) = default;
};

struct queue_projection {
  std::uint64_t uid = 0;
  queue_attributes attributes;
  base::time_ms created_at_ms = 0;
  base::time_ms modified_at_ms = 0;
  base::time_ms purged_at_ms = 0;
  base::time_ms redrive_again_ms = 0;
  std::uint64_t ready = 0;
  std::uint64_t delayed = 0;
  std::uint64_t in_flight = 0;
  std::map<std::uint64_t, message_projection> messages;  ///< by sequence
  std::vector<message_move> moves;
  friend bool operator==(const queue_projection&, const queue_projection&) = default;
};

/// A deduplication id whose window lasts.
struct window_projection {
  message_id id;
  std::uint64_t order = 0;
  base::time_ms until_ms = 0;
  friend bool operator==(const window_projection&, const window_projection&) = default;
};

struct slot_projection {
  std::uint64_t next_sequence = 0;
  std::uint64_t next_queue = 0;
  std::map<std::uint8_t, queue::sent_numbers> sent;
  std::map<std::uint8_t, queue::taken_numbers> taken;
  std::map<std::uint64_t, queue::outgoing_transfer> outgoing;
  friend bool operator==(const slot_projection&, const slot_projection&) = default;
};

struct projection {
  std::map<std::string, queue_projection> queues;
  std::vector<slot_projection> slots;
  std::map<std::pair<std::uint64_t, queue::fifo_key>, window_projection> window;  ///< by queue
  friend bool operator==(const projection&, const projection&) = default;
};

projection project(const queue::service& queues);

/// What of it a crash leaves: without receives of queues that do not count them, and without the
/// pause before the next try of a refused dead letter.
projection durable(projection all);

/// Applies what `from` journaled to `into`, a fresh bench, and moves its time to that of `from`.
void replay(const queue_bench& from, queue_bench& into);

/// As a recovery does it: what was kept of the log from its entry number `first` on, bodies last.
void recover(const queue_bench& from, std::size_t first, queue_bench& into);
/// The same of the entries [first, end).
struct journal_part {
  std::size_t first = 0;
  std::size_t end = 0;
};
void recover(const queue_bench& from, const journal_part& part, queue_bench& into);

}  // namespace millrace::test
