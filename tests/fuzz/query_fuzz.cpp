// Any bytes as the form of any SQS operation: every text that comes out is UTF-8 and can be written
// as XML without a byte of markup, and the order of the fields does not matter.
#include <simdjson.h>

#include <string>

#include "aws/form.hpp"
#include "aws/query_reader.hpp"
#include "aws/tables/sqs.hpp"
#include "aws/xml_writer.hpp"
#include "fuzz.hpp"

using namespace millrace;
using namespace millrace::aws;

namespace {

void check_text(std::string_view text) {
  MR_FUZZ_CHECK(simdjson::validate_utf8(text.data(), text.size()));
  http::send_buffer out;
  append_xml_text(out, text);
  MR_FUZZ_CHECK(simdjson::validate_utf8(out.data(), out.size()));
  for (const char c : out.view()) {
    MR_FUZZ_CHECK(c != '<' && c != '>' && c != '"');
    MR_FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n');
  }
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
        MR_FUZZ_CHECK(entry.item.present());
        check(entry.item, shape.element);
      }
      break;
    case shape_kind::string: check_text(v.text()); break;
    default: break;
  }
}

std::string backwards(std::string_view form) {
  std::string all;
  form_reader reader(form);
  form_field field;
  while (reader.next(field)) {
    std::string one(field.name);
    one.append("=").append(field.value).append("&");
    all.insert(0, one);
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 1 << 16) return 0;
  const shape_id input = sqs::model.operations[data[0] % sqs::operation_count].input;
  const std::string_view form(reinterpret_cast<const char*>(data) + 1, size - 1);
  static document into;
  const decode_result first = read_query(into, sqs::model, input, form);
  MR_FUZZ_CHECK(first.offset <= form.size());
  if (first) check(into.root(), input);
  const std::string reversed = backwards(form);
  const decode_result second = read_query(into, sqs::model, input, reversed);
  MR_FUZZ_CHECK(static_cast<bool>(first) == static_cast<bool>(second));
  return 0;
}
