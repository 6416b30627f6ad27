// RegisterStreamConsumer, with its tags if the request has some. Only of a stream that is full is
// the account asked whether it may have more.
#include "kinesis/consumers.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::register_stream_consumer_input;
namespace out = shapes::register_stream_consumer_output;

// Beyond the stages of editing.
enum stage : std::uint32_t { registering = 50, account_asked, registering_more };

progress register_it(call& c, stage as) {
  c.stage = as;
  return submitted(c, streams(c).submit_register_consumer(c.stream_name, c.consumer_name, c.token,
                                                          as == registering_more));
}

progress start(call& c) {
  if (!read_arn(c, in::stream_arn)) return progress::answered;
  c.consumer_name = c.input[in::consumer_name].text();
  return register_it(c, registering);
}

progress ask_account(call& c) {
  c.stage = account_asked;
  return submitted(c, streams(c).submit_get_account(c.token));
}

progress answer(call& c) {
  const consumer_description made{std::string(c.consumer_name), c.consumer_created_ms,
                                  c.consumer_creating};
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.member(out::consumer);
    write_consumer(c, writer, made);
  });
}

std::optional<aws::error> tag(call& c) { return give_tags(c, c.input[in::tags]); }

progress resume(call& c, const completion& done) {
  if (c.stage < registering) return go_on_editing(c, done, tag, answer);
  if (c.stage == registering && done.status == errc::too_many_consumers) return ask_account(c);
  if (done.status != errc::ok) return fail(c, done.status);
  if (c.stage == account_asked) {
    c.committed = commitment_of(done.stream->account);
    if (c.committed.running(now_ms(c))) return register_it(c, registering_more);
    c.committed = {};
    return fail(c, errc::too_many_consumers);
  }
  c.consumer_created_ms = done.stream->consumers.front().created_at_ms;
  c.consumer_creating = done.stream->consumers.front().creating;
  return c.input[in::tags].entries().empty() ? answer(c) : ask_settings(c);
}

}  // namespace

const handler register_stream_consumer = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
