// The process accounts against work whose amount is known.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "ab/comparison.hpp"
#include "process/core_distance.hpp"
#include "process/cpu_time.hpp"
#include "process/syscall_count.hpp"
#if MILLRACE_COUNTS_ALLOCATIONS
#include "process/alloc_count.hpp"
#endif

namespace millrace::perf {
namespace {

void burn(std::uint64_t ns) {
  const std::uint64_t end = thread_cpu_ns() + ns;
  while (thread_cpu_ns() < end) {
  }
}

TEST(cpu_time, a_thread_and_its_process_account_for_the_work_done) {
  const auto process_before = process_cpu_ns(getpid());
  const double cost = thread_cost_ns([] { burn(20'000'000); });
  const auto process_after = process_cpu_ns(getpid());
  ASSERT_TRUE(process_before && process_after);
  EXPECT_GE(cost, 20e6);
  EXPECT_GE(*process_after - *process_before, 20'000'000u);
}

TEST(cpu_time, a_process_that_does_not_exist_has_no_account) {
  constexpr pid_t never = 0x7ffffff0;
  EXPECT_FALSE(process_cpu_ns(never));
  EXPECT_FALSE(resident_bytes(never));
}

TEST(cpu_time, resident_memory_follows_what_is_touched) {
  const auto before = resident_bytes(getpid());
  constexpr std::size_t size = 32u << 20;
  std::vector<char> block(size, 1);
  const auto after = resident_bytes(getpid());
  ASSERT_TRUE(before && after);
  EXPECT_GE(*after, *before + size * 9 / 10) << block[size / 2];
}

TEST(core_distance, a_round_trip_takes_time_or_there_is_one_processor) {
  const auto trip = core_round_trip_ns();
  cpu_set_t allowed;
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  EXPECT_EQ(trip.has_value(), CPU_COUNT(&allowed) > 1);
  EXPECT_GT(trip.value_or(100), 5);
}

/// Runs `work` on a thread of its own while only that thread is counted.
template <class Work>
std::uint64_t count_calls(Work work, bool& attached) {
  std::atomic<pid_t> thread{0};
  std::atomic<int> go{0};
  std::thread worker([&] {
    thread = gettid();
    while (go == 0) {
    }
    work();
    go = 2;
    while (go == 2) {
    }
  });
  while (thread == 0) {
  }
  const std::array<pid_t, 1> wanted{thread};
  syscall_counter counter(wanted);
  attached = counter.attached();
  counter.begin();
  go = 1;
  while (go != 2) {
  }
  counter.end();
  go = 3;
  worker.join();
  EXPECT_EQ(counter.count_of(0, SYS_getppid) + counter.count_of_waits(0), counter.count(0));
  return counter.count(0);
}

TEST(syscall_count, counts_each_call_of_the_thread_and_nothing_else) {
  bool attached = false;
  const std::uint64_t calls = count_calls(
      [] {
        for (int i = 0; i < 250; ++i) syscall(SYS_getppid);
      },
      attached);
  if (!attached) GTEST_SKIP() << "this system forbids tracing";
  EXPECT_EQ(calls, 250u);
}

TEST(syscall_count, calls_that_wait_are_told_apart) {
  bool attached = false;
  const std::uint64_t calls = count_calls(
      [] {
        for (int i = 0; i < 20; ++i) syscall(SYS_sched_yield);
        syscall(SYS_getppid);
      },
      attached);
  if (!attached) GTEST_SKIP() << "this system forbids tracing";
  EXPECT_EQ(calls, 21u);
}

TEST(syscall_count, work_without_calls_counts_zero) {
  bool attached = false;
  std::atomic<std::uint64_t> sum{0};
  const std::uint64_t calls = count_calls(
      [&] {
        for (std::uint64_t i = 0; i < 1'000'000; ++i) sum += i;
      },
      attached);
  if (!attached) GTEST_SKIP() << "this system forbids tracing";
  EXPECT_EQ(calls, 0u);
}

TEST(syscall_count, a_thread_that_does_not_exist_cannot_be_attached) {
  const std::array<pid_t, 1> never{0x7ffffff0};
  EXPECT_FALSE(syscall_counter(never).attached());
}

TEST(syscall_count, own_threads_contains_this_one) {
  const std::vector<pid_t> threads = own_threads();
  EXPECT_NE(std::find(threads.begin(), threads.end(), gettid()), threads.end());
}

#if MILLRACE_COUNTS_ALLOCATIONS
TEST(alloc_count, every_way_to_allocate_is_counted_once) {
  const std::uint64_t before = own_allocations();
  const auto number = std::make_unique<int>(1);
  void* plain = std::malloc(10);
  plain = std::realloc(plain, 100);
  void* zeroed = std::calloc(3, 5);
  void* aligned = std::aligned_alloc(64, 128);
  void* posix = nullptr;
  ASSERT_EQ(posix_memalign(&posix, 64, 64), 0);
  EXPECT_EQ(own_allocations() - before, 6u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned) % 64, 0u);
  EXPECT_EQ(static_cast<char*>(zeroed)[14], 0);
  for (void* memory : {plain, zeroed, aligned, posix}) std::free(memory);
  EXPECT_EQ(*number, 1);
}

TEST(alloc_count, another_threads_allocations_are_its_own) {
  const std::uint64_t total_before = total_allocations();
  pid_t thread = 0;
  std::thread worker([&] {
    thread = gettid();
    for (int i = 0; i < 100; ++i) {
      void* memory = std::malloc(8);
      asm volatile("" : "+r"(memory));  // or the compiler removes the pair
      std::free(memory);
    }
  });
  worker.join();
  std::uint64_t counted = 0;
  for (const thread_allocations& each : read_allocations()) {
    if (each.thread == thread) counted = each.count;
  }
  EXPECT_GE(counted, 100u);
  EXPECT_LT(counted, 110u);
  EXPECT_GE(total_allocations() - total_before, counted);
}

TEST(alloc_count, work_without_allocations_counts_zero) {
  (void)own_allocations();
  const std::uint64_t before = own_allocations();
  burn(1'000'000);
  EXPECT_EQ(own_allocations(), before);
}
#endif

}  // namespace
}  // namespace millrace::perf
