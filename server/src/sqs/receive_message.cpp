// ReceiveMessage: at once or as a long poll; a parked call holds no thread, and after a
// while no call: reread() makes it anew from the request.
#include "aws/error_of.hpp"
#include "sqs/message_input.hpp"
#include "sqs/message_output.hpp"
#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::receive_message_request;
namespace out = shapes::receive_message_result;

bool in_range(call& c, aws::member_id member, std::int64_t low, std::int64_t high,
              std::string_view reason, std::int32_t& to) {
  const aws::value& v = c.input[member];
  if (!v.present()) return true;
  to = static_cast<std::int32_t>(v.integer());
  if (v.integer() >= low && v.integer() <= high) return true;
  fail(c, aws::invalid_parameter(std::to_string(v.integer()), shapes::model.member(member).name(),
                                 reason));
  return false;
}

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  receive_options wanted;
  if (!in_range(c, in::max_number_of_messages, 1, 10, "Must be between 1 and 10, if provided.",
                wanted.max_messages) ||
      !in_range(c, in::visibility_timeout, 0, 43200, "Must be between 0 and 43200, if provided.",
                wanted.visibility_timeout) ||
      !in_range(c, in::wait_time_seconds, 0, 20, "Must be >= 0 and <= 20, if provided.",
                wanted.wait_time_seconds)) {
    return progress::answered;
  }
  const aws::value& attempt = c.input[in::receive_request_attempt_id];
  if (auto wrong = read_id(attempt, "ReceiveRequestAttemptId", wanted.receive_request_attempt_id)) {
    return fail(c, *wrong);
  }
  std::string_view unknown;
  read_filter(c.input, unknown);
  if (!unknown.empty()) {
    return fail(c, {shapes::errors::invalid_attribute_name,
                    "Unknown Attribute " + std::string(unknown.substr(0, 256)) + "."});
  }
  return submitted(c, c.context->engine->submit_receive(c.queue_name, wanted, c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status == errc::receive_attempt_over) {
    return fail(
        c, aws::invalid_parameter(c.input[in::receive_request_attempt_id].text(),
                                  "ReceiveRequestAttemptId", aws::error_of(done.status).message()));
  }
  if (done.status != errc::ok) return fail(c, done.status);
  std::string_view unknown;
  const message_filter filter = read_filter(c.input, unknown);
  std::size_t bytes = 2;
  for (const message_view& m : done.messages) bytes += m.body.size() + 300;
  return reply(c, bytes, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    if (!done.messages.empty()) {
      writer.member(out::messages);
      writer.begin_list();
      for (const message_view& m : done.messages) write_message(c, writer, m, filter);
      writer.end_list();
    }
    writer.end_structure();
  });
}

/// The same bytes as in start(), which found nothing wrong with them.
void reread(call& c) { static_cast<void>(read(c, in::queue_url)); }

}  // namespace

const handler receive_message = handler_on<start, nullptr, resume, reread>();

}  // namespace millrace::sqs
