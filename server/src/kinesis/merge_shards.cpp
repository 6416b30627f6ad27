// MergeShards.
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::merge_shards_input;

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  if (!read_shard(c, c.input[in::adjacent_shard_to_merge].text())) return progress::answered;
  const std::uint32_t adjacent = c.shard;
  if (!read_shard(c, c.input[in::shard_to_merge].text())) return progress::answered;
  return submitted(c, streams(c).submit_merge_shards(c.stream_name, c.shard, adjacent, c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status == errc::ok) return succeed(c);
  if (done.status != errc::shards_not_adjacent) return fail(c, done.status);
  std::string text = "Shards ";
  text.append(c.input[in::shard_to_merge].text()).append(" and ");
  text.append(c.input[in::adjacent_shard_to_merge].text()).append(in_stream(c));
  return fail(
      c, invalid_argument(text.append(" are not an adjacent pair of shards eligible for merging")));
}

}  // namespace

const handler merge_shards = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
