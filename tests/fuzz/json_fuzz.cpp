// Any bytes as the JSON of any SQS operation: what is accepted is JSON to simdjson too, every text
// is UTF-8, and every text can be written and read again.
#include <simdjson.h>

#include <string>

#include "aws/json_reader.hpp"
#include "aws/json_writer.hpp"
#include "aws/tables/sqs.hpp"
#include "fuzz.hpp"

using namespace millrace;
using namespace millrace::aws;

namespace {

simdjson::dom::parser& reference() {
  static simdjson::dom::parser parser;
  return parser;
}

void check_text(std::string_view text) {
  MR_FUZZ_CHECK(simdjson::validate_utf8(text.data(), text.size()));
  http::send_buffer out;
  append_json_string(out, text);
  simdjson::dom::element element;
  MR_FUZZ_CHECK(reference().parse(out.data(), out.size()).get(element) == simdjson::SUCCESS);
  std::string_view back;
  MR_FUZZ_CHECK(element.get(back) == simdjson::SUCCESS && back == text);
}

void check(const value& v, shape_id id) {
  const shape_row& shape = sqs::model.shape(id);
  if (!v.present()) return;
  switch (shape.kind) {
    case shape_kind::structure:
      for (std::uint16_t i = 0; i < shape.member_count; ++i) {
        const member_id member{static_cast<std::uint16_t>(shape.first_member.index + i)};
        check(v[member], sqs::model.member(member).shape);
      }
      break;
    case shape_kind::list:
      for (const value& element : v.elements()) check(element, shape.element);
      break;
    case shape_kind::map:
      for (const map_entry& entry : v.entries()) {
        check_text(entry.key);
        check(entry.item, shape.element);
      }
      break;
    case shape_kind::string: check_text(v.text()); break;
    default: break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const shape_id input = sqs::model.operations[data[0] % sqs::operation_count].input;
  std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t body_size = body.size();
  body.append(64, '"');
  const std::string_view view(body.data(), body_size);
  static document into;
  if (!read_json(into, sqs::model, input, view)) return 0;
  check(into.root(), input);
  simdjson::dom::element element;
  const simdjson::error_code judged = reference().parse(view.data(), view.size()).get(element);
  MR_FUZZ_CHECK(judged == simdjson::SUCCESS || judged == simdjson::EMPTY ||
                judged == simdjson::NUMBER_ERROR);
  return 0;
}
