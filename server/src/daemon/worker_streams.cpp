// The worker's answers that go on: see aws::handler.
#include "daemon/worker.hpp"

namespace millrace::daemon {
namespace {

/// What an answer that has paused may still have unsent when it goes on, so that the socket does
/// not run dry meanwhile.
constexpr std::size_t unsent_bytes_low = 64 * 1024;

}  // namespace

/// Goes on with the paused answer of `c`, unless there is too much of it unsent still.
void worker::go_on(connection& c) {
  if (c.out.size() > unsent_bytes_low) return;
  ticket& t = *c.under_way;
  t.paused = false;
  if (c.slow_since_ns != 0) c.slow_since_ns = engine::monotonic_ns();
  after(t, t.does->go_on(*t.call));
  schedule(c);
}

/// An answer that goes on has nobody to go on for.
void worker::tell_gone(ticket& t) {
  aws::stream_state* const state = t.call != nullptr ? t.call->stream.get() : t.stream.get();
  if (state != nullptr && t.does->gone != nullptr) t.does->gone(context_, *state);
}

}  // namespace millrace::daemon
