// SetQueueAttributes: takes effect at once, for messages in the queue too.
#include "aws/error_of.hpp"
#include "sqs/operations.hpp"
#include "sqs/queue_attributes.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::set_queue_attributes_request;

enum stage : std::uint32_t { target_asked, setting };

progress set(call& c) {
  c.stage = setting;
  return submitted(c, c.context->engine->submit_set_queue_attributes(c.queue_name, c.attributes,
                                                                     c.given, c.token));
}

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  if (!c.input[in::attributes].present()) return fail(c, aws::missing_parameter("Attributes"));
  if (auto wrong = read_attributes(c, c.input[in::attributes], false)) return fail(c, *wrong);
  if (c.attributes.redrive.target_queue.empty()) return set(c);
  c.stage = target_asked;
  return submitted(c, c.context->engine->submit_describe_queue(
                          std::string_view(c.attributes.redrive.target_queue), c.token));
}

progress resume(call& c, const completion& done) {
  if (c.stage == target_asked) {
    if (done.status != errc::ok) return fail(c, errc::dead_letter_queue_does_not_exist);
    if (auto wrong = refuse_target(c, *done.description)) return fail(c, *wrong);
    return set(c);
  }
  return done.status == errc::ok ? succeed(c) : fail(c, attributes_error(c, done.status));
}

}  // namespace

const handler set_queue_attributes = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
