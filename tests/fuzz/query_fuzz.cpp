// Any bytes as the form of any SQS operation, or of a structure of every kind whose lists and maps
// are not flattened: every text that comes out is UTF-8, is plain if it says so, and can be written
// as XML without a byte of markup; and the order of the fields does not matter.
#include <simdjson.h>

#include <string>

#include "aws/form.hpp"
#include "aws/query_reader.hpp"
#include "aws/tables/sqs.hpp"
#include "aws/xml_writer.hpp"
#include "every_kind_query.hpp"
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

/// `v` and `other`, read from the same fields in another order.
void check(const service_model& model, const value& v, const value& other, shape_id id) {
  const shape_row& shape = model.shape(id);
  MR_FUZZ_CHECK(v.present() == other.present());
  if (!v.present()) return;
  switch (shape.kind) {
    case shape_kind::structure:
      for (std::uint16_t i = 0; i < shape.member_count; ++i) {
        const member_id member{static_cast<std::uint16_t>(shape.first_member.index + i)};
        check(model, v[member], other[member], model.member(member).shape);
      }
      break;
    case shape_kind::list:
      MR_FUZZ_CHECK(v.elements().size() == other.elements().size());
      for (std::size_t i = 0; i < v.elements().size(); ++i) {
        check(model, v.elements()[i], other.elements()[i], shape.element);
      }
      break;
    case shape_kind::map:
      MR_FUZZ_CHECK(v.entries().size() == other.entries().size());
      for (std::size_t i = 0; i < v.entries().size(); ++i) {
        const map_entry& entry = v.entries()[i];
        check_text(entry.key);
        MR_FUZZ_CHECK(entry.key == other.entries()[i].key && entry.item.present());
        check(model, entry.item, other.entries()[i].item, shape.element);
      }
      break;
    case shape_kind::string:
      check_text(v.text());
      for (const char c : v.text()) {
        MR_FUZZ_CHECK(!v.plain() || static_cast<signed char>(c) >= 0x20);
      }
      [[fallthrough]];
    case shape_kind::blob: MR_FUZZ_CHECK(v.text() == other.text()); break;
    default: MR_FUZZ_CHECK(v.integer() == other.integer() && v.boolean() == other.boolean()); break;
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
  const std::size_t chosen = data[0] % (sqs::operation_count + 1);
  const bool levels = chosen == sqs::operation_count;
  const service_model& model = levels ? test::every_kind::query_model : sqs::model;
  const shape_id input = model.operations[levels ? 0 : chosen].input;
  const std::string_view form(reinterpret_cast<const char*>(data) + 1, size - 1);
  static document into;
  static document again;
  const decode_result first = read_query(into, model, input, form);
  MR_FUZZ_CHECK(first.offset <= form.size());
  const std::string reversed = backwards(form);
  const decode_result second = read_query(again, model, input, reversed);
  MR_FUZZ_CHECK(static_cast<bool>(first) == static_cast<bool>(second));
  if (first) check(model, into.root(), again.root(), input);
  return 0;
}
