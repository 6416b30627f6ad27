// SendMessage: one body, hashed together with the others of its epoll turn.
#include "sqs/message_input.hpp"
#include "sqs/message_output.hpp"
#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::send_message_request;
namespace out = shapes::send_message_result;

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  const message_input message{
      c.input[in::message_body],       c.input[in::delay_seconds],
      c.input[in::message_attributes], c.input[in::message_system_attributes],
      c.input[in::message_group_id],   c.input[in::message_deduplication_id]};
  if (const auto wrong = prepare(c, message, c.entries[0])) return fail(c, *wrong);
  const std::uint32_t bytes_max = c.context->message_size_max;
  if (counted_bytes(c.entries[0]) > bytes_max) return fail(c, message_too_long(bytes_max));
  c.context->hashing.push_back({as_text(c.entries[0].body), &c.digests[0]});
  return progress::hashing;
}

progress hashed(call& c) {
  c.entries[0].body_digest = &c.digests[0];
  return submitted(c,
                   c.context->engine->submit_send(c.queue_name, std::span(c.entries, 1), c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  const send_result& sent = done.sent[0];
  if (sent.status == errc::message_too_long && c.stage == 0) {
    // Only the queue knows its own limit: ask for it, to name it in the answer.
    c.stage = 1;
    return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
  }
  if (sent.status != errc::ok) return fail(c, sent.status);
  return reply(c, 150, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    write_digests(writer,
                  {out::md5_of_message_body, out::md5_of_message_attributes,
                   out::md5_of_message_system_attributes},
                  c.digests[0], c.entries[0]);
    write_message_id(writer, out::message_id, sent.id);
    if (sent.sequence != 0) write_sequence_number(writer, out::sequence_number, sent.sequence);
    writer.end_structure();
  });
}

progress resume_any(call& c, const completion& done) {
  if (c.stage == 0) return resume(c, done);
  if (done.status != errc::ok) return fail(c, done.status);
  return fail(c, message_too_long(done.description->attributes.maximum_message_size));
}

}  // namespace

const handler send_message = handler_on<start, hashed, resume_any>();

}  // namespace millrace::sqs
