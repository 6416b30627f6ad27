// The decisions that topics journal: kinds and payloads (version 1 of each). Numbers and layouts
// are stored, so a kind is never reused and a changed payload gets a new version.
#pragma once

#include <cstdint>
#include <millrace/topic.hpp>

#include "base/fifo_key.hpp"
#include "journal/entry_log.hpp"
#include "journal/journal.hpp"

namespace millrace::topic {

using base::fifo_key;
using journal::entry_log;

enum class entry_kind : std::uint8_t {
  topic_created = 1,  ///< extra: topic_definition (definition_codec.hpp)
  topic_deleted = 2,
  settings_set = 3,      ///< extra: topic_definition
  subscribed = 4,        ///< extra: subscription_definition
  subscription_set = 5,  ///< extra: subscription_definition
  unsubscribed = 6,
  published = 7,          ///< body: published_head and parts; extra: targets
  delivery_returned = 8,  ///< goes to the dead-letter queue, with a new number
  publication_done = 9,   ///< all of its deliveries are settled
  // Carried forward (docs/design/journal.md): everything about something that exists.
  slot_carried = 20,
  topic_carried = 21,         ///< extra: topic_definition
  subscription_carried = 22,  ///< extra: subscription_definition
  publication_carried = 23,   ///< as published, with the targets that are not settled
  duplicates_carried = 24,    ///< extra: carried_duplicate, up to carried_duplicates_max
};

/// All payloads but the slot's begin with the topic's uid.
struct topic_payload {
  std::uint64_t topic = 0;
};
struct subscription_payload {
  std::uint64_t topic = 0;
  subscription_id id;
};
struct published_payload {
  std::uint64_t topic = 0;
  std::uint64_t first = 0;  ///< number of its first delivery
  std::uint64_t sequence = 0;
  message_id id;
  fifo_key deduplication;
  std::uint32_t deliveries = 0;  ///< numbers from `first` on
  std::uint32_t remembered = 0;  ///< 1: `deduplication` counts from now on
};
struct returned_payload {
  std::uint64_t topic = 0;
  std::uint64_t first = 0;   ///< names the publication
  std::uint64_t number = 0;  ///< of the delivery, until now
  std::uint64_t again = 0;   ///< from now on
};
struct publication_payload {
  std::uint64_t topic = 0;
  std::uint64_t first = 0;
};
struct slot_payload {
  std::uint64_t next_topic = 0;
  std::uint64_t next_number = 0;
  std::uint64_t next_sequence = 0;
};
struct carried_duplicate {
  fifo_key key;
  message_id id;
  std::uint64_t sequence = 0;
  base::time_ms until_ms = 0;
};
constexpr std::size_t carried_duplicates_max = 64;

/// Of one entry: a publish to more becomes several publications. Their targets take 200 KB at most.
constexpr std::size_t deliveries_max = 1'024;
/// Of a published body. With its targets, and what a lane may have logged before it, no more than
/// the journal takes at once.
constexpr std::uint32_t published_bytes_max = (2U << 20) + (128U << 10);
constexpr std::size_t published_targets_max = 200'000;
static_assert(published_bytes_max + published_targets_max + (std::size_t{128} << 10) <
              journal::append_bytes_max);

/// Starts an entry of this service, at level disk; the caller fills the payload.
template <class P>
P& begin(journal::entry& e, entry_kind kind, std::uint8_t slot, base::time_ms at_ms) noexcept {
  e.owner = journal::service::topic;
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

}  // namespace millrace::topic
