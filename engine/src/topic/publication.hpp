// publication: a published message until all of its deliveries are settled, and those deliveries.
// A delivery that is on its way to another lane is read there, and not touched here, until its
// answer has come back; the publication stays where it is meanwhile.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "base/list.hpp"
#include "sync/block.hpp"
#include "topic/route.hpp"

namespace millrace::topic {

/// What stands at the beginning of a published body; the parts follow, each at a multiple of 8.
struct published_head {
  std::uint32_t raw_bytes = 0;    ///< of the envelope for raw deliveries, right behind this
  std::uint32_t raw_counted = 0;  ///< of it, as limits of queues count
  std::uint32_t message_at = 0;   ///< from the body's begin
  std::uint32_t message_bytes = 0;
  std::uint32_t attributes_at = 0;
  std::uint32_t attributes_bytes = 0;  ///< encoded
  std::uint32_t attributes = 0;        ///< how many
  std::uint32_t notification_at = 0;
  std::uint32_t notification_bytes = 0;  ///< 0: none
  std::uint32_t subscription_at = 0;     ///< in the notification; no_place: nowhere
  std::uint32_t sequence_at = 0;
  std::uint32_t notification_lost = 0;  ///< 1: it was longer than any message may be
};
static_assert(sizeof(published_head) % 8 == 0);

struct publication;

struct delivery {
  publication* of = nullptr;
  route_ref to;
  std::uint64_t number = 0;         ///< among the slot's; only grows
  std::uint64_t settled_below = 0;  ///< of its target slot, when it was sent
  bool dead_letter = false;         ///< to the dead-letter queue
  bool settled = false;
  bool awaited = false;  ///< by whoever published it

  [[nodiscard]] const queue_address& address() const noexcept {
    return dead_letter ? to->dead_letter : to->queue;
  }
};

struct publication_tag;
struct publication : base::list_hook<publication_tag> {
  std::uint64_t topic = 0;
  std::uint64_t first = 0;  ///< number of its first delivery: names it in its slot
  std::uint64_t sequence = 0;
  message_id id;
  sync::body_ref body;
  durability level = durability::memory;
  std::uint32_t log_epoch = 0;
  std::vector<delivery> deliveries;  ///< never grows once they are under way
  std::size_t open = 0;              ///< not settled
  void* owner = nullptr;             ///< who waits for `awaited` ones; null: nobody

  [[nodiscard]] std::uint8_t slot() const noexcept {
    return static_cast<std::uint8_t>(topic >> 56);
  }
  /// Whether a crash leaves it: else its numbers mean nothing to the queues.
  [[nodiscard]] bool kept() const noexcept { return level != durability::memory; }
};
using publication_list = base::list<publication, publication_tag>;

}  // namespace millrace::topic
