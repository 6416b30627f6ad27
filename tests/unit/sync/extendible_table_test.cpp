// The extendible table against std::multimap, over many splits and joins of its pages.
#include "sync/extendible_table.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "base/hash.hpp"
#include "base/random.hpp"
#include "counting_source.hpp"

namespace {

using millrace::base::mix64;
using millrace::sync::allocation_class;
using millrace::sync::arena;
using millrace::sync::memory_budget;

struct item {
  std::uint64_t key = 0;
  int number = 0;
};
struct hash_of_item {
  static std::uint64_t of(const item& i) noexcept { return mix64(i.key); }
};
using table = millrace::sync::extendible_table<item, hash_of_item>;

struct extendible_table : testing::Test {
  [[nodiscard]] item* find(std::uint64_t key) const {
    return t.find(mix64(key), [key](const item& i) { return i.key == key; });
  }
  void fill(std::size_t count) {
    for (std::size_t i = items.size(); i < count; ++i) {
      items.push_back({i, static_cast<int>(i)});
      t.insert(items.back());
    }
  }
  void drain(std::size_t left) {
    for (; items.size() > left; items.pop_back()) t.erase(items.back());
  }
  [[nodiscard]] std::size_t pages() const { return memory.bytes_live() / arena::page_bytes; }

  millrace::test::counting_source extents;
  memory_budget budget;
  arena memory{extents.source(), budget};
  table t{memory};
  std::deque<item> items;
};

TEST_F(extendible_table, an_empty_one_finds_nothing_and_has_no_memory) {
  EXPECT_EQ(find(0), nullptr);
  t.prefetch_tags(1);
  t.prefetch_cell(1);
  t.prefetch_empty_cell(1);
  EXPECT_EQ(t.prefetch_item(1), nullptr);
  EXPECT_EQ(t.size(), 0U);
  EXPECT_EQ(pages(), 0U);
}

TEST_F(extendible_table, tells_items_of_one_key_apart_by_predicate) {
  item a{5, 1}, b{5, 2};
  t.insert(a);
  t.insert(b);
  const auto numbered = [&](int n) {
    return t.find(mix64(5), [n](const item& i) { return i.number == n; });
  };
  EXPECT_EQ(numbered(1), &a);
  EXPECT_EQ(numbered(2), &b);
  EXPECT_EQ(numbered(3), nullptr);
  EXPECT_EQ(t.prefetch_item(mix64(5)), &a);
  t.erase(a);
  EXPECT_EQ(find(5), &b);
}

TEST_F(extendible_table, does_what_a_multimap_does) {
  millrace::base::random r(11);
  for (const std::uint64_t keys : {3ULL, 20'000ULL}) {
    const std::size_t most = keys == 3 ? 2'000 : 20'000;
    std::multimap<std::uint64_t, item*> reference;
    // It grows, shrinks, and grows again.
    for (int step = 0; step < 200'000; ++step) {
      const std::uint64_t key = r.below(keys);
      const auto at = reference.find(key);
      const bool growing = step / 50'000 % 2 == 0;
      const bool add = r.below(8) < (growing ? 6U : 2U) && reference.size() < most;
      if (add || at == reference.end()) {
        items.push_back({key, step});
        t.insert(items.back());
        reference.emplace(key, &items.back());
      } else {
        t.erase(*at->second);
        reference.erase(at);
      }
      ASSERT_EQ(t.size(), reference.size());
      const std::uint64_t other = r.below(keys);
      ASSERT_EQ(find(other) != nullptr, reference.contains(other));
      if (step % 10'000 != 0) continue;
      std::multiset<item*> seen, wanted;
      t.for_each([&](item& i) { seen.insert(&i); });
      for (const auto& [k, i] : reference) {
        wanted.insert(i);
        ASSERT_EQ(t.find(mix64(k), [i = i](const item& x) { return &x == i; }), i);
      }
      ASSERT_EQ(seen, wanted);
    }
    for (const auto& [k, i] : reference) t.erase(*i);
    items.clear();
  }
}

TEST_F(extendible_table, takes_a_page_only_when_one_is_full) {
  fill(table::used_max);
  EXPECT_EQ(pages(), 1U);
  fill(table::used_max + 1);
  EXPECT_EQ(pages(), 2U);
  fill(1'000'000);
  EXPECT_LE(pages(), 1'000'000 / (table::used_max / 2));
  EXPECT_GE(pages(), 1'000'000 / table::used_max);
  EXPECT_LE(t.directory_bytes(), 4 * pages() * sizeof(void*));
  for (item& i : items) ASSERT_EQ(find(i.key), &i);
}

TEST_F(extendible_table, gives_its_pages_back_when_it_empties) {
  fill(300'000);
  while (items.size() > 100) {
    drain(items.size() - items.size() / 20);
    ASSERT_LE(pages(), 2 + items.size() * 16 / table::cells_a_page) << items.size();
    for (std::size_t i = 0; i < items.size(); i += 37) ASSERT_EQ(find(i), &items[i]);
  }
  drain(0);
  EXPECT_EQ(pages(), 1U);
  fill(300'000);
  for (item& i : items) ASSERT_EQ(find(i.key), &i);
}

TEST_F(extendible_table, can_insert_what_it_has_reserved) {
  fill(table::used_max);
  ASSERT_TRUE(t.reserve(allocation_class::normal));
  const auto taken = budget.bytes_in_use();
  ASSERT_TRUE(t.reserve(allocation_class::normal)) << "again";
  EXPECT_EQ(budget.bytes_in_use(), taken);
  extents.refuse = true;
  fill(table::used_max + 1);
  EXPECT_EQ(budget.bytes_in_use(), taken);
}

TEST(extendible_table_memory, is_refused_where_there_is_none) {
  memory_budget budget(arena::page_bytes);
  millrace::test::counting_source extents;
  arena memory(extents.source(), budget);
  table t(memory);
  EXPECT_FALSE(t.reserve(allocation_class::normal));
  EXPECT_TRUE(t.reserve(allocation_class::priority));
}

TEST(extendible_table_death, erasing_what_is_not_there_stops_the_program) {
  memory_budget budget;
  millrace::test::counting_source extents;
  arena memory(extents.source(), budget);
  table t(memory);
  item a{1, 0}, b{1, 1};
  EXPECT_DEATH(t.erase(a), "broken invariant");
  t.insert(a);
  EXPECT_DEATH(t.erase(b), "broken invariant");
}

}  // namespace
