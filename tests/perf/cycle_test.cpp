// The in-process benchmark, seconds long: what it promises in counts is exact, what it promises in
// time is checked as a ratio within one run and with room for a busy machine of two cores.

#include <gtest/gtest.h>

#include <algorithm>

#include "cycle/cycle_bench.hpp"
#include "cycle/queue_bench.hpp"
#if MILLRACE_COUNTS_ALLOCATIONS
#include "process/alloc_count.hpp"
#endif

namespace millrace::perf {
namespace {

cycle_settings brief(thread_mode threading, std::size_t batch) {
  cycle_settings settings;
  settings.threading = threading;
  settings.batch = batch;
  settings.warm_up_seconds = 0.1;
  settings.seconds = 0.2;
  return settings;
}

TEST(cycle, every_message_is_received_once_unaltered_and_deleted) {
  for (const thread_mode threading : {thread_mode::none, thread_mode::own}) {
    for (const std::size_t batch : {1, 10}) {
      for (const std::size_t body_bytes : {8, 64, 1024}) {
        cycle_settings settings = brief(threading, batch);
        settings.body_bytes = body_bytes;
        settings.seconds = 0.05;
        const cycle_result result = run_cycles(settings);
        EXPECT_TRUE(result.tally.is_complete()) << to_string(result.tally.first_error);
        EXPECT_GT(result.cycles, 0u);
        EXPECT_EQ(result.tally.sent, result.tally.cycles * batch);
      }
    }
  }
}

TEST(cycle, fifo_messages_go_round_their_groups_without_loss) {
  for (const std::size_t batch : {1, 10}) {
    cycle_settings settings = brief(thread_mode::own, batch);
    settings.groups = 1000;
    const cycle_result result = run_cycles(settings);
    EXPECT_TRUE(result.tally.is_complete()) << to_string(result.tally.first_error);
    EXPECT_GT(result.cycles, 0u);
  }
}

TEST(cycle, two_producers_share_a_queue_without_loss) {
  cycle_settings settings = brief(thread_mode::own, 10);
  settings.producers = 2;
  const cycle_result result = run_cycles(settings);
  EXPECT_TRUE(result.tally.is_complete()) << to_string(result.tally.first_error);
}

TEST(cycle, synchronous_calls_bring_what_they_sent) {
  for (const std::size_t batch : {1, 10}) {
    const cycle_result result = run_sync_cycles(brief(thread_mode::own, batch));
    EXPECT_TRUE(result.tally.is_complete());
    EXPECT_GT(result.cycles, 0u);
  }
}

TEST(cycle, a_drain_takes_just_what_was_asked_in_rounds) {
  const backlog_result result =
      run_backlog({.threading = thread_mode::none, .depth = 1000, .drain = 2500});
  EXPECT_EQ(result.drained, 2500u);
  EXPECT_EQ(result.tally.received, 2500u);
  EXPECT_EQ(result.tally.deleted, 2500u);
  EXPECT_EQ(result.tally.altered, 0u);
  EXPECT_EQ(result.payload_bytes, 1'024'000u);
}

TEST(cycle, an_allocation_made_while_measuring_is_seen) {
  static std::uint64_t calls = 0;
  set_allocation_counter([]() noexcept -> std::uint64_t { return calls += 5; });
  const cycle_result result = run_cycles(brief(thread_mode::none, 1));
  set_allocation_counter(nullptr);
  EXPECT_EQ(result.allocations, 5u);
}

#if MILLRACE_COUNTS_ALLOCATIONS
class steady_state : public ::testing::TestWithParam<std::size_t> {
 protected:
  static cycle_result counted(thread_mode threading) {
    set_allocation_counter(&total_allocations);
    cycle_settings settings = brief(threading, GetParam());
    settings.count_calls = true;
    const cycle_result result = run_cycles(settings);
    set_allocation_counter(nullptr);
    return result;
  }
};

TEST_P(steady_state, the_calling_thread_alone_allocates_nothing_and_makes_no_system_call) {
  const cycle_result result = counted(thread_mode::none);
  EXPECT_GT(result.messages, 1000u);
  EXPECT_EQ(result.allocations, 0u);
  if (!result.system_calls) GTEST_SKIP() << "this system forbids tracing";
  EXPECT_EQ(result.system_calls, 0u);
}

TEST_P(steady_state, caller_and_lane_allocate_nothing_and_make_no_system_call_but_to_wait) {
  const cycle_result result = counted(thread_mode::own);
  EXPECT_EQ(result.allocations, 0u);
  if (!result.system_calls) GTEST_SKIP() << "this system forbids tracing";
  EXPECT_EQ(*result.system_calls, result.system_calls_to_wait);
}

INSTANTIATE_TEST_SUITE_P(batches, steady_state, ::testing::Values(1, 10));

TEST(backlog, a_deep_queue_weighs_at_most_a_quarter_more_than_its_payload) {
  const backlog_result result =
      run_backlog({.threading = thread_mode::none, .depth = 200'000, .drain = 0});
  EXPECT_LE(static_cast<double>(result.resident_filled - result.resident_before),
            1.25 * static_cast<double>(result.payload_bytes));
}

TEST(backlog, receiving_from_a_deep_queue_costs_at_most_a_few_times_a_shallow_one) {
  const auto cost = [](std::uint64_t depth) {
    const backlog_result result =
        run_backlog({.threading = thread_mode::none, .depth = depth, .drain = 20'000});
    return static_cast<double>(result.drain_cpu_ns) / static_cast<double>(result.drained);
  };
  double shallow = cost(1000), deep = cost(200'000);
  for (int again = 0; again < 4 && deep > 4 * shallow; ++again) {
    shallow = std::max(shallow, cost(1000));
    deep = std::min(deep, cost(200'000));
  }
  EXPECT_LE(deep, 4 * shallow);
}
#endif

TEST(queues, weigh_at_most_1_kib_each_and_bring_neither_threads_nor_files) {
  for (const thread_mode threading : {thread_mode::none, thread_mode::own}) {
    const queues_result result = run_queues({.threading = threading, .count = 50'000});
    EXPECT_EQ(result.counted, 50'000u);
    EXPECT_EQ(result.threads_more, 0u);
    EXPECT_EQ(result.files_more, 0u);
#if MILLRACE_COUNTS_ALLOCATIONS  // not with a sanitizer, whose memory this would be
    const std::uint64_t grown = std::max(result.resident_after, result.resident_before);
    EXPECT_LE(grown - result.resident_before, 50'000u * 1024);
#endif
  }
}

}  // namespace
}  // namespace millrace::perf
