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

shard* stream_state::at(const hash_key& key) const noexcept {
  const auto behind =
      std::upper_bound(open.begin(), open.end(), key,
                       [](const hash_key& wanted, const shard* s) { return wanted < s->first; });
  if (behind == open.begin()) return nullptr;
  shard* const found = *(behind - 1);
  return key <= found->last ? found : nullptr;
}

const consumer_description* stream_state::consumer(std::string_view wanted) const noexcept {
  const auto place = std::lower_bound(
      consumers.begin(), consumers.end(), wanted,
      [](const consumer_description& c, std::string_view w) { return c.name < w; });
  return place != consumers.end() && place->name == wanted ? &*place : nullptr;
}

}  // namespace millrace::stream
