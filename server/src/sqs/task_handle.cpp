#include "sqs/task_handle.hpp"

#include <simdjson.h>

#include "aws/base64.hpp"

namespace millrace::sqs {
namespace {

constexpr std::size_t id_characters = 36;

bool read_id(std::string_view text, message_id& out) {
  if (text.size() != id_characters) return false;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen != (text[i] == '-')) return false;
    if (!hyphen) digits += text[i];
  }
  return aws::hex_decode(digits, out.bytes);
}

}  // namespace

std::string task_handle_text(const task_handle& handle) {
  std::string id(id_characters, '\0');
  handle.task.to_text(id.data());
  const std::string json =
      R"({"taskId":")" + id + R"(","sourceArn":")" + handle.source_arn + R"("})";
  std::string out(aws::base64_encoded_size(json.size()), '\0');
  aws::base64_encode(json, out.data());
  return out;
}

bool read_task_handle(std::string_view text, task_handle& out) {
  std::string json(aws::base64_decoded_size_max(text.size()), '\0');
  std::size_t size = 0;
  if (!aws::base64_decode(text, json.data(), size)) return false;
  simdjson::dom::parser parser;
  simdjson::dom::element handle;
  std::string_view id;
  std::string_view arn;
  if (parser.parse(json.data(), size).get(handle) != simdjson::SUCCESS ||
      handle["taskId"].get(id) != simdjson::SUCCESS ||
      handle["sourceArn"].get(arn) != simdjson::SUCCESS || !read_id(id, out.task)) {
    return false;
  }
  out.source_arn = arn;
  return true;
}

}  // namespace millrace::sqs
