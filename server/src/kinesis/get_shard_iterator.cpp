// GetShardIterator: the stream is asked for its handle first, so that the iterator is of this
// stream and of no later one of its name.
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/shard_iterator.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::get_shard_iterator_input;
namespace out = shapes::get_shard_iterator_output;

enum stage : std::uint32_t { asked, locating, looking_for_shard };

std::optional<aws::error> read_place(const call& c, shard_start& to) {
  return read_start(c, c.input[in::shard_iterator_type].text(),
                    c.input[in::starting_sequence_number], c.input[in::timestamp], to);
}

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  if (!read_shard(c, c.input[in::shard_id].text())) return progress::answered;
  c.stage = asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

progress resume(call& c, const completion& done) {
  if (names_no_shard(done.status)) return fail(c, no_such_shard(c));
  if (c.stage == asked) {
    if (done.status != errc::ok) return fail(c, done.status);
    c.description.handle = done.stream->description.handle;
    shard_start from;
    if (read_place(c, from)) {  // of a shard that is not there, that is said first
      c.stage = looking_for_shard;
      return submitted(c, streams(c).submit_list_shards(c.description.handle, c.shard, 1, c.token));
    }
    c.stage = locating;
    return submitted(c, streams(c).submit_locate(c.description.handle, c.shard, from, c.token));
  }
  if (c.stage == looking_for_shard && done.status == errc::ok) {
    const std::vector<shard_description>& found = done.stream->shards;
    if (found.empty() || found[0].number != c.shard) return fail(c, no_such_shard(c));
    shard_start from;
    return fail(c, *read_place(c, from));
  }
  if (done.status == errc::invalid_position) {
    return fail(c, invalid_start(c, c.input[in::shard_iterator_type].text(),
                                 c.input[in::starting_sequence_number], c.input[in::timestamp]));
  }
  if (done.status != errc::ok) return fail(c, done.status);
  const shard_iterator made{c.description.handle, done.stream->position, c.stream_name};
  return reply(c, 200, [&](aws::reply_writer& writer) {
    writer.text(out::shard_iterator, iterator_text(c, made));
  });
}

}  // namespace

const handler get_shard_iterator = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
