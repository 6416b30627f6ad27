// The worker's answers that go on: see aws::handler.
#include "daemon/worker.hpp"

namespace millrace::daemon {
namespace {

/// What an answer that has paused may still have unsent when it goes on, so that the socket does
/// not run dry meanwhile.
constexpr std::size_t unsent_bytes_low = 64 * 1024;

}  // namespace

/// Goes on with the answers of `c` that have paused and of which most has been sent.
void worker::go_on(connection& c) {
  if (c.http2 == nullptr) return go_on(*c.under_way);
  c.http2->for_each_owned([this](const http::http2_stream& s) {
    ticket& t = *static_cast<ticket*>(s.owner);
    if (t.paused) go_on(t);
  });
}

void worker::go_on(ticket& t) {
  connection& c = *t.from.on;
  if (t.from.out().size() > unsent_bytes_low) return;
  t.paused = false;
  --c.paused;
  if (c.slow_since_ns != 0) c.slow_since_ns = engine::monotonic_ns();
  after(t, t.does->go_on(*t.call));
  if (c.http2 == nullptr) schedule(c);
}

/// An answer that goes on has nobody to go on for.
void worker::tell_gone(ticket& t) {
  aws::stream_state* const state = t.call != nullptr ? t.call->stream.get() : t.state.get();
  if (state != nullptr && t.does->gone != nullptr) t.does->gone(context_, *state);
}

}  // namespace millrace::daemon
