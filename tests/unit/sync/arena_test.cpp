#include "sync/arena.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <vector>

#include "counting_source.hpp"

namespace {

using millrace::sync::allocation_class;
using millrace::sync::arena;
using millrace::sync::memory_budget;
using millrace::test::counting_source;

constexpr auto normal = allocation_class::normal;

TEST(arena, takes_no_memory_before_the_first_page) {
  counting_source extents;
  memory_budget budget;
  const arena pages(extents.source(), budget);
  EXPECT_EQ(extents.allocated, 0U);
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST(arena, pages_are_distinct_and_aligned) {
  counting_source extents;
  memory_budget budget;
  arena pages(extents.source(), budget, 3);
  std::set<void*> seen;
  for (int i = 0; i < 100; ++i) {
    void* const page = pages.take_page(normal);
    ASSERT_NE(page, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(page) % arena::page_bytes, 0U);
    EXPECT_TRUE(seen.insert(page).second);
    std::memset(page, 0xAB, arena::page_bytes);
  }
  EXPECT_EQ(extents.last_node, 3);
  EXPECT_EQ(extents.allocated, 4U);  // 31 pages each
  EXPECT_EQ(pages.bytes_live(), 100 * arena::page_bytes);
  EXPECT_EQ(budget.bytes_in_use(), 100 * arena::page_bytes);
  for (void* page : seen) pages.give_page(page);
}

TEST(arena, keeps_a_bounded_number_of_free_pages) {
  counting_source extents;
  memory_budget budget;
  {
    arena pages(extents.source(), budget);
    std::vector<void*> held;
    for (std::size_t i = 0; i < 3 * arena::warm_pages_max; ++i) {
      held.push_back(pages.take_page(normal));
    }
    for (void* page : held) pages.give_page(page);
    EXPECT_EQ(pages.bytes_live(), 0U);
    EXPECT_EQ(pages.bytes_held(), arena::warm_pages_max * arena::page_bytes);
    EXPECT_EQ(budget.bytes_in_use(), pages.bytes_held());
    EXPECT_LE(extents.bytes, (arena::warm_pages_max / 31 + 2) * arena::extent_bytes);
    pages.trim();
    EXPECT_EQ(pages.bytes_held(), 0U);
    EXPECT_EQ(extents.bytes, 0U);
  }
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST(arena, reuses_free_pages_before_it_asks_for_more) {
  counting_source extents;
  memory_budget budget;
  arena pages(extents.source(), budget);
  std::vector<void*> held;
  for (int i = 0; i < 31; ++i) held.push_back(pages.take_page(normal));
  const std::size_t before = extents.allocated;
  for (int round = 0; round < 1000; ++round) {
    for (void*& page : held) pages.give_page(page);
    for (void*& page : held) page = pages.take_page(normal);
  }
  EXPECT_EQ(extents.allocated, before);
  for (void* page : held) pages.give_page(page);
}

// Cold pages of an extent that is partly in use are handed out again.
TEST(arena, cold_pages_come_back_before_a_new_extent) {
  counting_source extents;
  memory_budget budget;
  arena pages(extents.source(), budget);
  std::vector<void*> held;
  for (int i = 0; i < 31 * 4; ++i) held.push_back(pages.take_page(normal));
  ASSERT_EQ(extents.allocated, 4U);
  std::vector<void*> kept;  // one page an extent stays, so that no extent can go
  for (std::size_t i = 0; i < held.size(); ++i) {
    (i % 31 == 0) ? kept.push_back(held[i]) : pages.give_page(held[i]);
  }
  pages.trim();
  EXPECT_EQ(pages.bytes_held(), 4 * arena::page_bytes);
  for (int i = 0; i < 30 * 4; ++i) kept.push_back(pages.take_page(normal));
  EXPECT_EQ(extents.allocated, 4U);
  EXPECT_EQ(std::set<void*>(kept.begin(), kept.end()).size(), kept.size());
  for (void* page : kept) pages.give_page(page);
}

TEST(arena, refuses_above_the_budget_but_serves_priority_from_the_reserve) {
  counting_source extents;
  memory_budget budget(32 * arena::page_bytes);
  arena pages(extents.source(), budget);
  std::vector<void*> held;
  while (void* page = pages.take_page(normal)) held.push_back(page);
  EXPECT_EQ(held.size(), 31U);
  void* const last = pages.take_page(allocation_class::priority);
  EXPECT_NE(last, nullptr);
  EXPECT_EQ(pages.take_page(allocation_class::priority), nullptr);
  held.push_back(last);
  for (void* page : held) pages.give_page(page);
}

TEST(arena, a_source_without_memory_costs_no_budget) {
  counting_source extents;
  extents.refuse = true;
  memory_budget budget;
  arena pages(extents.source(), budget);
  EXPECT_EQ(pages.take_page(normal), nullptr);
  EXPECT_EQ(pages.take_large(100'000, normal), nullptr);
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST(arena, large_arrays_are_counted_and_go_back_to_the_source) {
  counting_source extents;
  memory_budget budget(1 << 20);
  arena pages(extents.source(), budget);
  void* const p = pages.take_large(100'001, normal);
  ASSERT_NE(p, nullptr);
  std::memset(p, 1, 100'001);
  EXPECT_EQ(budget.bytes_in_use(), 25U * 4096);
  EXPECT_EQ(pages.take_large(2 << 20, normal), nullptr);
  EXPECT_EQ(pages.take_large(SIZE_MAX - 5, normal), nullptr);
  pages.give_large(p, 100'001);
  EXPECT_EQ(extents.bytes, 0U);
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

}  // namespace
