#include "burst.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <thread>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace millrace::bench {
namespace {

using namespace std::chrono_literals;

/// The first two processors that this process may use.
std::vector<int> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE && cores.size() < 2; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cores.push_back(cpu);
  }
  return cores;
}

const std::vector<int>& cores() {
  static const std::vector<int> found = usable_cores();  // before any thread is pinned
  return found;
}

bool set_policy(int policy, int priority) {
  sched_param param{};
  param.sched_priority = priority;
  return pthread_setschedparam(pthread_self(), policy, &param) == 0;
}

void pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cores()[static_cast<std::size_t>(core) % cores().size()], &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

/// Held during a burst. Bursts of two processes would each wait, spinning, for a thread that the
/// other one keeps from its core.
class one_burst_at_a_time {
 public:
  one_burst_at_a_time()
      : file_(::open("/tmp/millrace-burst.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0666)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);  // without the file: as if alone
  }
  one_burst_at_a_time(const one_burst_at_a_time&) = delete;
  one_burst_at_a_time& operator=(const one_burst_at_a_time&) = delete;
  ~one_burst_at_a_time() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  int file_;
};

struct span_ns {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  bool realtime = false;
};

}  // namespace

bool has_two_cores() { return cores().size() >= 2; }

bool may_be_realtime() {
  bool permitted = false;
  std::thread([&] { permitted = set_policy(SCHED_FIFO, 10); }).join();
  return permitted;
}

burst_result run_burst(const std::vector<burst_task>& tasks) {
  std::barrier everyone(static_cast<std::ptrdiff_t>(tasks.size()));
  std::atomic<std::size_t> started{0};
  std::vector<span_ns> spans(tasks.size());
  const one_burst_at_a_time alone;
  alarm(20);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      threads.emplace_back([&, i] {
        pin(tasks[i].core);
        const bool realtime = set_policy(SCHED_FIFO, 10);
        // asleep until all are there: a real-time thread that spins here would keep the others,
        // not real-time yet, from its core
        everyone.arrive_and_wait();
        started.fetch_add(1, std::memory_order_acq_rel);
        // yields: two of the tasks may share a core
        while (started.load(std::memory_order_acquire) != tasks.size()) sched_yield();
        const std::uint64_t start = now_ns();
        tasks[i].body();
        spans[i] = {start, now_ns(), realtime};
        set_policy(SCHED_OTHER, 0);
      });
    }
  }
  alarm(0);
  burst_result result{0, true};
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  for (const span_ns& span : spans) {
    start = std::max(start, span.start);
    end = std::max(end, span.end);
    result.realtime = result.realtime && span.realtime;
  }
  result.ns = end - start;
  return result;
}

bool share_a_core(sharing how) {
  // independent chains: they fill a core's units, which two threads of one core must share
  const auto work = [] {
    constexpr std::uint64_t steps = 200'000;
    std::array<std::uint64_t, 6> chains{1, 2, 3, 4, 5, 6};
    for (std::uint64_t i = 0; i < steps; ++i) {
      for (std::uint64_t& chain : chains) {
        chain += i;
        asm volatile("" : "+r"(chain));
      }
    }
  };
  constexpr std::size_t looks = 3;
  constexpr double alike = 1.4;  // measured: 1.0 on two cores, 1.7 to 1.8 on one
  std::array<double, looks> alone{};
  std::array<double, looks> both{};
  for (double& ns : alone) ns = static_cast<double>(run_burst({{0, work}}).ns);
  for (double& ns : both) ns = static_cast<double>(run_burst({{0, work}, {1, work}}).ns);
  const double most = alike * *std::min_element(alone.begin(), alone.end());
  const auto longer = [&](double ns) { return ns > most; };
  return how == sharing::any ? std::any_of(both.begin(), both.end(), longer)
                             : std::all_of(both.begin(), both.end(), longer);
}

void rest_after_burst() { std::this_thread::sleep_for(15ms); }

std::uint64_t now_ns() noexcept {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return now_ns();
#endif
}

double ns_per_tick() {
  static const double ratio = [] {
    const std::uint64_t ns = now_ns();
    const std::uint64_t tick = ticks();
    std::this_thread::sleep_for(50ms);
    const std::uint64_t passed = now_ns() - ns;
    return static_cast<double>(passed) / static_cast<double>(ticks() - tick);
  }();
  return ratio;
}

}  // namespace millrace::bench
