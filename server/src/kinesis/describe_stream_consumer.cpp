// DescribeStreamConsumer, by its ARN or by its stream's and its name.
#include "kinesis/consumers.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::describe_stream_consumer_input;
namespace out = shapes::describe_stream_consumer_output;
namespace row = shapes::consumer_description;

progress start(call& c) {
  if (!read(c)) return progress::answered;
  if (!find_consumer_names(c, in::stream_arn, in::consumer_name, in::consumer_arn)) {
    return progress::answered;
  }
  return submitted(c, streams(c).submit_list_consumers(c.stream_name, c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  const consumer_description* const one = find_consumer(c, done.stream->consumers);
  if (one == nullptr) return fail(c, consumer_not_found(c));
  return reply(c, 400, [&](aws::reply_writer& writer) {
    writer.member(out::consumer_description);
    writer.begin_structure();
    writer.text(row::consumer_name, one->name);
    writer.text(row::consumer_arn,
                consumer_arn(*c.context, c.stream_name, one->name, one->created_at_ms));
    writer.text(row::consumer_status, status_text(*one));
    writer.timestamp(row::consumer_creation_timestamp, one->created_at_ms);
    writer.text(row::stream_arn, stream_arn(*c.context, c.stream_name));
    writer.end_structure();
  });
}

}  // namespace

const handler describe_stream_consumer = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
