#include "sync/object_pool.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace millrace::sync {
namespace {

TEST(object_pool, what_was_given_back_is_used_again_as_it_was_left) {
  object_pool<int> pool(4);
  auto* first = pool.take();
  first->value = 7;
  pool.give_back(first);
  EXPECT_EQ(pool.take(), first);
  EXPECT_EQ(first->value, 7);
  pool.give_back(first);
}

TEST(object_pool, counts_what_is_taken) {
  object_pool<int> pool(1);
  EXPECT_EQ(pool.in_use(), 0u);
  auto* kept = pool.take();
  auto* beyond = pool.take();
  EXPECT_EQ(pool.in_use(), 2u);
  pool.give_back(beyond);
  pool.give_back(kept);
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(object_pool, beyond_what_is_kept_objects_are_made_and_deleted) {
  static int alive = 0;
  struct counted {
    counted() { ++alive; }
    ~counted() { --alive; }
  };
  {
    object_pool<counted> pool(2);
    std::vector<object_pool<counted>::node*> taken;
    for (int i = 0; i < 5; ++i) taken.push_back(pool.take());
    EXPECT_EQ(alive, 5);
    for (auto* node : taken) pool.give_back(node);
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 0);
}

TEST(object_pool, an_object_has_one_holder_among_many_threads) {
  constexpr int threads = 4;
  constexpr int rounds = 20'000;
  object_pool<int> pool(8);
  std::vector<std::thread> runners;
  for (int t = 1; t <= threads; ++t) {
    runners.emplace_back([&pool, t] {
      for (int i = 0; i < rounds; ++i) {
        auto* mine = pool.take();
        mine->value = t;
        if (i % 64 == 0) std::this_thread::yield();
        ASSERT_EQ(mine->value, t);
        pool.give_back(mine);
      }
    });
  }
  for (auto& r : runners) r.join();
  EXPECT_EQ(pool.in_use(), 0u);
}

}  // namespace
}  // namespace millrace::sync
