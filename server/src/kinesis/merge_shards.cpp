// MergeShards.
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::merge_shards_input;

enum stage : std::uint32_t { merging, missing_asked, closed_asked };

struct pair {
  std::uint32_t lower = 0;
  std::uint32_t upper = 0;
};

/// Both were read, and found to be ids, by start().
pair shards_of(const call& c) {
  pair out;
  read_shard_id(c.input[in::shard_to_merge].text(), out.lower);
  read_shard_id(c.input[in::adjacent_shard_to_merge].text(), out.upper);
  return out;
}

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  if (!read_shard(c, c.input[in::adjacent_shard_to_merge].text())) return progress::answered;
  if (!read_shard(c, c.input[in::shard_to_merge].text())) return progress::answered;
  const auto [lower, upper] = shards_of(c);
  return submitted(c, streams(c).submit_merge_shards(c.stream_name, lower, upper, c.token));
}

/// Whether the shard of `number`, from which on was asked, is among the open ones.
bool is_open(const completion& done, std::uint32_t number) {
  const std::vector<shard_description>& found = done.stream->shards;
  return !found.empty() && found[0].number == number && found[0].closed_at_ms == 0;
}

/// Of two shards, which one is not there or closed is to be found out.
progress name_culprit(call& c, const completion& done) {
  const auto [lower, upper] = shards_of(c);
  if (done.status == errc::ok) c.shard = is_open(done, lower) ? upper : lower;
  return fail(c, c.stage == closed_asked ? errc::shard_closed : errc::shard_does_not_exist);
}

progress resume(call& c, const completion& done) {
  if (c.stage != merging) return name_culprit(c, done);
  if (done.status == errc::ok) return succeed(c);
  const auto [lower, upper] = shards_of(c);
  if (done.status == errc::shard_does_not_exist || done.status == errc::shard_closed) {
    c.stage = done.status == errc::shard_closed ? closed_asked : missing_asked;
    return submitted(c, streams(c).submit_list_shards(c.stream_name, lower, 1, c.token));
  }
  if (done.status != errc::shards_not_adjacent) return fail(c, done.status);
  return fail(
      c, invalid_argument("Shards " + shard_id(lower) + " and " + shard_id(upper) + in_stream(c) +
                          " are not an adjacent pair of shards eligible for merging"));
}

}  // namespace

const handler merge_shards = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
