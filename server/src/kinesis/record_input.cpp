#include "kinesis/record_input.hpp"

#include <algorithm>

#include "aws/constraints.hpp"
#include "kinesis/errors.hpp"

namespace millrace::kinesis {
namespace {

constexpr std::size_t bytes_per_kib = 1024;

std::size_t bytes_max(const stream_settings& settings) noexcept {
  return settings.record_kib_max * bytes_per_kib;
}

}  // namespace

void begin_records(call& c, std::size_t count) {
  c.entries.clear();
  c.entries.reserve(count);
  c.hashes.resize(count);  // entries point into it
}

std::optional<aws::error> add_record(call& c, const aws::value& data, const aws::value& key,
                                     const aws::value& explicit_hash_key) {
  put_entry& e = c.entries.emplace_back();
  e.data = as_bytes(data.text());
  e.partition_key = key.text();
  if (!explicit_hash_key.present()) return std::nullopt;
  const std::string_view text = explicit_hash_key.text();
  const std::optional<hash_key> hash = parse_hash_key(text);
  if (!hash) {
    return invalid_argument(
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified "
        "value was " +
        std::string(text));
  }
  hash_key& place = c.hashes[c.entries.size() - 1];
  place = *hash;
  e.hash = &place;
  return std::nullopt;
}

progress hash_records(call& c) {
  c.digests.resize(c.entries.size());
  bool any = false;
  for (std::size_t i = 0; i < c.entries.size(); ++i) {
    if (c.entries[i].hash != nullptr) continue;
    c.context->hashing.push_back({c.entries[i].partition_key, &c.digests[i]});
    any = true;
  }
  return any ? progress::hashing : put_hashed(c);
}

progress put_hashed(call& c) {
  for (std::size_t i = 0; i < c.entries.size(); ++i) {
    if (c.entries[i].hash != nullptr) continue;
    c.hashes[i] = hash_key_of(c.digests[i]);
    c.entries[i].hash = &c.hashes[i];
  }
  return put_unhashed(c);
}

progress put_unhashed(call& c) {
  return submitted(c, streams(c).submit_put_records(c.stream_name, c.entries, c.token));
}

std::size_t first_too_large(const call& c, const stream_settings& settings) noexcept {
  const auto at = std::find_if(c.entries.begin(), c.entries.end(), [&](const put_entry& e) {
    return e.data.size() > bytes_max(settings);
  });
  return static_cast<std::size_t>(at - c.entries.begin());
}

aws::error too_large(const put_entry& e, std::string_view path, const stream_settings& settings) {
  const std::string size = std::to_string(e.data.size());
  return validation(aws::one_violation(
      "'java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]'", path,
      "Member must have length less than or equal to " + std::to_string(bytes_max(settings))));
}

}  // namespace millrace::kinesis
