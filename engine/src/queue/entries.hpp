// The decisions that queues journal: kinds and payloads (version 1 of each). Numbers and layouts
// are stored, so a kind is never reused and a changed payload gets a new version.
#pragma once

#include <cstdint>
#include <millrace/types.hpp>

#include "journal/entry_log.hpp"
#include "journal/format.hpp"
#include "queue/fifo_key.hpp"
#include "queue/message.hpp"

namespace millrace::queue {

using journal::entry_log;

enum class entry_kind : std::uint8_t {
  queue_created = 1,  ///< extra: definition (attributes_codec.hpp)
  queue_deleted = 2,
  attributes_set = 3,  ///< extra: definition
  queue_purged = 4,
  sent = 5,  ///< body: envelope
  received = 6,
  visibility_changed = 7,
  deleted = 8,
  expired = 9,
  moved = 10,              ///< to another queue of the same slot; extra: source queue's name
  transfer_out = 11,       ///< to a queue of another slot; extra: target queue's name
  transfer_in = 12,        ///< body: envelope; extra: source queue's name
  transfer_done = 13,      ///< the other slot has it: forget the message
  transfer_returned = 14,  ///< the other slot has no such queue: ready again
  // Carried forward (docs/design/journal.md): everything about something that exists. A message
  // also when it comes to a queue of a higher level than its own; body: envelope.
  slot_carried = 15,     ///< extra: slot_codec.hpp
  queue_carried = 16,    ///< extra: definition
  message_carried = 17,  ///< extra: carried_names (slot_codec.hpp)
  // Of FIFO queues (docs/design/fifo.md).
  fifo_sent = 18,           ///< body: envelope
  fifo_moved = 19,          ///< extra: source queue's name
  fifo_transfer_in = 20,    ///< body: envelope; extra: source queue's name
  fifo_carried = 21,        ///< a message_carried; extra: carried_place, then carried_names
  duplicates_carried = 22,  ///< extra: carried_duplicate, up to carried_duplicates_max
  // Of message moves.
  move_started = 23,  ///< extra: target queue's name, or empty: each to where it came from
  move_ended = 24,    ///< extra: why it failed
  move_carried = 25,  ///< extra: carried_move_texts (slot_codec.hpp)
  redriven = 26,     ///< out of a queue, as a new message into one of the same slot; body: envelope
  redrive_out = 27,  ///< a transfer_out that arrives as a new message
  grouped_sent = 28,   ///< a sent with a message group id, to a standard queue
  delay_changed = 29,  ///< of a FIFO queue: what is delayed already is delayed anew
  // Of messages that come from topics (docs/design/topics.md).
  delivered = 30,       ///< body: envelope
  fifo_delivered = 31,  ///< a fifo_sent; extra: delivery_number
  delivery_known = 32,  ///< to a FIFO queue that has the deduplication id; extra: delivery_number
};

/// All payloads begin with the queue's uid; sequences are the slot's.
struct queue_payload {
  std::uint64_t queue = 0;
};
struct sent_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  message_id id;
  base::time_ms visible_at_ms = 0;
};
struct delivered_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  message_id id;
  base::time_ms visible_at_ms = 0;
  std::uint64_t number = 0;
  std::uint64_t settled_below = 0;
  std::uint32_t source_slot = 0;
  std::uint32_t grouped = 0;  ///< 1: with a message group id
};
struct delivery_number {
  std::uint64_t number = 0;
  std::uint64_t settled_below = 0;
  std::uint64_t source_slot = 0;
};
struct delay_payload {
  std::uint64_t queue = 0;
  std::int64_t longer_ms = 0;  ///< negative: shorter
};
struct received_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  base::time_ms visible_at_ms = 0;
  std::uint32_t receive_count = 0;
  std::uint32_t receives_here = 0;
};
struct visibility_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  base::time_ms visible_at_ms = 0;
};
struct message_payload {  ///< deleted, expired, transfer_done, transfer_returned
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
};
struct moved_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  std::uint64_t target_queue = 0;
};
struct transfer_out_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  std::uint64_t number = 0;  ///< of the source slot's transfers to target_slot, from 1
  std::uint64_t target_slot = 0;
};
struct transfer_in_payload {
  std::uint64_t queue = 0;  ///< the target
  std::uint64_t sequence = 0;
  message_id id;
  base::time_ms sent_at_ms = 0;
  base::time_ms first_received_at_ms = 0;
  std::uint64_t number = 0;
  std::uint64_t settled_below = 0;  ///< the source asks for none of these numbers again
  std::uint32_t receive_count = 0;
  std::uint32_t source_slot = 0;
};
struct slot_payload {
  std::uint64_t next_sequence = 0;
  std::uint64_t next_queue = 0;
};
struct queue_carried_payload {
  std::uint64_t queue = 0;
  base::time_ms created_at_ms = 0;
  base::time_ms modified_at_ms = 0;
  base::time_ms purged_at_ms = 0;
  base::time_ms redrive_again_ms = 0;
};
struct message_carried_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  message_id id;
  base::time_ms sent_at_ms = 0;
  base::time_ms visible_at_ms = 0;   ///< delayed, in flight
  std::uint64_t number = 0;          ///< outgoing: of its transfer
  std::uint32_t first_received = 0;  ///< as in message
  std::uint32_t received = 0;
  std::uint32_t receive_count = 0;
  std::uint16_t receives_here = 0;
  message_state state = message_state::ready;
  std::uint8_t target_slot = 0;  ///< outgoing
};

struct fifo_sent_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;  ///< and the message's order
  message_id id;
  base::time_ms visible_at_ms = 0;
  fifo_key group;
  fifo_key deduplication;
};
/// What lies before the envelope in the entry of a message that a client sent.
inline constexpr std::uint32_t sent_room =
    journal::format::entry_header_bytes + sizeof(sent_payload);
inline constexpr std::uint32_t fifo_sent_room =
    journal::format::entry_header_bytes + sizeof(fifo_sent_payload);
struct fifo_moved_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  std::uint64_t target_queue = 0;
  std::uint64_t order = 0;
};
struct fifo_transfer_in_payload {
  std::uint64_t queue = 0;  ///< the target
  std::uint64_t sequence = 0;
  message_id id;
  base::time_ms first_received_at_ms = 0;
  std::uint64_t number = 0;
  std::uint64_t settled_below = 0;
  std::uint32_t receive_count = 0;
  std::uint32_t source_slot = 0;
  fifo_key group;
};
/// Where a carried message of a FIFO queue stands.
struct carried_place {
  fifo_key group;
  std::uint64_t order = 0;
};
struct carried_duplicate {
  fifo_key key;
  message_id id;
  std::uint64_t order = 0;
  base::time_ms until_ms = 0;
};
constexpr std::size_t carried_duplicates_max = 64;

struct move_started_payload {
  std::uint64_t queue = 0;
  message_id id;  ///< of the task
  std::uint64_t to_move = 0;
  std::uint64_t messages_per_second = 0;
};
struct move_ended_payload {
  std::uint64_t queue = 0;
  std::uint64_t status = 0;  ///< a move_status
};
struct move_carried_payload {
  std::uint64_t queue = 0;
  message_id id;
  base::time_ms started_at_ms = 0;
  std::uint64_t to_move = 0;
  std::uint64_t moved = 0;
  std::uint64_t messages_per_second = 0;
  std::uint64_t status = 0;
};
struct redriven_payload {
  std::uint64_t queue = 0;  ///< the source
  std::uint64_t sequence = 0;
  std::uint64_t target_queue = 0;
  std::uint64_t new_sequence = 0;
  message_id id;  ///< the new one
  fifo_key group;
  std::uint64_t fifo = 0;  ///< 1: both queues are
};
struct redrive_out_payload {
  std::uint64_t queue = 0;
  std::uint64_t sequence = 0;
  std::uint64_t number = 0;  ///< as in transfer_out_payload
  std::uint64_t target_slot = 0;
  message_id id;  ///< the new one
};

/// Starts an entry of this service, at level disk; the caller fills the payload.
template <class P>
P& begin(journal::entry& e, entry_kind kind, std::uint8_t slot, base::time_ms at_ms) noexcept {
  e.owner = journal::service::queue;
  e.kind = static_cast<std::uint8_t>(kind);
  e.version = 1;
  e.slot = slot;
  e.at_ms = at_ms;
  e.level = durability::disk;
  e.body = {};
  e.extra = {};
  e.room = 0;
  e.subject = nullptr;
  e.object = nullptr;
  return e.emplace<P>();
}

}  // namespace millrace::queue
