// Any bytes as what a peer of HTTP/2 sends behind its preface: nothing is read out of bounds,
// requests that are given out are whole, and what is held is within the limits, whatever is
// answered, refused or left waiting.
#include <cstring>

#include "fuzz.hpp"
#include "http/http2_session.hpp"

using namespace millrace::http;

namespace {

constexpr std::size_t streams_max = 8;

void check(const request& r) {
  MR_FUZZ_CHECK(!r.host.empty());
  MR_FUZZ_CHECK(r.path == "*" || r.path.front() == '/');
  MR_FUZZ_CHECK(r.body.size() <= 4096);
  std::size_t bytes = 0;
  for (const field& f : r.fields) bytes += r.name_of(f).size() + r.value_of(f).size();
  MR_FUZZ_CHECK(bytes <= 1024);
}

/// One piece of what has come. False: the connection is over.
bool turn(http2_session& session, std::string_view bytes, unsigned& seed) {
  static int owner = 0;
  if (!session.receive(bytes)) return false;
  while (http2_stream* const lost = session.next_lost()) MR_FUZZ_CHECK(lost->owner == &owner);
  while (http2_stream* const s = session.next_request()) {
    check(s->message());
    switch (seed++ % 4) {
      case 0: session.refuse(*s); break;
      case 1: s->owner = &owner; break;  // waits for ever
      case 2:
        s->owner = &owner;
        s->head.status = 200;
        s->out.append("some");
        session.more(*s);
        break;
      default: write_response(s->out, {.detached = &s->head}, "whole"); session.answer(*s);
    }
  }
  MR_FUZZ_CHECK(session.streams() <= 2 * streams_max);
  send_buffer out;
  session.write(out, 64 * 1024);
  return !session.over();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 64 * 1024) return 0;
  unsigned seed = data[0];
  const std::size_t piece = 1 + data[1] * 4u;
  http2_session session(
      {.request = {.head_bytes = 1024, .body_bytes = 4096}, .streams_max = streams_max});
  if (!turn(session, http2_preface, seed)) return 0;
  std::string_view left(reinterpret_cast<const char*>(data) + 2, size - 2);
  while (!left.empty()) {
    const std::string_view next = left.substr(0, piece);
    left.remove_prefix(next.size());
    if (!turn(session, next, seed)) break;
  }
  return 0;
}
