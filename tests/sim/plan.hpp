// plan: what a history is like, drawn from its seed before it begins: its queues, its sizes, how
// much of everything happens. One thread.
#pragma once

#include <cstdint>
#include <millrace/queue.hpp>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace millrace::sim {

struct queue_plan {
  std::string name;
  durability level = durability::disk;
  int target = -1;  ///< which queue gets its dead letters; -1: none
  std::uint32_t receives_max = 0;
  std::int32_t retention_s = 1'209'600;
  std::int32_t delay_s = 0;
  bool comes_and_goes = false;  ///< is deleted and made again
  std::uint32_t tenants = 0;    ///< standard: message group ids of its messages
  bool fifo = false;
  bool by_content = false;  ///< FIFO: a send need not say its deduplication id
  deduplication_scope scope = deduplication_scope::queue;

  /// Receives are counted for a redrive policy.
  [[nodiscard]] bool counts() const { return target >= 0; }
  /// Receives are journaled.
  [[nodiscard]] bool keeps_receives() const { return counts() || fifo; }
};

constexpr std::int32_t default_visibility_least_s = 20;
constexpr std::int32_t default_visibility_most_s = 29;
/// What the queue is told by the `version`-th call that sets its attributes; 0: at creation.
queue_attributes attributes_of(const std::vector<queue_plan>& all, std::size_t queue,
                               std::uint32_t version);

/// Standard queues, FIFO queues, or both.
std::vector<queue_plan> plan_queues(base::random& random);

struct history_plan {
  explicit history_plan(base::random& random);

  std::vector<queue_plan> queues;
  std::uint64_t lives = 0;
  std::uint64_t steps_most = 0;  ///< of a life
  std::size_t clients = 0;
  std::uint32_t outstanding_most = 0;  ///< calls of a client
  std::uint32_t in_flight_max = 0;     ///< of a queue
  std::uint32_t body_bytes = 0;        ///< few are larger
  std::uint32_t body_bytes_rare = 0;   ///< one in a hundred
  std::uint64_t segment_bytes = 0;
  std::uint64_t segment_bytes_min = 0;
  std::uint64_t append_bytes_max = 0;
  std::uint64_t log_bytes_slack = 0;
  bool gathers = false;  ///< durable groups wait for what follows from the one before
  // What goes wrong, besides crashes.
  bool errors = false;       ///< calls of the device fail
  bool fills_up = false;     ///< the disk does
  bool slow = false;         ///< the disk is, at times
  bool damaged = false;      ///< bits flip in the end
  bool clock_jumps = false;  ///< back, between two lives
  // How often the parts get a turn, of 16.
  std::uint32_t clients_act = 0;
  std::uint32_t journal_works = 0;
};

}  // namespace millrace::sim
