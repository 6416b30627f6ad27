// A message as its lane sees it: where the body lies, when it is visible, how often it was
// received. 128 bytes, owned by one queue_state, touched only by the lane's thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <millrace/types.hpp>
#include <string>

#include "base/clock.hpp"
#include "base/list.hpp"
#include "base/timer_wheel.hpp"
#include "sync/block.hpp"

namespace millrace::queue {

struct queue_state;
struct age_tag;

enum class message_state : std::uint8_t {
  ready,      ///< in its queue's ready list
  delayed,    ///< in the wheel until its delay ends
  in_flight,  ///< in the wheel until its visibility timeout ends
  outgoing,   ///< moved to another slot, kept among its queue's leaving until that slot answers
};

/// The timer hook serves the ready list as well: a message stands in the wheel or in that list.
struct message : base::timer, base::list_hook<age_tag> {
  std::uint64_t sequence = 0;  ///< of its slot; names it in receipts and entries
  message_id id;
  sync::body_ref body;
  queue_state* owner = nullptr;
  const std::string* dead_letter_source = nullptr;
  base::time_ms sent_at_ms = 0;
  std::uint32_t first_received = 0;  ///< ms after sent_at_ms, and 1; 0: never. See below.
  std::uint32_t received = 0;
  std::uint32_t receive_count = 0;
  std::uint32_t log_epoch = 0;  ///< where in the log its latest full entry lies
  std::uint16_t epoch = 0;      ///< of its queue when it came; another one there means: purged
  /// Receives since it came to this queue, up to receives_here_max: what redrive policies count.
  std::uint16_t receives_here : 10 = 0;
  message_state state : 2 = message_state::ready;
  durability level : 2 = durability::memory;  ///< of entries about it
  bool grouped : 1 = false;                   ///< of a standard queue: it is a tenant's (fair.hpp)

  /// 0: never received. A message lives for 14 days at most, so 32 bits of milliseconds do.
  [[nodiscard]] base::time_ms first_received_at_ms() const noexcept { return at(first_received); }
  /// Of the latest receive; the 12 h run from here.
  [[nodiscard]] base::time_ms received_at_ms() const noexcept { return at(received); }
  [[nodiscard]] std::uint32_t after_sent(base::time_ms at_ms) const noexcept {
    if (at_ms == 0) return 0;
    return static_cast<std::uint32_t>(
        std::clamp<base::time_ms>(at_ms - sent_at_ms + 1, 1, UINT32_MAX));
  }

 private:
  [[nodiscard]] base::time_ms at(std::uint32_t after) const noexcept {
    return after == 0 ? 0 : sent_at_ms + after - 1;
  }
};
constexpr std::uint16_t receives_here_max = 1023;
static_assert(sizeof(message) == 128);

/// Where an envelope's parts lie; written by the sender in front of the bytes.
/// Envelope: this header, what fifo_envelope.hpp says, attributes, system attributes, body.
struct envelope {
  std::uint32_t attributes_bytes = 0;
  std::uint32_t system_bytes = 0;
  std::uint32_t body_bytes = 0;
  std::uint8_t has_digest = 0;
  std::uint8_t group_bytes = 0;
  std::uint8_t deduplication_bytes = 0;
  std::uint8_t deduplication_from = 0;  ///< a fifo_part::id_from, and of_fifo_topic
  digest body_digest{};
};

}  // namespace millrace::queue
