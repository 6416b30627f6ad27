#include "sqs/visibility.hpp"

#include "sqs/message_output.hpp"

namespace millrace::sqs {

std::optional<aws::error> read_visibility(const aws::value& handle, const aws::value& timeout,
                                          visibility_entry& out) {
  if (!timeout.present()) return aws::missing_parameter("VisibilityTimeout");
  if (timeout.integer() < 0 || timeout.integer() > 43200) {
    return aws::invalid_parameter(std::to_string(timeout.integer()), "VisibilityTimeout",
                                  "Must be between 0 and 43200, if provided.");
  }
  out.visibility_timeout = static_cast<std::int32_t>(timeout.integer());
  if (!read_receipt(handle.text(), out.receipt)) return invalid_receipt(handle.text());
  return std::nullopt;
}

aws::error visibility_error(errc why, const aws::value& handle, const aws::value& timeout) {
  if (why == errc::invalid_visibility_timeout) {
    return aws::invalid_parameter(
        std::to_string(timeout.integer()), "VisibilityTimeout",
        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
  }
  return receipt_error(why, handle.text());
}

}  // namespace millrace::sqs
