// RegisterStreamConsumer, with its tags if the request has some.
#include "kinesis/consumers.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::register_stream_consumer_input;
namespace out = shapes::register_stream_consumer_output;

enum stage : std::uint32_t { registering = 50 };  // beyond the stages of editing

progress start(call& c) {
  if (!read_arn(c, in::stream_arn)) return progress::answered;
  c.consumer_name = c.input[in::consumer_name].text();
  c.stage = registering;
  return submitted(c, streams(c).submit_register_consumer(c.stream_name, c.consumer_name, c.token));
}

progress answer(call& c) {
  const consumer_description made{std::string(c.consumer_name), c.consumer_created_ms};
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.member(out::consumer);
    write_consumer(c, writer, made);
  });
}

std::optional<aws::error> tag(call& c) { return give_tags(c, c.input[in::tags]); }

progress resume(call& c, const completion& done) {
  if (c.stage != registering) return go_on_editing(c, done, tag, answer);
  if (done.status != errc::ok) return fail(c, done.status);
  c.consumer_created_ms = done.stream->consumers.front().created_at_ms;
  return c.input[in::tags].entries().empty() ? answer(c) : ask_settings(c);
}

}  // namespace

const handler register_stream_consumer = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
