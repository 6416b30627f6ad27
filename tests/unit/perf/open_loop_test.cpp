// The open loop on a target that does what a test asks of it: what it loses, repeats, reorders,
// refuses or holds back is seen.

#include "run/open_loop.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "process/cpu_time.hpp"
#include "run/bench_report.hpp"

namespace millrace::perf {
namespace {

struct behaviour {
  std::uint64_t lose_every = 0;  ///< 0: none
  std::uint64_t repeat_every = 0;
  std::uint64_t alter_every = 0;
  std::uint64_t throttle_every = 0;
  bool swaps_pairs = false;
  std::uint64_t taken_per_second = ~0ull;  ///< of sends
};

/// One queue, one sender, one reader; all at once.
class fake_target final : public target {
 public:
  explicit fake_target(const behaviour& how) : how_(how), began_ns_(monotonic_ns()) {
    readers_ = {{0, 0, 0}};
  }
  std::string describe() const override { return "fake"; }
  std::size_t senders() const noexcept override { return 1; }
  bool can_send(std::size_t) const noexcept override {
    const double seconds = static_cast<double>(monotonic_ns() - began_ns_) / 1e9;
    return !stalled_ &&
           static_cast<double>(taken_) <= seconds * static_cast<double>(how_.taken_per_second);
  }
  void send(std::size_t, std::size_t, std::uint64_t call,
            std::span<const outgoing> messages) override {
    std::vector<send_outcome> outcomes(messages.size(), send_outcome::accepted);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ++taken_;
      const auto is_due = [&](std::uint64_t every) { return every != 0 && taken_ % every == 0; };
      if (is_due(how_.throttle_every)) {
        outcomes[i] = send_outcome::throttled;
        continue;
      }
      if (is_due(how_.lose_every)) continue;
      std::string body(messages[i].body);
      if (is_due(how_.alter_every)) body[20] = body[20] == 'A' ? 'B' : 'A';
      stored_.push_back(body);
      if (is_due(how_.repeat_every)) stored_.push_back(body);
    }
    answers_.push_back({call, outcomes});
  }
  void next(std::size_t) override { reading_ = true; }
  void turn(listener& to, std::uint64_t until_ns) override {
    if (!stalled_) {
      for (const auto& each : std::exchange(answers_, {})) to.sent(each.call, each.outcomes);
      const std::size_t least = how_.swaps_pairs ? 2 : 1;
      if (reading_ && stored_.size() >= least) return deliver(to);
    }
    const std::uint64_t now = monotonic_ns();
    if (until_ns > now + 100'000) usleep(50);
  }
  void stall() override { stalled_ = true; }
  void resume() override { stalled_ = false; }

 private:
  struct answer {
    std::uint64_t call;
    std::vector<send_outcome> outcomes;
  };
  void deliver(listener& to) {
    const std::vector<std::string> bodies(stored_.begin(), stored_.end());
    stored_.clear();
    std::vector<std::string_view> views(bodies.begin(), bodies.end());
    if (how_.swaps_pairs) std::swap(views[0], views[1]);
    reading_ = false;
    to.received(0, views);
  }
  behaviour how_;
  std::uint64_t began_ns_;
  std::uint64_t taken_ = 0;
  bool stalled_ = false;
  bool reading_ = false;
  std::deque<std::string> stored_;
  std::vector<answer> answers_;
};

bench_workload small_plan() {
  bench_workload plan;
  plan.size = distribution(100);
  plan.warm_up_seconds = 0.05;
  plan.test_seconds = 0.3;
  plan.service = service_kind::fifo;
  plan.keyed = true;
  plan.arrivals.rule = arrival_plan::kind::constant;
  return plan;
}

std::unique_ptr<load_result> run(const behaviour& how, const bench_workload& plan,
                                 double rate = 2000, bool may_cut_short = false) {
  fake_target on(how);
  return open_loop(plan, on,
                   {.rate = rate, .may_cut_short = may_cut_short, .patience_seconds = 0.3})
      .run();
}

int exit_code_of(std::unique_ptr<load_result> result, const bench_workload& plan) {
  bench_report report{.plan = plan};
  report.results.push_back(std::move(result));
  return exit_code(report);
}

TEST(open_loop, everything_that_is_due_is_sent_and_counted) {
  auto result = run({}, small_plan());
  EXPECT_EQ(result->offered, 600u);  // 0.3 s at 2000/s, to the message
  EXPECT_EQ(result->verdict.accepted, 700u);
  EXPECT_EQ(result->verdict.delivered, 700u);
  EXPECT_TRUE(result->verdict.is_right());
  EXPECT_EQ(result->delivery.all().count(), 600u);
}

TEST(open_loop, a_run_that_kept_up_ends_well) {
  auto result = std::make_unique<load_result>();
  result->seconds = 10;
  result->offered = result->accepted = 10'000;
  result->delivered = 9'920;
  EXPECT_EQ(exit_code_of(std::move(result), small_plan()), 0);
  result = std::make_unique<load_result>();
  result->seconds = 10;
  result->offered = result->accepted = 10'000;
  result->delivered = 9'880;
  EXPECT_EQ(exit_code_of(std::move(result), small_plan()), 3);
}

TEST(open_loop, loss_is_seen) {
  // Until nothing has come for a while, a message may still be under way.
  auto result = run({.lose_every = 100}, small_plan());
  EXPECT_EQ(result->verdict.lost, 7u);
  EXPECT_EQ(exit_code_of(std::move(result), small_plan()), 1);
}

TEST(open_loop, repeats_and_altered_bodies_are_seen) {
  auto result = run({.repeat_every = 100, .alter_every = 0}, small_plan());
  EXPECT_EQ(result->verdict.duplicated, 7u);
  EXPECT_EQ(exit_code_of(std::move(result), small_plan()), 1);
}

TEST(open_loop, disorder_is_seen) {
  auto result = run({.swaps_pairs = true}, small_plan());
  EXPECT_GT(result->verdict.out_of_order, 50u);
  EXPECT_EQ(exit_code_of(std::move(result), small_plan()), 1);
}

TEST(open_loop, throttled_messages_are_neither_lost_nor_saturation) {
  auto result = run({.throttle_every = 10}, small_plan());
  EXPECT_NEAR(result->throttled_percent(), 10, 1);
  EXPECT_EQ(result->verdict.lost, 0u);
  EXPECT_FALSE(result->is_saturated());
}

TEST(open_loop, a_target_that_takes_too_little_is_saturated) {
  auto plan = small_plan();
  auto result = run({.taken_per_second = 1000}, plan);
  EXPECT_TRUE(result->is_saturated());
  EXPECT_GT(result->never_sent, 100u);
  EXPECT_EQ(exit_code_of(std::move(result), plan), 3);
}

TEST(open_loop, a_hopeless_run_is_cut_short_if_it_may) {
  auto plan = small_plan();
  plan.test_seconds = 20;
  const std::uint64_t before = monotonic_ns();
  const auto result = run({.taken_per_second = 100}, plan, 5000, true);
  EXPECT_TRUE(result->cut_short);
  EXPECT_LT(monotonic_ns() - before, 10'000'000'000u);
}

TEST(open_loop, a_stall_is_seen_by_every_message_whose_time_came_in_it) {
  auto plan = small_plan();
  plan.test_seconds = 0.8;
  plan.faults = {parse_fault("at 300ms stall 200ms server")};
  const auto result = run({}, plan);
  // A quarter of the messages waits, the first one longest: p99 = 200 ms * (1 - 0.01 / 0.25).
  EXPECT_GE(result->send.all().percentile(99), 0.95 * 192e6);
  EXPECT_GE(result->delivery.all().percentile(99), 0.95 * 192e6);
  EXPECT_FALSE(result->is_saturated());
}

TEST(open_loop, stalled_consumers_delay_deliveries_but_no_sends) {
  auto plan = small_plan();
  plan.test_seconds = 0.8;
  plan.faults = {parse_fault("at 300ms stall 200ms consumers")};
  const auto result = run({}, plan);
  EXPECT_GE(result->delivery.all().percentile(99), 0.95 * 192e6);
  EXPECT_LT(result->send.all().percentile(50), 50e6);
}

TEST(open_loop, a_consumer_at_work_makes_the_next_message_wait) {
  auto plan = small_plan();
  plan.consumer_service = distribution(4'000'000);  // 250 a second at most
  const auto result = run({}, plan, 200);
  EXPECT_FALSE(result->is_saturated());
  const auto behind = run({}, plan, 500);
  EXPECT_TRUE(behind->is_saturated());
  EXPECT_FALSE(behind->sends_saturated());
}

TEST(open_loop, a_backlog_is_built_before_consumers_begin) {
  auto plan = small_plan();
  plan.backlog_gb = 200 * 100 / 1e9;  // 200 messages, a tenth of a second
  const auto result = run({}, plan);
  EXPECT_NEAR(result->backlog_seconds, 0.1, 0.05);
  EXPECT_GT(result->backlog_drain_seconds, 0);
  EXPECT_TRUE(result->verdict.is_right());
}

TEST(open_loop, one_seed_gives_one_schedule) {
  auto plan = small_plan();
  plan.arrivals.rule = arrival_plan::kind::poisson;
  EXPECT_EQ(run({}, plan)->offered, run({}, plan)->offered);
}

}  // namespace
}  // namespace millrace::perf
