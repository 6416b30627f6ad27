// DeleteMessage: any genuine handle of the queue deletes; what is gone already is a success.
#include "sqs/message_output.hpp"
#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::delete_message_request;

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  const aws::value& handle = c.input[in::receipt_handle];
  if (!handle.present()) return fail(c, aws::missing_parameter("ReceiptHandle"));
  receipt_handle receipt;
  if (!read_receipt(handle.text(), receipt)) {  // invalid, unless there is no such queue
    return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
  }
  return submitted(c,
                   c.context->engine->submit_delete(c.queue_name, std::span(&receipt, 1), c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  const errc status = done.entries.empty() ? errc::receipt_handle_is_invalid : done.entries[0];
  if (status == errc::ok) return succeed(c);
  return fail(c, receipt_error(status, c.input[in::receipt_handle].text()));
}

}  // namespace

const handler delete_message = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
