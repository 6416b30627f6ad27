#include "stolen_time.hpp"

#include <algorithm>
#include <ctime>

#include "base/clock.hpp"

namespace millrace::bench {
namespace {

std::int64_t thread_ns() noexcept {
  timespec had{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &had);
  return had.tv_sec * 1'000'000'000 + had.tv_nsec;
}

}  // namespace

stolen_time::stolen_time() noexcept : began_ns_(base::monotonic_ns()), had_ns_(thread_ns()) {}

double stolen_time::seconds() const noexcept {
  const std::int64_t passed = base::monotonic_ns() - began_ns_;
  return static_cast<double>(std::max<std::int64_t>(passed - (thread_ns() - had_ns_), 0)) * 1e-9;
}

}  // namespace millrace::bench
