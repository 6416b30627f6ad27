// The pointer table against std::multimap, with keys chosen to collide.
#include "base/pointer_table.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "base/random.hpp"

namespace {

struct item {
  std::uint64_t key = 0;
  int number = 0;
};
struct key_of_item {
  static std::uint64_t of(const item& i) noexcept { return i.key; }
};
using table = millrace::base::pointer_table<item, key_of_item>;

TEST(pointer_table, an_empty_one_finds_nothing) {
  const table t;
  EXPECT_EQ(t.find(0), nullptr);
  EXPECT_EQ(t.size(), 0U);
}

TEST(pointer_table, tells_items_of_one_key_apart_by_predicate) {
  item a{5, 1}, b{5, 2};
  table t;
  t.insert(a);
  t.insert(b);
  const auto is = [](int n) { return [n](const item& i) { return i.number == n; }; };
  EXPECT_EQ(t.find(5, is(1)), &a);
  EXPECT_EQ(t.find(5, is(2)), &b);
  EXPECT_EQ(t.find(5, is(3)), nullptr);
  t.erase(a);
  EXPECT_EQ(t.find(5), &b);
}

TEST(pointer_table, does_what_a_multimap_does_whatever_collides) {
  millrace::base::random r(11);
  for (const std::uint64_t keys : {3ULL, 64ULL, 5000ULL}) {
    std::deque<item> items;
    table t;
    std::multimap<std::uint64_t, item*> reference;
    for (int step = 0; step < 30'000; ++step) {
      const std::uint64_t key = r.below(keys);
      const auto at = reference.find(key);
      if (reference.size() < 400 && (r.below(2) == 0 || at == reference.end())) {
        items.push_back({key, step});
        t.insert(items.back());
        reference.emplace(key, &items.back());
      } else if (at != reference.end()) {
        t.erase(*at->second);
        reference.erase(at);
      }
      ASSERT_EQ(t.size(), reference.size());
      const std::uint64_t other = r.below(keys);
      ASSERT_EQ(t.find(other) != nullptr, reference.contains(other));
      if (step % 512 != 0) continue;
      std::set<item*> seen, wanted;
      t.for_each([&](item& i) { seen.insert(&i); });
      for (const auto& [k, i] : reference) {
        wanted.insert(i);
        ASSERT_EQ(t.find(k, [i = i](const item& x) { return &x == i; }), i);
      }
      ASSERT_EQ(seen, wanted);
    }
  }
}

TEST(pointer_table_death, erasing_what_is_not_there_stops_the_program) {
  item a{1, 0}, b{1, 1};
  table t;
  t.insert(a);
  EXPECT_DEATH(t.erase(b), "broken invariant");
}

TEST(pointer_table, gives_its_memory_back_when_it_empties) {
  std::deque<item> items;
  table t;
  for (int i = 0; i < 10'000; ++i) {
    items.push_back({static_cast<std::uint64_t>(i), i});
    t.insert(items.back());
  }
  EXPECT_EQ(t.bytes(), 16'384U * 16);
  while (items.size() > 100) {
    t.erase(items.back());
    t.shrink();
    items.pop_back();
    ASSERT_LE(t.bytes(), (t.size() * 8 + 1) * 16);
    if (items.size() % 997 != 0) continue;
    for (item& kept : items) ASSERT_EQ(t.find(kept.key), &kept);
  }
  for (item& rest : items) {
    t.erase(rest);
    t.shrink();
  }
  EXPECT_EQ(t.bytes(), 64U * 16);
}

}  // namespace
