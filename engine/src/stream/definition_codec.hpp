// What streams say of themselves in entries, as bytes: a definition (name, settings, shards,
// consumers), a change of shards, and what is stored about the account. Numbers are little-endian
// and of fixed size, texts have their length in front; settings are key and value texts, so that
// later versions may add some.
#pragma once

#include <millrace/stream.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace millrace::stream {

struct shard_definition {
  std::uint32_t number = 0;
  std::optional<std::uint32_t> parent = std::nullopt;
  std::optional<std::uint32_t> adjacent_parent = std::nullopt;
  hash_key first = {};
  hash_key last = {};
  base::time_ms created_at_ms = 0;
  std::uint64_t created_s = 0;
  base::time_ms closed_at_ms = 0;
  std::uint64_t next_index = 1;
  std::uint64_t trimmed_below = 0;
  friend bool operator==(const shard_definition&, const shard_definition&) = default;
};

struct definition {
  std::string name;
  stream_settings settings;
  base::time_ms created_at_ms = 0;
  std::uint32_t next_shard = 0;
  std::vector<shard_definition> shards = {};
  std::vector<consumer_description> consumers = {};
  friend bool operator==(const definition&, const definition&) = default;
};

/// Shards that close and shards that come, in one decision.
struct reshard {
  std::vector<std::uint32_t> closed;
  std::vector<shard_definition> made;
  friend bool operator==(const reshard&, const reshard&) = default;
};

std::vector<std::byte> encode(const definition& d);
std::vector<std::byte> encode(const reshard& r);
std::vector<std::byte> encode(const account_settings& a);
/// False when the bytes are none.
bool decode(bytes_view encoded, definition& out);
bool decode(bytes_view encoded, reshard& out);
bool decode(bytes_view encoded, account_settings& out);

}  // namespace millrace::stream
