// queue_state: one queue: its attributes, its messages in two orders, its counters and who waits.
// Touched only by the lane that owns the queue's slot.
#pragma once

#include <cstdint>
#include <memory>
#include <millrace/queue.hpp>
#include <string>

#include "base/list.hpp"
#include "base/timer_wheel.hpp"
#include "queue/call_rates.hpp"
#include "queue/fifo_key.hpp"
#include "queue/message.hpp"
#include "queue/move_task.hpp"

namespace millrace::queue {

struct fair_queue;
struct group;
struct ready_group_tag;
struct waiting_tag;
struct serve_tag;
struct sweep_tag;

/// A receive that waits for a first message: parked in its queue, and in the wheel of waits.
/// A part of the lane's operation.
struct waiter : base::timer, base::list_hook<waiting_tag> {
  queue_state* parked_at = nullptr;
  void* owner = nullptr;  ///< the lane's operation, of which this is a part
  std::int32_t max_messages = 1;
  std::int32_t visibility_timeout = 30;
  bool has_attempt = false;
  fifo_key attempt;  ///< ReceiveRequestAttemptId
};

using ready_list = base::list<message, base::timer_tag>;
using age_list = base::list<message, age_tag>;
using ready_group_list = base::list<group, ready_group_tag>;
using waiter_list = base::list<waiter, waiting_tag>;

/// The timer is the retention timer: set for the oldest message or an older one that has gone.
struct queue_state : base::timer, base::list_hook<serve_tag>, base::list_hook<sweep_tag> {
  std::uint64_t uid = 0;  ///< slot in the top 8 bits, the slot's creation counter below
  std::uint64_t name_hash = 0;
  std::string name;
  queue_attributes attributes;
  base::time_ms created_at_ms = 0;
  base::time_ms modified_at_ms = 0;
  base::time_ms purged_at_ms = INT64_MIN / 2;
  std::uint32_t revision = 0;   ///< counts changes of the attributes; not durable
  std::uint32_t log_epoch = 0;  ///< where in the log its latest full entry lies
  std::uint16_t epoch = 0;      ///< counts purges; messages of an earlier epoch are dead
  bool deleted = false;
  bool fifo = false;
  /// The redrive target was missing or full when a message came there: until then, engine time,
  /// messages stay here and are delivered.
  base::time_ms redrive_again_ms = 0;

  ready_list ready;               ///< visible, in the order in which they became so
  ready_group_list ready_groups;  ///< of a FIFO queue, in the order in which they became so
  age_list by_age;      ///< every message but the outgoing, oldest send first (see insert_by_age)
  age_list leaving;     ///< the outgoing ones
  age_list doomed;      ///< purged: swept a few at a time
  waiter_list waiters;  ///< first come, first served

  std::unique_ptr<fair_queue> fair;   ///< null: no message has a group id, or a FIFO queue
  std::unique_ptr<move_tasks> moves;  ///< null: none yet
  std::unique_ptr<call_rates> rates;  ///< null: not limited, or no call yet

  std::uint64_t ready_count = 0;
  std::uint64_t delayed_count = 0;
  std::uint64_t in_flight_count = 0;

  /// Null: none runs.
  [[nodiscard]] move_task* running_move() const noexcept {
    const bool any = moves != nullptr && !moves->empty();
    return any && moves->back().what.status == move_status::running ? &moves->back() : nullptr;
  }
  /// A receive may find a message.
  [[nodiscard]] bool deliverable() const noexcept {
    return fifo ? !ready_groups.empty() : ready_count != 0;
  }
  [[nodiscard]] bool to_be_served() const noexcept {
    return static_cast<const base::list_hook<serve_tag>&>(*this).linked();
  }
  [[nodiscard]] bool to_be_swept() const noexcept {
    return static_cast<const base::list_hook<sweep_tag>&>(*this).linked();
  }
  [[nodiscard]] bool age_watched() const noexcept {
    return static_cast<const base::timer&>(*this).linked();
  }
  [[nodiscard]] std::uint8_t slot() const noexcept { return static_cast<std::uint8_t>(uid >> 56); }
};

}  // namespace millrace::queue
