#include "disaster.hpp"

#include <time.h>

#include "process/cpu_time.hpp"

namespace millrace::crash {

void kill_disaster::strike(server_process& server, recorder& notes) {
  server.kill();
  notes.struck(perf::monotonic_ns(), false);
}

striker::striker(std::uint64_t at_ns, std::function<void()> blow)
    : thread_([at_ns, blow = std::move(blow)] {
        const timespec until{.tv_sec = static_cast<time_t>(at_ns / 1'000'000'000),
                             .tv_nsec = static_cast<long>(at_ns % 1'000'000'000)};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) {
        }
        blow();
      }) {}

}  // namespace millrace::crash
