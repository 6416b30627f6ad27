// operation: one call on its way through a lane, request and reply in one record. A client's pool
// owns it; from submit until its reply is popped it belongs to the lane, and in between only the
// inbox and the reply ring carry the pointer. Its first line is all that a lane needs to route it.
#pragma once

#include <cstdint>
#include <memory>
#include <millrace/operation.hpp>
#include <millrace/queue.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal/journal.hpp"
#include "lane/stream_part.hpp"
#include "lane/topic_part.hpp"
#include "queue/service.hpp"

namespace millrace::lane {

class port;
struct operation;

/// What operations about queues (not messages) carry; made on the heap, once a call.
struct control {
  queue::definition wanted;
  std::uint32_t given = 0;
  std::optional<std::uint64_t> revision;  ///< only if the queue's is still this
  std::string prefix;
  std::string after;
  std::size_t max = 0;
  operation* target = nullptr;  ///< of cancel
  queue::move_request move;     ///< its target is `prefix`
  message_id move_id;
  std::vector<std::span<operation>> pool;  ///< of disconnect: the client's operations
  // Replies.
  queue_handle handle;
  queue_description description;
  std::vector<std::string> names;
  std::vector<message_move> moves;
  lane_statistics statistics;
};

struct send_slot {
  sync::body_ref body;
  std::uint32_t bytes : 29 = 0;  ///< body plus attributes, as limits count them
  std::uint32_t roomy : 1 = 0;   ///< queue::sent_room bytes before the body are free; if the
                                 ///< message has an id, fifo_sent_room
  std::uint32_t has_group_id : 1 = 0;
  std::uint32_t has_deduplication_id : 1 = 0;
  std::int32_t delay_seconds = -1;
  send_result result;
};

struct receipt_slot {
  receipt_handle receipt;
  std::int32_t visibility_timeout = 0;
  errc status = errc::ok;
};

struct alignas(64) operation {
  operation_kind kind = operation_kind::none;
  std::uint8_t count = 0;  ///< of the slots below
  bool parked = false;     ///< the lane's: waiting in a queue
  bool internal = false;   ///< the client's: its reply is not shown to the program
  bool indexed = false;    ///< the client's: a receive that can be cancelled
  errc status = errc::ok;
  std::uint64_t token = 0;
  port* from = nullptr;
  queue_handle queue;
  operation* next = nullptr;  ///< in the lane's list of replies, in the client's free list
  journal::position wait_for = 0;
  durability level = durability::memory;  ///< the lane's: of what a reply waits for
  std::unique_ptr<control> more;
  std::unique_ptr<detail::stream_part> stream;  ///< of operations on streams
  std::unique_ptr<detail::topic_part> topic;    ///< of operations on topics
  std::uint32_t cancels = 0;  ///< the client's: cancels under way that name it as their target

  // A send or delete by handle crosses between the cores in the line above and those of its slots.
  alignas(64) receive_options receive;
  std::uint64_t name_hash = 0;  ///< with `name`, when queue is not given
  std::string_view name;
  queue::waiter wait;

  union alignas(64) slots {
    slots() noexcept {}
    send_slot sends[batch_entries_max];
    receipt_slot receipts[batch_entries_max];
    queue::delivery deliveries[batch_entries_max];
  } slot;
  char name_storage[80];
};

/// Whether operations of that kind carry a stream_part.
constexpr bool on_stream(operation_kind kind) noexcept {
  return kind >= operation_kind::create_stream && kind <= operation_kind::set_account;
}

/// Whether operations of that kind carry a topic_part.
constexpr bool on_topic(operation_kind kind) noexcept {
  return kind >= operation_kind::create_topic && kind <= operation_kind::publish;
}

inline operation& operation_of(queue::waiter& w) noexcept {
  return *static_cast<operation*>(w.owner);
}

}  // namespace millrace::lane
