#include "sync/index_stack.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace {

using stack = millrace::sync::basic_index_stack<>;

TEST(index_stack, pops_in_reverse_order_of_pushes) {
  std::array<std::atomic<std::uint32_t>, 3> links{};
  const auto link = [&](std::uint32_t i) -> auto& { return links[i]; };
  stack free_list;
  EXPECT_EQ(free_list.pop(link), stack::none);
  free_list.push(0, link);
  free_list.push(2, link);
  free_list.push(1, link);
  EXPECT_EQ(free_list.pop(link), 1U);
  EXPECT_EQ(free_list.pop(link), 2U);
  EXPECT_EQ(free_list.pop(link), 0U);
  EXPECT_EQ(free_list.pop(link), stack::none);
}

TEST(index_stack, a_look_takes_nothing) {
  std::array<std::atomic<std::uint32_t>, 3> links{};
  const auto link = [&](std::uint32_t i) -> auto& { return links[i]; };
  stack free_list;
  EXPECT_EQ(free_list.peek(0, link), stack::none);
  free_list.push(2, link);
  free_list.push(1, link);
  EXPECT_EQ(free_list.peek(0, link), 1U);
  EXPECT_EQ(free_list.peek(1, link), 2U);
  EXPECT_EQ(free_list.peek(2, link), stack::none);
  EXPECT_EQ(free_list.pop(link), 1U);
}

// Each index has a plain counter that only its owner touches: two owners at a time are a data race
// for the thread sanitizer and a wrong sum without it.
TEST(index_stack, an_index_has_one_owner_at_a_time) {
  constexpr std::uint32_t size = 4;
  constexpr int threads_count = 4;
  constexpr int rounds = 20'000;
  std::array<std::atomic<std::uint32_t>, size> links{};
  std::array<int, size> owned{};
  const auto link = [&](std::uint32_t i) -> auto& { return links[i]; };
  stack free_list;
  for (std::uint32_t i = 0; i < size; ++i) free_list.push(i, link);
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < rounds;) {
        const std::uint32_t one = free_list.pop(link);
        if (one == stack::none) {
          std::this_thread::yield();
          continue;
        }
        const std::uint32_t two = free_list.pop(link);
        ++owned[one];
        free_list.push(one, link);
        if (two != stack::none) free_list.push(two, link);
        ++i;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  int sum = 0;
  for (const int n : owned) sum += n;
  EXPECT_EQ(sum, threads_count * rounds);
}

}  // namespace
