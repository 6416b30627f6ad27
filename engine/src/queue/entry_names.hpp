// What the kinds of a queue's entries are called when people look into a journal. Pure.
#pragma once

#include <string_view>

#include "queue/entries.hpp"

namespace millrace::queue {

/// The enumerator's own name; empty: no such kind.
constexpr std::string_view name_of(entry_kind kind) noexcept {
  switch (kind) {
    case entry_kind::queue_created: return "queue_created";
    case entry_kind::queue_deleted: return "queue_deleted";
    case entry_kind::attributes_set: return "attributes_set";
    case entry_kind::queue_purged: return "queue_purged";
    case entry_kind::sent: return "sent";
    case entry_kind::received: return "received";
    case entry_kind::visibility_changed: return "visibility_changed";
    case entry_kind::deleted: return "deleted";
    case entry_kind::expired: return "expired";
    case entry_kind::moved: return "moved";
    case entry_kind::transfer_out: return "transfer_out";
    case entry_kind::transfer_in: return "transfer_in";
    case entry_kind::transfer_done: return "transfer_done";
    case entry_kind::transfer_returned: return "transfer_returned";
    case entry_kind::slot_carried: return "slot_carried";
    case entry_kind::queue_carried: return "queue_carried";
    case entry_kind::message_carried: return "message_carried";
    case entry_kind::fifo_sent: return "fifo_sent";
    case entry_kind::fifo_moved: return "fifo_moved";
    case entry_kind::fifo_transfer_in: return "fifo_transfer_in";
    case entry_kind::fifo_carried: return "fifo_carried";
    case entry_kind::duplicates_carried: return "duplicates_carried";
    case entry_kind::move_started: return "move_started";
    case entry_kind::move_ended: return "move_ended";
    case entry_kind::move_carried: return "move_carried";
    case entry_kind::redriven: return "redriven";
    case entry_kind::redrive_out: return "redrive_out";
    case entry_kind::grouped_sent: return "grouped_sent";
    case entry_kind::delay_changed: return "delay_changed";
    case entry_kind::delivered: return "delivered";
    case entry_kind::fifo_delivered: return "fifo_delivered";
    case entry_kind::delivery_known: return "delivery_known";
  }
  return {};
}

}  // namespace millrace::queue
