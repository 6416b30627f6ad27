// A message on its way from a slot to another: the effect of a transfer_out entry, and its answer.
// Carried by the lane's router; holds a reference to the body of its own until it is accepted, and
// gives it up wherever it ends.
#pragma once

#include <memory>
#include <string>

#include <millrace/types.hpp>
#include "base/clock.hpp"
#include "queue/fifo_key.hpp"
#include "sync/block.hpp"

namespace millrace::queue {

enum class transfer_kind : std::uint8_t { in, done, returned };

struct transfer {
  transfer() = default;
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;
  ~transfer() {
    if (body) sync::release(body.home);
  }

  transfer_kind kind = transfer_kind::in;
  std::uint8_t source_slot = 0;
  std::uint8_t target_slot = 0;
  std::uint64_t number = 0;         ///< of this pair of slots; only grows
  std::uint64_t settled_below = 0;  ///< numbers below are of no interest to the source any more
  std::uint64_t source_queue = 0;
  std::uint64_t source_sequence = 0;
  bool renewed = false;         ///< it arrives as a new message, not as a dead letter
  bool target_missing = false;  ///< in an answer: why it was returned
  // What follows is the message; empty in an answer.
  std::string source_name;  ///< empty if renewed
  std::string target_name;
  message_id id;
  sync::body_ref body;
  base::time_ms sent_at_ms = 0;
  base::time_ms first_received_at_ms = 0;
  std::uint32_t receive_count = 0;
  bool fifo = false;  ///< both queues are, and it comes to this group
  fifo_key group;
  durability level = durability::memory;  ///< of the message
};

using transfer_ptr = std::unique_ptr<transfer>;

}  // namespace millrace::queue
