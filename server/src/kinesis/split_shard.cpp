// SplitShard. A refused split point is told with the shard's range, so the shard is asked for then.
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::split_shard_input;

enum stage : std::uint32_t { splitting, range_asked };

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  if (!read_shard(c, c.input[in::shard_to_split].text())) return progress::answered;
  const std::optional<hash_key> at = parse_hash_key(c.input[in::new_starting_hash_key].text());
  // Beyond the hash space is beyond the shard.
  return submitted(
      c, streams(c).submit_split_shard(c.stream_name, c.shard, at.value_or(hash_key_max), c.token));
}

aws::error outside(const call& c, const shard_description& shard) {
  std::string text = "NewStartingHashKey ";
  text.append(c.input[in::new_starting_hash_key].text()).append(" used in SplitShard() on shard ");
  text.append(shard_id(c.shard)).append(in_stream(c));
  text.append(" is not both greater than one plus the shard's StartingHashKey ");
  text.append(to_text(shard.first)).append(" and less than the shard's EndingHashKey ");
  return invalid_argument(text.append(to_text(shard.last)).append("."));
}

progress resume(call& c, const completion& done) {
  if (c.stage == splitting) {
    if (done.status == errc::ok) return succeed(c);
    if (done.status != errc::invalid_split_point) return fail(c, done.status);
    c.stage = range_asked;
    return submitted(c, streams(c).submit_list_shards(c.stream_name, c.shard, 1, c.token));
  }
  if (done.status != errc::ok || done.stream->shards.empty()) {
    return fail(c, errc::invalid_split_point);
  }
  return fail(c, outside(c, done.stream->shards.front()));
}

}  // namespace

const handler split_shard = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
