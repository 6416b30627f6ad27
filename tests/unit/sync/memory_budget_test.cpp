#include "sync/memory_budget.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using millrace::sync::allocation_class;
using millrace::sync::memory_budget;

TEST(memory_budget, keeps_a_thirty_second_for_priority) {
  memory_budget budget(3200);
  EXPECT_TRUE(budget.take(3100, allocation_class::normal));
  EXPECT_FALSE(budget.take(1, allocation_class::normal));
  EXPECT_TRUE(budget.take(100, allocation_class::priority));
  EXPECT_FALSE(budget.take(1, allocation_class::priority));
  EXPECT_EQ(budget.bytes_in_use(), 3200U);
  EXPECT_EQ(budget.refusals(), 2U);
}

TEST(memory_budget, a_refused_take_takes_nothing) {
  memory_budget budget(1000);
  EXPECT_FALSE(budget.take(1001, allocation_class::priority));
  EXPECT_FALSE(budget.take(UINT64_MAX, allocation_class::priority));
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST(memory_budget, without_a_maximum_it_refuses_nothing) {
  memory_budget budget;
  EXPECT_TRUE(budget.take(std::uint64_t{1} << 50, allocation_class::normal));
  budget.give_back(std::uint64_t{1} << 50);
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST(memory_budget, is_never_exceeded_by_racing_takers) {
  memory_budget budget(1000);
  const auto churn = [&] {
    for (int i = 0; i < 20'000; ++i) {
      if (budget.take(300, allocation_class::priority)) {
        EXPECT_LE(budget.bytes_in_use(), 1000U);
        budget.give_back(300);
      }
    }
  };
  std::thread other(churn);
  churn();
  other.join();
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

}  // namespace
