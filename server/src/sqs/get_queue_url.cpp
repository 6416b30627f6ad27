// GetQueueUrl: the URL of a queue that exists, under the host that the client called.
#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::get_queue_url_request;
namespace out = shapes::get_queue_url_result;

progress start(call& c) {
  if (!read(c)) return progress::answered;
  if (!c.input[in::queue_name].present()) return fail(c, aws::missing_parameter("QueueName"));
  c.queue_name = c.input[in::queue_name].text();
  const aws::value& owner = c.input[in::queue_owner_aws_account_id];
  if (owner.present() && owner.text() != c.context->account_id) {
    return fail(c, errc::queue_does_not_exist);
  }
  const result<void> asked = c.context->engine->submit_describe_queue(c.queue_name, c.token);
  // A name that no queue can have is a queue that does not exist.
  if (!asked && asked.error() == errc::invalid_queue_name) {
    return fail(c, errc::queue_does_not_exist);
  }
  return submitted(c, asked);
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  return reply(c, 100, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    writer.text(out::queue_url, queue_url(c, c.queue_name));
    writer.end_structure();
  });
}

}  // namespace

const handler get_queue_url = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
