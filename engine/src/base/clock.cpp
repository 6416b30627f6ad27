// The only place of the engine that asks the operating system for the time.
#include "base/clock.hpp"

#include <ctime>

namespace millrace::base {
namespace {

std::int64_t read(clockid_t id) noexcept {
  timespec t{};
  clock_gettime(id, &t);
  return t.tv_sec * ns_per_s + t.tv_nsec;
}

}  // namespace

std::int64_t monotonic_ns() noexcept { return read(CLOCK_MONOTONIC); }

time_ns wall_ns() noexcept { return read(CLOCK_REALTIME); }

system_clock::system_clock(time_ns at_least) noexcept
    : offset_((wall_ns() > at_least ? wall_ns() : at_least) - monotonic_ns()) {}

void system_clock::not_before(time_ns t) noexcept {
  if (now() < t) offset_ = t - monotonic_ns();
}

time_ns system_clock::now() const noexcept { return offset_ + monotonic_ns(); }

}  // namespace millrace::base
