// A lane stands still inside of a signal's handler, wherever it was: as after SIGSTOP, which cannot
// be sent to one thread alone.

#include "target/lane_host.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <ctime>
#include <stdexcept>

#include "cycle/require.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

std::atomic<bool> stalled{false};

int stall_signal() { return SIGRTMIN + 5; }

void stand_still(int) {
  const int before = errno;
  const timespec moment{.tv_sec = 0, .tv_nsec = 200'000};
  while (stalled.load(std::memory_order_acquire)) nanosleep(&moment, nullptr);
  errno = before;
}

}  // namespace

lane_host::lane_host(const lane_host_settings& settings) : can_stall_(settings.can_stall) {
  if (can_stall_) {
    struct sigaction wanted {};
    wanted.sa_handler = stand_still;
    wanted.sa_flags = SA_RESTART;
    if (sigaction(stall_signal(), &wanted, nullptr) != 0) throw std::runtime_error("sigaction");
  }
  options chosen;
  chosen.threading = thread_mode::own;
  chosen.data_dir = settings.data_dir;
  chosen.seed = settings.seed;
  chosen.clients_max = settings.clients;
  chosen.on_thread_start = note_thread;
  chosen.thread_context = this;
  std::string why;
  auto opened = engine::open(chosen, &why);
  if (!opened) {
    throw std::runtime_error("the engine does not open: " +
                             (why.empty() ? std::string(to_string(opened.error())) : why));
  }
  engine_ = std::move(opened).value();
  await_threads();
  keep_off_the_lanes();
}

lane_host::~lane_host() {
  resume();
  // Else the next engine would find the generator's processor only, and share it.
  if (CPU_COUNT(&allowed_before_) > 0) {
    sched_setaffinity(0, sizeof allowed_before_, &allowed_before_);
  }
}

void lane_host::note_thread(std::uint32_t, void* self) {
  auto& host = *static_cast<lane_host*>(self);
  if (host.can_stall_) {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, stall_signal());
    pthread_sigmask(SIG_UNBLOCK, &wanted, nullptr);
  }
  const std::lock_guard lock(host.mutex_);
  host.threads_.push_back(gettid());
}

void lane_host::await_threads() {
  const std::uint64_t give_up = monotonic_ns() + 5'000'000'000;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (threads_.size() >= engine_.lanes()) return;
    }
    if (monotonic_ns() > give_up) throw std::runtime_error("a lane's thread did not start");
    usleep(100);
  }
}

void lane_host::keep_off_the_lanes() noexcept {
  cpu_set_t wanted;
  if (sched_getaffinity(0, sizeof wanted, &wanted) != 0) return;
  allowed_before_ = wanted;
  for (const pid_t thread : threads_) {
    cpu_set_t of_lane;
    if (sched_getaffinity(thread, sizeof of_lane, &of_lane) != 0) return;
    if (CPU_COUNT(&of_lane) != 1) return;
    CPU_XOR(&of_lane, &of_lane, &wanted);  // the lane's processor leaves the set, if it was in it
    CPU_AND(&wanted, &wanted, &of_lane);
  }
  if (CPU_COUNT(&wanted) > 0) sched_setaffinity(0, sizeof wanted, &wanted);
}

void lane_host::stall() {
  if (!can_stall_) throw std::runtime_error("this engine was not opened to be stalled");
  stalled.store(true, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  for (const pid_t thread : threads_) tgkill(getpid(), thread, stall_signal());
}

void lane_host::resume() noexcept { stalled.store(false, std::memory_order_release); }

}  // namespace millrace::perf
