// checker: what a simulated history must be, seen from outside (sends, deliveries, deletes as the
// clients saw them) and from the journal's entries. It never looks into the engine's state.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "queue/entries.hpp"

namespace millrace::sim {

/// A total queue's account, and the promises Q1, Q2, Q3, Q5 and Q6.
struct account {
  std::uint64_t operations = 0;
  std::uint64_t attempts = 0;  ///< sends submitted
  std::uint64_t acked = 0;
  std::uint64_t ok = 0;          ///< acked and delivered
  std::uint64_t purged = 0;      ///< acked, never delivered, but a purge was under way
  std::uint64_t recovered = 0;   ///< delivered though never acked (their client had closed)
  std::uint64_t duplicated = 0;  ///< deliveries beyond a message's first
  std::uint64_t lost = 0;
  std::uint64_t unexpected = 0;
  std::uint64_t overlaps = 0;     ///< received while another receive still hid it, or too early
  std::uint64_t resurrected = 0;  ///< delivered after its delete was acked
  std::uint64_t overcounted = 0;  ///< received more often than its redrive policy allows

  [[nodiscard]] bool clean() const {
    return lost + unexpected + overlaps + resurrected + overcounted == 0;
  }
  void add(const account& other);
};

class checker {
 public:
  /// Dead letters of `source` go to `target` after `receives_max` receives.
  void expect_redrive(const std::string& source, const std::string& target,
                      std::uint32_t receives_max);

  // As clients saw it. A step is a number that grows with each thing that happens.
  void attempted(const std::string& queue, const std::string& body);
  void acked(const std::string& body);
  void delivered(const std::string& queue, const std::string& body, std::uint64_t asked_at_step);
  void delete_acked(const std::string& queue, const std::string& body, std::uint64_t step);
  /// Sends attempted so far may be purged: told when a purge is submitted and when it has ended.
  void purge_under_way(const std::string& queue);

  // As the journal saw it.
  void decided(const journal::entry& e);

  /// Messages of which nothing more can come: after everything was drained.
  account finish();
  account so_far;
  /// Of everything that was seen, with times from `start_ms`; equal for equal histories.
  void note(std::uint64_t value) { hash_ = base::mix64(hash_ ^ value) + 1; }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  base::time_ms start_ms = 0;

 private:
  struct sent {
    std::string queue;
    bool acked = false;
    bool may_vanish = false;
    std::uint64_t deliveries = 0;
    std::map<std::string, std::uint64_t> deleted_at;  ///< by queue: step of the first ack
  };
  struct stored {
    base::time_ms hidden_until = 0;
    std::uint64_t queue = 0;
    std::uint32_t receives = 0;
    bool gone = false;
  };
  struct redrive {
    std::string target;
    std::uint32_t receives_max = 0;
  };

  void received(const journal::entry& e);
  stored& message_of(const journal::entry& e, std::uint64_t sequence);

  std::map<std::string, sent> sends_;
  std::map<std::pair<std::uint8_t, std::uint64_t>, stored> stored_;
  std::map<std::string, redrive> redrives_;
  std::map<std::uint64_t, std::string> names_;
  std::uint64_t hash_ = 1;
};

}  // namespace millrace::sim
