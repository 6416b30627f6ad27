#include "kinesis/names.hpp"

#include <algorithm>
#include <charconv>

namespace millrace::kinesis {
namespace {

constexpr std::string_view shard_prefix = "shardId-";
constexpr std::string_view consumer_part = "/consumer/";

/// The text up to `end`, which goes with it.
std::string_view take(std::string_view& text, char end) noexcept {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

}  // namespace

std::string stream_arn(const aws::service_context& context, std::string_view stream) {
  std::string arn = "arn:aws:kinesis:" + context.region + ":" + context.account_id + ":stream/";
  return arn.append(stream);
}

std::string consumer_arn(const aws::service_context& context, std::string_view stream,
                         std::string_view consumer, std::int64_t created_at_ms) {
  std::string arn = stream_arn(context, stream).append(consumer_part).append(consumer);
  return arn.append(":").append(std::to_string(created_at_ms / 1000));
}

arn_parts split_arn(std::string_view arn) noexcept {
  arn_parts out;
  take(arn, ':');  // arn
  take(arn, ':');  // aws, aws-cn, ...
  take(arn, ':');  // kinesis
  out.region = take(arn, ':');
  out.account = take(arn, ':');
  take(arn, '/');  // stream
  const std::size_t at = arn.find(consumer_part);
  out.stream = arn.substr(0, at);
  if (at == arn.npos) return out;
  arn.remove_prefix(at + consumer_part.size());
  out.consumer = take(arn, ':');
  std::from_chars(arn.begin(), arn.end(), out.consumer_created_s);
  return out;
}

shard_id_text::shard_id_text(std::uint32_t number) noexcept {
  text_.fill('0');
  std::copy(shard_prefix.begin(), shard_prefix.end(), text_.begin());
  for (auto digit = text_.rbegin(); number != 0; ++digit, number /= 10) {
    *digit = static_cast<char>('0' + number % 10);
  }
}

std::string shard_id(std::uint32_t number) { return std::string(shard_id_text(number).view()); }

bool read_shard_id(std::string_view text, std::uint32_t& number) noexcept {
  const std::string_view digits = text.substr(text.find('-') + 1);
  if (digits.find_first_not_of("0123456789") != digits.npos) return false;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  return error == std::errc{} && number <= INT32_MAX;
}

}  // namespace millrace::kinesis
