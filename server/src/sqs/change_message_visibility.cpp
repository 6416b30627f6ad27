// ChangeMessageVisibility: from now on, 0 = visible at once; no more than 12 h after the receive.
#include "sqs/message_output.hpp"
#include "sqs/operations.hpp"
#include "sqs/visibility.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::change_message_visibility_request;

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  const aws::value& handle = c.input[in::receipt_handle];
  if (!handle.present()) return fail(c, aws::missing_parameter("ReceiptHandle"));
  visibility_entry entry;
  if (auto wrong = read_visibility(handle, c.input[in::visibility_timeout], entry)) {
    if (&wrong->row() != &shapes::errors::receipt_handle_is_invalid) return fail(c, *wrong);
    // Invalid, unless there is no such queue.
    return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
  }
  return submitted(
      c, c.context->engine->submit_change_visibility(c.queue_name, std::span(&entry, 1), c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  if (done.entries.empty()) return fail(c, invalid_receipt(c.input[in::receipt_handle].text()));
  if (done.entries[0] == errc::ok) return succeed(c);
  return fail(c, visibility_error(done.entries[0], c.input[in::receipt_handle],
                                  c.input[in::visibility_timeout]));
}

}  // namespace

const handler change_message_visibility = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
