#include "stream/shard.hpp"

#include <algorithm>

namespace millrace::stream {

shard* stream_state::find(std::uint32_t number) const noexcept {
  // Nearly always in its place: only shards that have gone make others move up.
  if (number < shards.size() && shards[number]->number == number) return shards[number].get();
  const auto place = std::lower_bound(
      shards.begin(), shards.end(), number,
      [](const std::unique_ptr<shard>& s, std::uint32_t wanted) { return s->number < wanted; });
  return place != shards.end() && (*place)->number == number ? place->get() : nullptr;
}

/// Keys are evenly spread, so a branch on one is guessed wrong half of the time: there is none.
shard* stream_state::at(const hash_key& key) const noexcept {
  if (open.empty()) return nullptr;
  const wide wanted = number_of(key);
  const open_shard* from = open.data();
  for (std::size_t count = open.size(); count > 1;) {
    const std::size_t half = count / 2;
    from += half * static_cast<std::size_t>(from[half].first <= wanted);
    count -= half;
  }
  return from->first <= wanted && key <= from->is->last ? from->is : nullptr;
}

const consumer_description* stream_state::consumer(std::string_view wanted) const noexcept {
  const auto place = std::lower_bound(
      consumers.begin(), consumers.end(), wanted,
      [](const consumer_description& c, std::string_view w) { return c.name < w; });
  return place != consumers.end() && place->name == wanted ? &*place : nullptr;
}

}  // namespace millrace::stream
