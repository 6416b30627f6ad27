#include "journal/turn_choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace {

using millrace::base::ns_per_ms;
using millrace::journal::turn_choice;
using millrace::sync::processor_waits;
using millrace::sync::turns;

/// A thread that looks every 20 ms.
class looker {
 public:
  /// A look after 64 waits of so long each.
  turns after_waits_of(std::int64_t each_ns) {
    total_.total_ns += 64 * each_ns;
    total_.times += 64;
    now_ns_ += 20 * ns_per_ms;
    return choice_.look(total_, now_ns_);
  }
  /// Looks until turns are usual again, without waits; how long that took.
  std::int64_t brief_for_ns() {
    const std::int64_t begin = now_ns_;
    while (after_waits_of(0) == turns::brief) {
    }
    return now_ns_ - begin;
  }

 private:
  turn_choice choice_;
  processor_waits total_;
  std::int64_t now_ns_ = 3'600'000 * ns_per_ms;
};

constexpr std::int64_t long_ns = 2 * ns_per_ms;
constexpr std::int64_t short_ns = 50'000;
constexpr std::int64_t look_ns = 20 * ns_per_ms;

TEST(turn_choice, turns_are_usual_while_waits_are_short) {
  looker thread;
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(thread.after_waits_of(short_ns), turns::usual);
}

TEST(turn_choice, long_waits_make_turns_brief_for_a_second) {
  looker thread;
  EXPECT_EQ(thread.after_waits_of(short_ns), turns::usual);
  EXPECT_EQ(thread.after_waits_of(long_ns), turns::brief);
  const std::int64_t took = thread.brief_for_ns();
  EXPECT_GE(took, turn_choice::brief_min_ns);
  EXPECT_LE(took, turn_choice::brief_min_ns + look_ns);
  EXPECT_EQ(thread.after_waits_of(short_ns), turns::usual);
}

TEST(turn_choice, on_a_machine_that_stays_busy_the_usual_turns_are_tried_less_and_less) {
  looker thread;
  std::int64_t expected = turn_choice::brief_min_ns;
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(thread.after_waits_of(long_ns), turns::brief);
    const std::int64_t took = thread.brief_for_ns();
    EXPECT_GE(took, expected);
    EXPECT_LE(took, expected + look_ns);
    expected = std::min(2 * expected, turn_choice::brief_max_ns);
  }
}

TEST(turn_choice, after_a_calm_second_it_begins_anew) {
  looker thread;
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(thread.after_waits_of(long_ns), turns::brief);
    thread.brief_for_ns();
  }
  for (int i = 0; i < 60; ++i) ASSERT_EQ(thread.after_waits_of(short_ns), turns::usual);
  ASSERT_EQ(thread.after_waits_of(long_ns), turns::brief);
  EXPECT_LE(thread.brief_for_ns(), turn_choice::brief_min_ns + look_ns);
}

TEST(turn_choice, where_the_system_tells_nothing_turns_stay_usual) {
  turn_choice choice;
  for (int i = 1; i < 100; ++i) EXPECT_EQ(choice.look({}, i * ns_per_ms), turns::usual);
}

}  // namespace
