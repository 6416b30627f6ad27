// The handle of a message move task: base64 of a JSON object with its id and its source's ARN, as
// other implementations of SQS have it. Pure functions, any thread.
#pragma once

#include <millrace/types.hpp>
#include <string>
#include <string_view>

namespace millrace::sqs {

struct task_handle {
  message_id task;
  std::string source_arn;
};

[[nodiscard]] std::string task_handle_text(const task_handle& handle);
/// False: the text is none.
[[nodiscard]] bool read_task_handle(std::string_view text, task_handle& out);

}  // namespace millrace::sqs
