// The names that Kinesis gives to things: ARNs and ids of shards. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/call.hpp"

namespace millrace::kinesis {

std::string stream_arn(const aws::service_context& context, std::string_view stream);
std::string consumer_arn(const aws::service_context& context, std::string_view stream,
                         std::string_view consumer, std::int64_t created_at_ms);

struct arn_parts {
  std::string_view region;
  std::string_view account;
  std::string_view stream;
  std::string_view consumer;  ///< empty: the ARN of a stream
  std::int64_t consumer_created_s = 0;
};
/// Of an ARN that fits one of the model's patterns; parts that it lacks are empty.
arn_parts split_arn(std::string_view arn) noexcept;

/// "shardId-000000000001", where it is written and not kept.
class shard_id_text {
 public:
  explicit shard_id_text(std::uint32_t number) noexcept;
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 20> text_;
};
/// The same to keep.
std::string shard_id(std::uint32_t number);
/// Its number, which is what counts: as Kinesis does, "shardId-1", "x-01" and "1" are taken for it.
/// False: no shard has such an id.
bool read_shard_id(std::string_view text, std::uint32_t& number) noexcept;

}  // namespace millrace::kinesis
