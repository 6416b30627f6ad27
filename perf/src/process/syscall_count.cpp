// The tracer is a forked child that uses nothing but system calls: the parent may have threads that
// hold locks. It ends by being killed, upon which the kernel lets the traced threads go.

#include "process/syscall_count.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>

namespace millrace::perf {

namespace {
constexpr std::size_t numbers_max = 512;
}

enum class tracer_phase : int { starting, attached, refused };

/// Shared between this process and the tracer. Everything is an atomic of its own, no two of which
/// need to agree, hence relaxed order throughout but for `phase`, which publishes the attachment.
struct syscall_counter::shared_state {
  std::atomic<tracer_phase> phase{tracer_phase::starting};
  std::atomic<bool> counting{false};
  /// By thread and number; the last column holds all numbers above.
  std::array<std::array<std::atomic<std::uint64_t>, numbers_max>, threads_max> counts{};
  std::array<pid_t, threads_max> threads{};
  std::size_t thread_count = 0;

  [[nodiscard]] std::size_t index_of(pid_t thread) const noexcept {
    std::size_t i = 0;
    while (i < thread_count && threads[i] != thread) ++i;
    return i;
  }
  /// Counts the call that a stopped thread is entering; a stop at the end of a call is not one.
  void count_stop(pid_t thread) noexcept;
  /// Attaches to and restarts all threads; false when one refuses.
  [[nodiscard]] bool attach_all() noexcept;
  [[noreturn]] void trace() noexcept;
};

void syscall_counter::shared_state::count_stop(pid_t thread) noexcept {
  const std::size_t i = index_of(thread);
  if (i == thread_count || !counting.load(std::memory_order_relaxed)) return;
  __ptrace_syscall_info info{};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return;
  if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
  const auto number = static_cast<std::size_t>(info.entry.nr);
  counts[i][std::min(number, numbers_max - 1)].fetch_add(1, std::memory_order_relaxed);
}

bool syscall_counter::shared_state::attach_all() noexcept {
  for (std::size_t i = 0; i < thread_count; ++i) {
    if (ptrace(PTRACE_SEIZE, threads[i], 0, PTRACE_O_TRACESYSGOOD) != 0) return false;
    if (ptrace(PTRACE_INTERRUPT, threads[i], 0, 0) != 0) return false;
    int status = 0;
    if (waitpid(threads[i], &status, __WALL) != threads[i] || !WIFSTOPPED(status)) return false;
    if (ptrace(PTRACE_SYSCALL, threads[i], 0, 0) != 0) return false;
  }
  return true;
}

void syscall_counter::shared_state::trace() noexcept {
  const bool all = attach_all();
  phase.store(all ? tracer_phase::attached : tracer_phase::refused, std::memory_order_release);
  if (!all) _exit(0);
  constexpr int syscall_stop = SIGTRAP | 0x80;
  for (;;) {
    int status = 0;
    const pid_t thread = waitpid(-1, &status, __WALL);
    if (thread < 0) _exit(0);
    if (!WIFSTOPPED(status)) continue;
    const int signal = WSTOPSIG(status);
    if (signal == syscall_stop) count_stop(thread);
    const bool is_event = status >> 16 != 0;
    const bool deliver = signal != syscall_stop && !is_event;
    ptrace(PTRACE_SYSCALL, thread, 0, deliver ? signal : 0);
  }
}

syscall_counter::syscall_counter(std::span<const pid_t> threads) {
  void* memory = mmap(nullptr, sizeof(shared_state), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || threads.size() > threads_max) std::abort();
  state_ = ::new (memory) shared_state;
  std::copy(threads.begin(), threads.end(), state_->threads.begin());
  state_->thread_count = threads.size();
  tracer_ = fork();
  if (tracer_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    state_->trace();
  }
  // A kernel that restricts tracing to descendants lets a process name its tracer.
  prctl(PR_SET_PTRACER, tracer_, 0, 0, 0);
  while (tracer_ > 0 && state_->phase.load(std::memory_order_acquire) == tracer_phase::starting) {
    usleep(200);
    int status = 0;
    if (waitpid(tracer_, &status, WNOHANG) == tracer_) tracer_ = -1;
  }
}

syscall_counter::~syscall_counter() {
  if (tracer_ > 0) {
    kill(tracer_, SIGKILL);
    waitpid(tracer_, nullptr, 0);
  }
  munmap(state_, sizeof(shared_state));
}

bool syscall_counter::attached() const noexcept {
  return tracer_ > 0 && state_->phase.load(std::memory_order_acquire) == tracer_phase::attached;
}
void syscall_counter::begin() noexcept { state_->counting.store(true, std::memory_order_relaxed); }
void syscall_counter::end() noexcept { state_->counting.store(false, std::memory_order_relaxed); }

std::uint64_t syscall_counter::count(std::size_t i) const noexcept {
  std::uint64_t sum = 0;
  for (const auto& each : state_->counts[i]) sum += each.load(std::memory_order_relaxed);
  return sum;
}
std::uint64_t syscall_counter::count_of(std::size_t i, long number) const noexcept {
  return state_->counts[i][static_cast<std::size_t>(number)].load(std::memory_order_relaxed);
}
std::uint64_t syscall_counter::count_of_waits(std::size_t i) const noexcept {
  return count_of(i, SYS_futex) + count_of(i, SYS_sched_yield);
}

std::vector<pid_t> own_threads() {
  std::vector<pid_t> threads;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    threads.push_back(std::atoi(entry.path().filename().c_str()));
  }
  std::sort(threads.begin(), threads.end());
  return threads;
}

}  // namespace millrace::perf
