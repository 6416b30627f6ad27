// Which shards ListShards shows, and where it goes on: a filter of six types, a place in a list of
// shards, and the text of both in a token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

struct shard_filter {
  enum class type : std::uint8_t {
    none,
    after_shard_id,
    at_trim_horizon,
    from_trim_horizon,
    at_latest,
    at_timestamp,
    from_timestamp,
  };
  type is = type::none;
  std::uint32_t shard = 0;        ///< after_shard_id
  std::int64_t timestamp_ms = 0;  ///< of the two that have one

  /// The smallest number that it can let through.
  [[nodiscard]] std::uint32_t first_shard() const noexcept {
    return is == type::after_shard_id ? shard + 1 : 0;
  }
};

/// Of ShardFilter; none when absent.
shard_filter read_filter(const aws::value& from) noexcept;
/// What the filter's type wants and lacks, or a shard's id that is none.
std::optional<aws::error> check_filter(const call& c, const aws::value& from,
                                       const shard_filter& filter);
/// The time of the oldest record that a stream can still have.
std::int64_t horizon_ms(const stream_description& s, std::int64_t now_ms) noexcept;
bool passes(const shard_filter& filter, const shard_description& shard,
            std::int64_t horizon_ms) noexcept;

struct list_place {
  std::string_view stream;
  std::uint32_t from = 0;  ///< a shard's number
  shard_filter filter;
};
std::string place_text(const list_place& place);
list_place read_place(std::string_view text) noexcept;

aws::error together(std::string_view member);
aws::error neither_token_nor_name();

}  // namespace millrace::kinesis
