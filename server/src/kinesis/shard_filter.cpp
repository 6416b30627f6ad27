#include "kinesis/shard_filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::shard_filter;

constexpr std::int64_t ms_per_hour = 3'600'000;

using type = shard_filter::type;
constexpr std::array<std::string_view, 7> type_names{
    "",          "AFTER_SHARD_ID", "AT_TRIM_HORIZON", "FROM_TRIM_HORIZON",
    "AT_LATEST", "AT_TIMESTAMP",   "FROM_TIMESTAMP"};

/// The number in front of the next space, which goes as well.
template <class Number>
Number take_number(std::string_view& text) noexcept {
  Number n = 0;
  const char* const end = std::from_chars(text.data(), text.data() + text.size(), n).ptr;
  text.remove_prefix(std::min(static_cast<std::size_t>(end - text.data()) + 1, text.size()));
  return n;
}

}  // namespace

shard_filter read_filter(const aws::value& from) noexcept {
  shard_filter out;
  const auto at = std::find(type_names.begin(), type_names.end(), from[in::type].text());
  if (at != type_names.end()) out.is = static_cast<type>(at - type_names.begin());
  read_shard_id(from[in::shard_id].text(), out.shard);
  out.timestamp_ms = std::llround(from[in::timestamp].real() * 1000);
  return out;
}

std::optional<aws::error> check_filter(const call& c, const aws::value& from,
                                       const shard_filter& filter) {
  const auto wants = [&](std::string_view member) {
    std::string text(member);
    return invalid_argument(text.append(" must be specified with a shard filter of type ")
                                .append(from[in::type].text())
                                .append("."));
  };
  std::uint32_t number = 0;
  switch (filter.is) {
    case type::after_shard_id:
      if (!from[in::shard_id].present()) return wants("ShardId");
      if (read_shard_id(from[in::shard_id].text(), number)) return std::nullopt;
      return shard_not_found(c, from[in::shard_id].text());
    case type::at_timestamp:
    case type::from_timestamp:
      if (!from[in::timestamp].present()) return wants("Timestamp");
      return std::nullopt;
    case type::none:
    case type::at_trim_horizon:
    case type::from_trim_horizon:
    case type::at_latest: return std::nullopt;
  }
  return std::nullopt;
}

std::int64_t horizon_ms(const stream_description& s, std::int64_t now_ms) noexcept {
  return std::max(s.created_at_ms, now_ms - s.settings.retention_hours * ms_per_hour);
}

bool passes(const shard_filter& filter, const shard_description& shard,
            std::int64_t horizon_ms) noexcept {
  const bool open = shard.closed_at_ms == 0;
  const auto open_at = [&](std::int64_t ms) {
    return shard.created_at_ms <= ms && (open || shard.closed_at_ms > ms);
  };
  const std::int64_t since = std::max(filter.timestamp_ms, horizon_ms);
  switch (filter.is) {
    case type::none:
    case type::from_trim_horizon: return true;
    case type::after_shard_id: return shard.number > filter.shard;
    case type::at_trim_horizon: return open_at(horizon_ms);
    case type::at_latest: return open;
    case type::at_timestamp: return open_at(since);
    case type::from_timestamp: return open || shard.closed_at_ms >= since;
  }
  return true;
}

std::string place_text(const list_place& place) {
  std::string out = std::to_string(place.from);
  out.append(" ").append(std::to_string(static_cast<unsigned>(place.filter.is)));
  out.append(" ").append(std::to_string(place.filter.shard));
  out.append(" ").append(std::to_string(place.filter.timestamp_ms));
  return out.append(" ").append(place.stream);
}

list_place read_place(std::string_view text) noexcept {
  list_place out;
  out.from = take_number<std::uint32_t>(text);
  out.filter.is = static_cast<type>(take_number<std::uint8_t>(text));
  out.filter.shard = take_number<std::uint32_t>(text);
  out.filter.timestamp_ms = take_number<std::int64_t>(text);
  out.stream = text;
  return out;
}

aws::error together(std::string_view member) {
  std::string text = "NextToken and ";
  return invalid_argument(text.append(member).append(" cannot be provided together."));
}

aws::error neither_token_nor_name() {
  return invalid_argument("Either NextToken or StreamName should be provided.");
}

}  // namespace millrace::kinesis
