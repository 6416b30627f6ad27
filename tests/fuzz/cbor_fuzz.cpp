// Any bytes as the CBOR of a request with members of every kind: nothing is read out of bounds,
// every text is UTF-8, and what is accepted is the same when it has been written and read again.
#include <simdjson.h>

#include <string>

#include "aws/cbor_reader.hpp"
#include "aws/cbor_writer.hpp"
#include "every_kind.hpp"
#include "fuzz.hpp"

using namespace millrace;
using namespace millrace::aws;
namespace every = millrace::aws::test::every_kind;

namespace {

void check_text(std::string_view text) {
  MR_FUZZ_CHECK(simdjson::validate_utf8(text.data(), text.size()));
}

void check_texts(const value& thing) {
  check_text(thing[every::text].text());
  if (thing[every::inner].present()) check_texts(thing[every::inner]);
  for (const value& element : thing[every::list].elements()) check_texts(element);
  for (const map_entry& entry : thing[every::map].entries()) {
    check_text(entry.key);
    check_texts(entry.item);
  }
}

/// Times are whole milliseconds when written, and doubles of seconds when read: those beyond some
/// hundred years may be rounded.
bool exact_times(const value& thing) {
  const double s = thing[every::time].real();
  if (s < -1e10 || s > 1e10) return false;
  if (thing[every::inner].present() && !exact_times(thing[every::inner])) return false;
  for (const value& element : thing[every::list].elements()) {
    if (!exact_times(element)) return false;
  }
  for (const map_entry& entry : thing[every::map].entries()) {
    if (!exact_times(entry.item)) return false;
  }
  return true;
}

std::string written(const document& from) {
  http::send_buffer out;
  cbor_writer writer(out, every::model);
  every::write(writer, from.root(), every::thing);
  return std::string(out.view());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);  // ends where its memory ends
  static document first;
  static document second;
  const decode_result read = read_cbor(first, every::model, every::thing, body);
  MR_FUZZ_CHECK(read.offset <= size);
  if (!read) return 0;
  check_texts(first.root());
  if (!exact_times(first.root())) return 0;
  const std::string once = written(first);
  MR_FUZZ_CHECK(static_cast<bool>(read_cbor(second, every::model, every::thing, once)));
  MR_FUZZ_CHECK(written(second) == once);
  return 0;
}
