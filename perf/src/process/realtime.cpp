#include "process/realtime.hpp"

#include <sched.h>

namespace millrace::perf {

bool enter_realtime(int priority) noexcept {
  sched_param wanted{};
  wanted.sched_priority = priority;
  return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0;
}

realtime_burst::realtime_burst(int priority) noexcept : active_(enter_realtime(priority)) {}

realtime_burst::~realtime_burst() {
  if (!active_) return;
  const sched_param ordinary{};
  sched_setscheduler(0, SCHED_OTHER, &ordinary);
}

}  // namespace millrace::perf
