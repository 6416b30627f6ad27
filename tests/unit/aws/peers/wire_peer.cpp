// Our readers and writers as a program, for tests in other languages that hold them against other
// implementations.
//   wire_peer cbor           takes requests of every_kind from standard input, each behind its
//       length (4 bytes, big-endian), and answers each in the same form: a byte for the
//       decode_status, then what was read, written again
//   wire_peer event_stream   writes a stream of all kinds of messages to standard output
#include <cstdio>
#include <string>
#include <string_view>

#include "aws/cbor_reader.hpp"
#include "aws/cbor_writer.hpp"
#include "aws/event_stream.hpp"
#include "every_kind.hpp"

namespace {

using namespace millrace;
using namespace millrace::aws;
namespace every = millrace::aws::test::every_kind;

bool read_message(std::string& into) {
  unsigned char length[4];
  if (std::fread(length, 1, sizeof length, stdin) != sizeof length) return false;
  std::size_t size = 0;
  for (const unsigned char byte : length) size = size << 8 | byte;
  into.resize(size);
  return std::fread(into.data(), 1, size, stdin) == size;
}

void write_message(std::string_view message) {
  for (unsigned shift = 32; shift != 0; shift -= 8) {
    std::putchar(static_cast<int>(message.size() >> (shift - 8) & 0xff));
  }
  std::fwrite(message.data(), 1, message.size(), stdout);
  std::fflush(stdout);
}

void echo_cbor() {
  document into;
  for (std::string body; read_message(body);) {
    const decode_result read = read_cbor(into, every::model, every::thing, body);
    http::send_buffer out;
    out.append(static_cast<char>(read.status));
    cbor_writer writer(out, every::model);
    if (read) every::write(writer, into.root(), every::thing);
    write_message(out.view());
  }
}

/// An initial response, events that grow, and an exception.
void write_events() {
  constexpr std::string_view json = "application/x-amz-json-1.1";
  http::send_buffer out;
  write_initial_response(out, json, "{}");
  for (std::size_t size = 0; size < 200'000; size = size * 3 + 1) {
    const open_message open = begin_event(out, "SubscribeToShardEvent", json);
    out.append(std::string(size, static_cast<char>('a' + size % 26)));
    finish_message(out, open);
  }
  const open_message open = begin_exception(out, "ResourceInUseException", json);
  out.append(R"({"message":"in use"})");
  finish_message(out, open);
  std::fwrite(out.data(), 1, out.size(), stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count == 2 ? arguments[1] : "";
  if (what == "cbor") {
    echo_cbor();
  } else if (what == "event_stream") {
    write_events();
  } else {
    return 2;
  }
}
