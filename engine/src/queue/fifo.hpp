// What FIFO queues have besides what every queue has: messages that stand in groups, groups, and
// the deduplication ids of the last five minutes (docs/design/fifo.md). Touched only by the lane.
#pragma once

#include "queue/fifo_key.hpp"
#include "queue/message.hpp"

namespace millrace::queue {

struct group;
struct group_tag;
struct ready_group_tag;
struct window_tag;

struct fifo_message : message, base::list_hook<group_tag> {
  group* in = nullptr;
  std::uint64_t order = 0;  ///< grows within the group; SequenceNumber
};
static_assert(sizeof(fifo_message) == 160);

/// The messages of one message group id in one queue; exists while there are any.
struct group : base::list_hook<ready_group_tag> {
  fifo_key name;
  std::uint64_t queue = 0;  ///< uid
  std::uint16_t epoch = 0;  ///< of the queue when the group came
  base::list<fifo_message, group_tag> messages;

  [[nodiscard]] bool listed() const noexcept { return linked(); }
  /// The prefix rule: what is not visible holds back all that is behind it.
  [[nodiscard]] bool ready() const noexcept {
    const fifo_message* first = messages.front();
    return first != nullptr && first->state == message_state::ready;
  }
};
static_assert(sizeof(group) == 64);

/// A deduplication id whose window has not ended, and the message that came with it first.
struct duplicate : base::list_hook<window_tag> {
  fifo_key key;
  std::uint64_t queue = 0;  ///< uid
  message_id id;
  std::uint64_t order = 0;
  base::time_ms until_ms = 0;
  std::uint32_t log_epoch = 0;  ///< where in the log its latest full entry lies
  std::uint16_t epoch = 0;      ///< of the queue when it came
  durability level = durability::memory;
};
static_assert(sizeof(duplicate) == 80);

}  // namespace millrace::queue
