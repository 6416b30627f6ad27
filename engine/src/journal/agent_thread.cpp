#include "journal/agent_thread.hpp"

#include "base/clock.hpp"
#include "sync/cpu_binding.hpp"

namespace millrace::journal {
namespace {

constexpr std::int64_t between_moves_ns = 10 * base::ns_per_ms;

}  // namespace

result<void> agent_thread::start(const options& wanted) {
  options_ = wanted;
  result<sync::thread> started = sync::thread::start({.name = wanted.name}, [this] { run(); });
  if (!started) return started.error();
  thread_ = std::move(started).value();
  return {};
}

void agent_thread::stop() noexcept {
  stop_.request();
  if (options_.bell != nullptr) options_.bell->ring();
  thread_.join();
}

void agent_thread::run() noexcept {
  const sync::wait_meter meter;
  sync::wait_strategy wait(options_.idle);
  sync::doorbell& bell = *options_.bell;
  while (!stop_.requested()) {
    if (options_.work()) {
      wait.reset();
      if (options_.hurries) look_at_turns(meter);
    } else if (wait.idle(base::monotonic_ns())) {
      bell.prepare_to_sleep();
      // Once more: a ring before the announcement woke nobody.
      if (stop_.requested() || options_.work()) {
        bell.cancel();
      } else {
        bell.wait(options_.due_ns());
        make_way();
      }
    }
  }
}

void agent_thread::look_at_turns(const sync::wait_meter& meter) noexcept {
  if (++steps_ < turn_choice::steps_a_look) return;
  steps_ = 0;
  const sync::turns wanted = choice_.look(meter.read(), base::monotonic_ns());
  if (wanted == turns_) return;
  turns_ = wanted;
  sync::take_turns(wanted);
}

/// The scheduler wakes a thread on its waker's processor where it takes no other one for idle, and
/// may leave both there for many milliseconds, taking turns of 4.
void agent_thread::make_way() noexcept {
  if (!options_.avoided_cpu || options_.avoided_cpu() != sync::this_processor()) return;
  const std::int64_t now = base::monotonic_ns();
  if (now < may_move_at_ns_) return;
  may_move_at_ns_ = now + between_moves_ns;
  sync::leave_this_processor();
}

}  // namespace millrace::journal
