// CreateQueue: makes the queue or finds the same one; a dead-letter target must exist.
#include "aws/error_of.hpp"
#include "sqs/operations.hpp"
#include "sqs/queue_attributes.hpp"
#include "sqs/queue_tags.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::create_queue_request;
namespace out = shapes::create_queue_result;

enum stage : std::uint32_t { target_asked, creating, difference_asked };

progress create(call& c) {
  c.stage = creating;
  return submitted(
      c, c.context->engine->submit_create_queue(c.queue_name, c.attributes, c.given, c.token));
}

progress answer(call& c) {
  return reply(c, 100, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    writer.text(out::queue_url, queue_url(c, c.queue_name));
    writer.end_structure();
  });
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  const aws::value& name = c.input[in::queue_name];
  if (!name.present()) return fail(c, aws::missing_parameter("QueueName"));
  c.queue_name = name.text();
  if (auto wrong = read_attributes(c, c.input[in::attributes], true)) return fail(c, *wrong);
  if (names_fifo_queue(c.queue_name) && !c.attributes.fifo_queue) {
    return fail(c, errc::invalid_queue_name);
  }
  if (auto wrong = read_tags(c, c.input[in::tags])) return fail(c, *wrong);
  if (c.attributes.redrive.target_queue.empty()) return create(c);
  c.stage = target_asked;
  return submitted(c, c.context->engine->submit_describe_queue(
                          std::string_view(c.attributes.redrive.target_queue), c.token));
}

progress resume(call& c, const completion& done) {
  switch (c.stage) {
    case target_asked:
      if (done.status != errc::ok) return fail(c, errc::dead_letter_queue_does_not_exist);
      if (auto wrong = refuse_target(c, *done.description)) return fail(c, *wrong);
      return create(c);
    case creating:
      if (done.status == errc::queue_name_exists) {
        c.stage = difference_asked;
        return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
      }
      if (done.status != errc::ok) return fail(c, attributes_error(c, done.status));
      return answer(c);
    default: break;
  }
  if (done.status != errc::ok) return fail(c, errc::queue_name_exists);
  const std::string_view what =
      first_difference(done.description->attributes, c.attributes, c.given);
  if (what.empty()) return answer(c);  // it says by default what was asked for
  return fail(c, {shapes::errors::queue_name_exists,
                  "A queue already exists with the same name and a different value for attribute " +
                      std::string(what)});
}

}  // namespace

const handler create_queue = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
