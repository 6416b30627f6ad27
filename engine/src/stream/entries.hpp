// The decisions that streams journal: kinds and payloads (version 1 of each). Numbers and layouts
// are stored, so a kind is never reused and a changed payload gets a new version.
#pragma once

#include <cstdint>
#include <millrace/types.hpp>

#include "journal/entry_log.hpp"

namespace millrace::stream {

using journal::entry_log;

enum class entry_kind : std::uint8_t {
  stream_created = 1,  ///< extra: definition (definition_codec.hpp)
  stream_deleted = 2,
  settings_set = 3,  ///< extra: definition, without shards
  resharded = 4,     ///< extra: what was closed and what came (definition_codec.hpp)
  put = 5,           ///< body: record_envelope
  trimmed = 6,
  consumer_registered = 7,    ///< extra: its name
  consumer_deregistered = 8,  ///< extra: its name
  shard_gone = 9,             ///< closed, and nothing in it can be read any more
  account_set = 10,           ///< of no stream, in account_slot; extra: its settings
  // Carried forward (docs/design/journal.md): everything about something that exists.
  stream_carried = 20,   ///< extra: definition, with all shards and consumers
  record_carried = 21,   ///< body: record_envelope
  account_carried = 22,  ///< as account_set
};

/// Where what is stored about the account lies. In data directories: never changes.
constexpr std::uint8_t account_slot = 0;

struct stream_payload {
  std::uint64_t stream = 0;
};
struct shard_payload {
  std::uint64_t stream = 0;
  std::uint64_t shard = 0;
  std::uint64_t index = 0;  ///< trimmed: the first that is kept
};
struct record_payload {
  std::uint64_t stream = 0;
  std::uint64_t shard = 0;
  std::uint64_t index = 0;
  base::time_ms arrived_at_ms = 0;
};

/// Where a record's parts lie in its body: this header, data, partition key.
struct record_envelope {
  std::uint32_t data_bytes = 0;
  std::uint32_t key_bytes = 0;
};

/// Starts an entry of this service, at level disk; the caller fills the payload.
template <class P>
P& begin(journal::entry& e, entry_kind kind, std::uint8_t slot, base::time_ms at_ms) noexcept {
  e.owner = journal::service::stream;
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

}  // namespace millrace::stream
