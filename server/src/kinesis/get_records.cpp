// GetRecords: from where an iterator says, and an iterator for what comes next; none when the
// shard is closed and all of it has been read, but the shards that came out of it.
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/record_output.hpp"
#include "kinesis/shard_iterator.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::get_records_input;
namespace out = shapes::get_records_output;

progress start(call& c) {
  if (!read(c)) return progress::answered;
  const aws::value& arn = c.input[in::stream_arn];
  if (arn.present() && !find_resource(c, arn.text())) return progress::answered;
  const std::string_view named = c.stream_name;
  shard_iterator from;
  if (!read_iterator(c, c.input[in::shard_iterator].text(), from)) return progress::answered;
  if (arn.present() && named != c.stream_name) {
    return fail(c, invalid_argument("ShardIterator is not of the stream in StreamARN."));
  }
  c.description.handle = from.stream;
  c.shard = from.at.shard;
  read_options wanted;
  wanted.from = from.at;
  wanted.max_records = static_cast<std::uint32_t>(c.input[in::limit].integer(read_records_max));
  return submitted(c, streams(c).submit_read(from.stream, wanted, c.token));
}

progress resume(call& c, const completion& done) {
  if (names_no_shard(done.status)) return fail(c, no_such_shard(c));
  if (done.status != errc::ok) return fail(c, done.status);
  const read_summary& read = *done.read;
  return reply(c, bytes_of(done.records) + 300, [&](aws::reply_writer& writer) {
    writer.member(out::records);
    write_records(writer, done.records, read.encrypted);
    if (read.end_of_shard) {
      writer.member(out::child_shards);
      write_children(writer, read.children);
    } else {
      writer.text(out::next_shard_iterator,
                  iterator_text(c, {c.description.handle, read.next, c.stream_name}));
    }
    writer.integer(out::millis_behind_latest, read.behind_ms);
  });
}

}  // namespace

const handler get_records = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
