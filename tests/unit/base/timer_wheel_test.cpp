// The wheel against a std::multimap: everything due fires, nothing early, whatever the jumps.
#include "base/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "base/random.hpp"

namespace {

using millrace::base::random;

struct alarm : millrace::base::timer {
  int number = 0;
};
using wheel = millrace::base::timer_wheel<alarm>;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t start_ms = 1'700'000'000'000;

std::vector<int> fire_all(wheel& w, std::int64_t now_ms) {
  std::vector<int> fired;
  EXPECT_TRUE(w.advance(now_ms, SIZE_MAX, [&](alarm& a) {
    EXPECT_LE(a.deadline_ms, now_ms) << "fired early";
    fired.push_back(a.number);
  }));
  return fired;
}

TEST(timer_wheel, fires_at_its_deadline_and_not_a_millisecond_before) {
  for (const std::int64_t wait : {1LL, 63LL, 64LL, 65LL, 4095LL, 4096LL, 30'000LL, 43'200'000LL,
                                  14 * 86'400'000LL, 400 * 86'400'000LL, 60'000 * 86'400'000LL}) {
    wheel w(start_ms);
    alarm a;
    w.insert(a, start_ms + wait);
    EXPECT_TRUE(fire_all(w, start_ms + wait - 1).empty()) << wait;
    EXPECT_EQ(fire_all(w, start_ms + wait).size(), 1U) << wait;
    EXPECT_TRUE(w.empty());
  }
}

TEST(timer_wheel, what_is_due_at_insertion_fires_at_the_next_advance) {
  wheel w(start_ms);
  alarm now, past;
  w.insert(now, start_ms);
  w.insert(past, -5);
  EXPECT_EQ(w.next_ms(), start_ms);
  EXPECT_EQ(fire_all(w, start_ms).size(), 2U);
}

TEST(timer_wheel, a_budget_divides_the_work_and_loses_nothing) {
  wheel w(start_ms);
  std::vector<alarm> alarms(100);
  for (int i = 0; i < 100; ++i) w.insert(alarms[static_cast<std::size_t>(i)], start_ms + i);
  int fired = 0;
  int turns = 0;
  while (!w.advance(start_ms + day_ms, 7, [&](alarm&) { ++fired; })) ++turns;
  EXPECT_EQ(fired, 100);
  EXPECT_EQ(turns, 14);
}

TEST(timer_wheel, a_fired_timer_may_be_inserted_again_and_another_erased) {
  wheel w(start_ms);
  alarm repeated, victim;
  w.insert(repeated, start_ms + 10);
  w.insert(victim, start_ms + 10);
  int fired = 0;
  w.advance(start_ms + 10, 100, [&](alarm& a) {
    ASSERT_EQ(&a, &repeated);
    if (++fired == 1) {
      w.erase(victim);
      w.insert(repeated, start_ms + 70);
    }
  });
  EXPECT_EQ(fired, 1);
  w.advance(start_ms + 70, 100, [&](alarm&) { ++fired; });
  EXPECT_EQ(fired, 2);
}

TEST(timer_wheel, next_ms_is_never_after_a_deadline_and_reaches_it) {
  random r(5);
  for (int round = 0; round < 2000; ++round) {
    wheel w(start_ms + static_cast<std::int64_t>(r.below(day_ms)));
    EXPECT_EQ(w.next_ms(), INT64_MAX);
    alarm a;
    std::int64_t now = start_ms + day_ms;
    fire_all(w, now);
    const std::int64_t deadline = now + 1 + static_cast<std::int64_t>(r.below(1ULL << r.below(45)));
    w.insert(a, deadline);
    int steps = 0;
    while (!w.empty()) {
      const std::int64_t next = w.next_ms();
      ASSERT_LE(next, deadline);
      ASSERT_GT(next, now) << "a sleeper would spin";
      now = next;
      fire_all(w, now);
      ASSERT_LE(++steps, 7 + 4) << "a level each, and the ends of the top one";
    }
    ASSERT_EQ(now, deadline);
  }
}

/// Random inserts, erases and jumps of up to `jump_bits` bits of milliseconds.
void compare_with_multimap(std::uint64_t seed, unsigned jump_bits) {
  random r(seed);
  std::int64_t now = start_ms;
  wheel w(now);
  std::vector<std::unique_ptr<alarm>> alarms;
  std::multimap<std::int64_t, alarm*> reference;
  std::vector<alarm*> in_wheel;
  for (int step = 0; step < 4000; ++step) {
    const std::uint64_t dice = r.below(10);
    if (dice < 6) {
      alarms.push_back(std::make_unique<alarm>());
      alarm& a = *alarms.back();
      a.number = step;
      const auto ahead = static_cast<std::int64_t>(r.below(1ULL << r.below(jump_bits + 4)));
      w.insert(a, now + ahead);
      reference.emplace(now + ahead, &a);
      in_wheel.push_back(&a);
    } else if (dice < 8 && !in_wheel.empty()) {
      const std::size_t at = r.below(in_wheel.size());
      alarm* a = in_wheel[at];
      const auto [from, to] = reference.equal_range(a->deadline_ms);
      reference.erase(std::find_if(from, to, [&](const auto& x) { return x.second == a; }));
      w.erase(*a);
      in_wheel.erase(in_wheel.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      now += static_cast<std::int64_t>(r.below(1ULL << r.below(jump_bits)));
      std::vector<int> fired = fire_all(w, now);
      std::vector<int> wanted;
      while (!reference.empty() && reference.begin()->first <= now) {
        wanted.push_back(reference.begin()->second->number);
        std::erase(in_wheel, reference.begin()->second);
        reference.erase(reference.begin());
      }
      std::sort(fired.begin(), fired.end());
      std::sort(wanted.begin(), wanted.end());
      ASSERT_EQ(fired, wanted) << "seed " << seed << " step " << step;
    }
    ASSERT_EQ(w.size(), reference.size());
    if (!reference.empty()) {
      ASSERT_LE(w.next_ms(), std::max(now, reference.begin()->first));
    }
  }
}

TEST(timer_wheel, does_what_a_multimap_does_in_small_steps) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) compare_with_multimap(seed, 8);
}
TEST(timer_wheel, does_what_a_multimap_does_over_days) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) compare_with_multimap(seed, 31);
}
TEST(timer_wheel, does_what_a_multimap_does_over_a_century_and_the_end_of_its_top_level) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) compare_with_multimap(seed, 42);
}

TEST(timer_wheel, a_timer_is_moved_at_most_seven_times_in_its_life) {
  random r(9);
  wheel w(start_ms);
  std::vector<alarm> alarms(20'000);
  for (alarm& a : alarms) {
    w.insert(a, start_ms + static_cast<std::int64_t>(r.below(14 * day_ms)));
  }
  std::int64_t now = start_ms;
  std::size_t fired = 0;
  while (!w.empty()) {
    now += static_cast<std::int64_t>(r.below(200'000));
    fired += fire_all(w, now).size();
  }
  EXPECT_EQ(fired, alarms.size());
  EXPECT_LE(w.placements(), alarms.size() * 8);
}

}  // namespace
