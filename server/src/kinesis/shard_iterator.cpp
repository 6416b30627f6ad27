#include "kinesis/shard_iterator.hpp"

#include <cmath>
#include <cstring>

#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/page_token.hpp"
#include "kinesis/time_text.hpp"

namespace millrace::kinesis {
namespace {

/// What stands in a token, in front of the stream's name.
struct packed {
  std::uint64_t stream;
  std::uint64_t index;
  std::uint32_t shard;
  std::uint32_t unused;
};

std::string position_text(const call& c, std::string_view sequence_number) {
  std::string out = "StartingSequenceNumber ";
  out.append(sequence_number).append(" used in GetShardIterator on shard ");
  return out.append(shard_id(c.shard)).append(in_stream(c)).append(" is invalid");
}

bool by_sequence_number(std::string_view type) noexcept {
  return type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER";
}

aws::error contradiction(std::string_view type, std::string_view with) {
  std::string text =
      "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
      "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request "
      "specified ";
  return invalid_argument(text.append(type).append(with).append(" StartingSequenceNumber."));
}

/// AWS takes an iterator in quotes too, as scripts cut it out of JSON.
std::string_view unquoted(std::string_view text) noexcept {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::string iterator_text(const call& c, const shard_iterator& iterator) {
  const packed fixed{iterator.stream.id, iterator.at.index, iterator.at.shard, 0};
  std::string content(sizeof fixed, '\0');
  std::memcpy(content.data(), &fixed, sizeof fixed);
  content.append(iterator.stream_name);
  return aws::seal(c.context->tokens, static_cast<std::uint8_t>(token_kind::iterator), now_ms(c),
                   content);
}

bool read_iterator(call& c, std::string_view text, shard_iterator& out) {
  using verdict = aws::opened_token::verdict;
  aws::opened_token opened = aws::open_token(
      c.context->tokens, static_cast<std::uint8_t>(token_kind::iterator), unquoted(text));
  const std::int64_t now = now_ms(c);
  const std::int64_t alive_ms = iterator_seconds * 1000;
  if (opened.is == verdict::forged) {
    fail(c, invalid_argument("Invalid ShardIterator."));
    return false;
  }
  if (opened.is == verdict::earlier || now - opened.made_at_ms > alive_ms) {
    fail(c, {shapes::errors::expired_iterator_exception,
             "Iterator expired. The iterator was created at time " + utc_text(opened.made_at_ms) +
                 " while right now it is " + utc_text(now) +
                 " which is further in the future than the tolerated delay of " +
                 std::to_string(alive_ms) + " milliseconds."});
    return false;
  }
  packed fixed;
  std::memcpy(&fixed, opened.content.data(), sizeof fixed);
  out.stream.id = fixed.stream;
  out.at = {fixed.shard, fixed.index};
  c.kept = std::move(opened.content);
  out.stream_name = c.stream_name = std::string_view(c.kept).substr(sizeof fixed);
  c.shard = fixed.shard;
  return true;
}

std::optional<aws::error> read_start(const call& c, std::string_view type,
                                     const aws::value& sequence_number, const aws::value& timestamp,
                                     shard_start& out) {
  if (by_sequence_number(type)) {
    if (!sequence_number.present()) return contradiction(type, " and no");
    const std::string_view text = sequence_number.text();
    const std::optional<millrace::sequence_number> number = parse_sequence_number(text);
    if (!number) return invalid_argument(position_text(c, text) + ".");
    out.sequence = *number;
    out.type = type == "AT_SEQUENCE_NUMBER" ? iterator_type::at_sequence_number
                                            : iterator_type::after_sequence_number;
    return std::nullopt;
  }
  if (type == "AT_TIMESTAMP") {
    if (!timestamp.present()) {
      return invalid_argument(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current "
          "request has no timestamp parameter.");
    }
    out.type = iterator_type::at_timestamp;
    out.timestamp_ms = std::llround(timestamp.real() * 1000);
    return std::nullopt;
  }
  if (sequence_number.present()) return contradiction(type, " and also a");
  out.type = type == "LATEST" ? iterator_type::latest : iterator_type::trim_horizon;
  return std::nullopt;
}

aws::error invalid_start(const call& c, std::string_view type, const aws::value& sequence_number,
                         const aws::value& timestamp) {
  if (!by_sequence_number(type)) {
    return invalid_argument(
        "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
        "timestampInMillis: " +
        std::to_string(std::llround(timestamp.real() * 1000)) +
        ", currentTimestampInMillis: " + std::to_string(now_ms(c)));
  }
  const std::string_view text = sequence_number.text();
  const std::optional<millrace::sequence_number> number = parse_sequence_number(text);
  if (number && number->shard != c.shard) {
    return invalid_argument("Invalid StartingSequenceNumber. It encodes " +
                            shard_id(number->shard) +
                            ", while it was used in a call to a shard with " + shard_id(c.shard));
  }
  return invalid_argument(position_text(c, text) + " because it did not come from this stream.");
}

}  // namespace millrace::kinesis
