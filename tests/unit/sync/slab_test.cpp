#include "sync/slab.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "counting_source.hpp"
#include "heap_counter.hpp"

namespace {

using millrace::sync::allocation_class;
using millrace::sync::arena;
using millrace::sync::memory_budget;
using millrace::sync::slab;
using millrace::sync::slab_base;
using millrace::test::counting_source;

constexpr auto normal = allocation_class::normal;

struct thing {
  explicit thing(std::uint64_t n) noexcept : number(n) { ++alive; }
  ~thing() { --alive; }
  std::uint64_t number;
  std::uint64_t rest[9] = {};
  static inline int alive = 0;
};

class slab_fixture : public testing::Test {
 protected:
  counting_source extents;
  memory_budget budget;
  arena pages{extents.source(), budget};
};

using slab_test = slab_fixture;

/// Of the page that an object lies in: 4 KiB pieces that have memory.
std::size_t pieces_in_memory(void* object) {
  void* const page =
      reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(object) & ~(arena::page_bytes - 1));
  unsigned char there[arena::page_bytes / 4096];
  EXPECT_EQ(mincore(page, arena::page_bytes, there), 0);
  return static_cast<std::size_t>(std::count_if(std::begin(there), std::end(there),
                                                [](unsigned char each) { return each & 1; }));
}

TEST(slab_pages, of_a_slab_that_grows_get_their_memory_at_once_and_its_first_ones_as_touched) {
  memory_budget budget;
  arena pages(millrace::sync::mmap_extent_source(), budget);
  {
    void* const probe = pages.take_page(normal);
    const bool can = millrace::sync::fill_pages(probe, arena::page_bytes);
    pages.give_page(probe);
    pages.trim();
    if (!can) GTEST_SKIP() << "no MADV_POPULATE_WRITE here";
  }
  slab_base objects(pages, 1024, 64);
  for (std::size_t page = 1; page <= 8; ++page) {
    void* newest = nullptr;
    while (objects.pages() < page) newest = objects.allocate();
    EXPECT_EQ(pieces_in_memory(newest), page <= 4 ? 1U : 16U) << page;
  }
}

TEST_F(slab_test, constructs_and_destroys) {
  slab<thing> things(pages);
  thing* const a = things.create(normal, std::uint64_t{7});
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->number, 7U);
  EXPECT_EQ(thing::alive, 1);
  EXPECT_EQ(things.live(), 1U);
  things.destroy(a);
  EXPECT_EQ(thing::alive, 0);
  EXPECT_EQ(things.live(), 0U);
}

TEST_F(slab_test, objects_do_not_overlap_and_are_aligned) {
  struct alignas(64) wide {
    std::byte bytes[192];
  };
  slab<wide> wides(pages);
  std::vector<wide*> held;
  for (int i = 0; i < 2000; ++i) {
    auto* const w = static_cast<wide*>(wides.allocate());
    ASSERT_NE(w, nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(w) % 64, 0U);
    std::memset(static_cast<void*>(w), i & 0xFF, sizeof(wide));
    held.push_back(w);
  }
  for (int i = 0; i < 2000; ++i) {
    const auto byte = static_cast<std::byte>(i & 0xFF);
    for (const std::byte b : held[static_cast<std::size_t>(i)]->bytes) ASSERT_EQ(b, byte);
  }
  for (wide* w : held) wides.free(w);
  EXPECT_EQ(wides.live(), 0U);
  EXPECT_EQ(wides.pages(), 1U);
}

TEST_F(slab_test, small_and_large_objects_fill_their_pages) {
  for (const std::size_t size : {1U, 8U, 9U, 100U, 4096U, 16384U}) {
    slab_base objects(pages, size, 8);
    const std::size_t stride = (std::max<std::size_t>(size, 8) + 7) / 8 * 8;
    const std::size_t fit = (arena::page_bytes - 64) / stride;
    std::vector<void*> held;
    for (std::size_t i = 0; i < fit; ++i) held.push_back(objects.allocate());
    EXPECT_EQ(objects.pages(), 1U) << size;
    held.push_back(objects.allocate());
    EXPECT_EQ(objects.pages(), 2U) << size;
    for (void* p : held) objects.free(p);
  }
}

// A naive model beside it: what is handed out is distinct, keeps its contents and is counted.
TEST_F(slab_test, random_use_agrees_with_a_model) {
  slab<thing> things(pages);
  std::mt19937_64 random(20261123);
  std::vector<thing*> held;
  for (std::uint64_t step = 0; step < 200'000; ++step) {
    const bool grow = random() % 100 < (step / 40'000 % 2 == 0 ? 60U : 40U);
    if (grow || held.empty()) {
      thing* const t = things.create(normal, step);
      ASSERT_NE(t, nullptr);
      held.push_back(t);
      t->rest[8] = ~step;
    } else {
      const std::size_t i = random() % held.size();
      ASSERT_EQ(held[i]->rest[8], ~held[i]->number);
      things.destroy(held[i]);
      held[i] = held.back();
      held.pop_back();
    }
    ASSERT_EQ(things.live(), held.size());
  }
  for (thing* t : held) things.destroy(t);
  EXPECT_EQ(thing::alive, 0);
  EXPECT_EQ(things.pages(), 1U);
}

TEST_F(slab_test, steady_state_allocates_nothing) {
  slab<thing> things(pages);
  std::vector<thing*> held(10'000);
  for (thing*& t : held) t = things.create(normal, std::uint64_t{1});
  const std::uint64_t heap = millrace::test::heap_allocations();
  const std::size_t taken = extents.allocated;
  for (int round = 0; round < 20; ++round) {
    for (thing*& t : held) {
      things.destroy(t);
      t = things.create(normal, std::uint64_t{2});
    }
    for (thing* t : held) things.destroy(t);
    for (thing*& t : held) t = things.create(normal, std::uint64_t{3});
  }
  EXPECT_EQ(millrace::test::heap_allocations(), heap);
  EXPECT_EQ(extents.allocated, taken);
  for (thing* t : held) things.destroy(t);
}

TEST_F(slab_test, an_emptied_slab_keeps_one_page) {
  slab<thing> things(pages);
  std::vector<thing*> held(100'000);
  for (thing*& t : held) t = things.create(normal, std::uint64_t{1});
  EXPECT_GT(things.pages(), 100U);
  for (thing* t : held) things.destroy(t);
  EXPECT_EQ(things.pages(), 1U);
  pages.trim();
  EXPECT_EQ(pages.bytes_held(), arena::page_bytes);
}

TEST(slab_full, answers_null_and_recovers) {
  counting_source extents;
  memory_budget budget(32 * arena::page_bytes);
  arena pages(extents.source(), budget);
  slab<thing> things(pages);
  std::vector<thing*> held;
  while (thing* t = things.create(normal, std::uint64_t{1})) held.push_back(t);
  EXPECT_EQ(things.pages(), 31U);
  thing* const urgent = things.create(allocation_class::priority, std::uint64_t{1});
  EXPECT_NE(urgent, nullptr);
  things.destroy(urgent);
  things.destroy(held.back());
  held.pop_back();
  thing* const again = things.create(normal, std::uint64_t{1});
  EXPECT_NE(again, nullptr);
  things.destroy(again);
  for (thing* t : held) things.destroy(t);
}

TEST(slab_death, freeing_into_the_wrong_slab_stops_the_program) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  counting_source extents;
  memory_budget budget;
  arena pages(extents.source(), budget);
  slab<thing> one(pages);
  slab<thing> two(pages);
  void* const p = one.allocate();
  EXPECT_DEATH(two.free(p), "owner == this");
  one.free(p);
}

}  // namespace
