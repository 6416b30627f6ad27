// Memory that is there before it is written to: what was touched at the start, for blocks and for
// the lanes' pages, and the next block of who has just filled one.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "counting_source.hpp"
#include "sync/arena.hpp"
#include "sync/block_store.hpp"
#include "sync/block_writer.hpp"
#include "sync/extent_stock.hpp"

namespace {

using namespace millrace;
using sync::allocation_class;
using sync::arena;
using sync::block;
using sync::block_store;
using sync::block_writer;
using sync::body_ref;
using sync::extent_stock;
using sync::memory_budget;

constexpr std::size_t block_bytes = block_store::block_bytes;
constexpr std::size_t os_page = 4096;
constexpr std::uint64_t mib = 1024 * 1024;

/// 4 KiB pages that are in memory.
std::size_t resident_pages(void* from, std::size_t bytes) {
  std::vector<unsigned char> there(bytes / os_page);
  EXPECT_EQ(mincore(from, bytes, there.data()), 0);
  std::size_t count = 0;
  for (const unsigned char page : there) count += page & 1;
  return count;
}

/// A chunk of as many bytes as a block, to see whether the system can fill pages at once.
bool system_fills_pages() {
  const extent_source source = sync::mmap_extent_source();
  void* const some = source.allocate(nullptr, block_bytes, block_bytes, any_numa_node);
  const bool can = sync::fill_pages(some, block_bytes);
  source.release(nullptr, some, block_bytes);
  return can;
}

std::vector<block*> take(block_store& store, std::size_t count) {
  std::vector<block*> taken;
  for (std::size_t i = 0; i < count; ++i) {
    taken.push_back(store.take(1, allocation_class::normal));
    EXPECT_NE(taken.back(), nullptr);
  }
  return taken;
}

std::vector<void*> take_pages(arena& pages, std::size_t count) {
  std::vector<void*> taken;
  for (std::size_t i = 0; i < count; ++i) {
    taken.push_back(pages.take_page(allocation_class::normal));
    EXPECT_NE(taken.back(), nullptr);
  }
  return taken;
}

class stock : public testing::Test {
 protected:
  void SetUp() override {
    if (!system_fills_pages()) GTEST_SKIP() << "no MADV_POPULATE_WRITE here";
  }
};

TEST_F(stock, blocks_are_in_memory_before_they_are_taken) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(4 * mib));
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib);
  block_store store(sync::mmap_extent_source(), budget, {.stock = &extents});
  const std::vector<block*> taken = take(store, 4 * mib / block_bytes);
  for (block* b : taken) EXPECT_EQ(resident_pages(b, block_bytes), block_bytes / os_page);
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib);
  for (block* b : taken) sync::release(b);
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib);
}

TEST_F(stock, pages_of_a_lane_are_in_memory_before_they_are_taken) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(4 * mib));
  arena pages(sync::mmap_extent_source(), budget, any_numa_node, &extents);
  const std::vector<void*> taken = take_pages(pages, 62);  // 31 an extent
  EXPECT_EQ(std::set<void*>(taken.begin(), taken.end()).size(), 62U);
  for (void* page : taken) {
    EXPECT_EQ(resident_pages(page, arena::page_bytes), arena::page_bytes / os_page);
  }
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib);
  void* const beyond = take_pages(pages, 1)[0];
  EXPECT_LT(resident_pages(beyond, arena::page_bytes), arena::page_bytes / os_page);
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib + arena::page_bytes);
  pages.give_page(beyond);
  for (void* page : taken) pages.give_page(page);
}

TEST_F(stock, whole_extents_are_taken_and_none_is_mapped_until_they_are_used_up) {
  test::counting_source source;
  memory_budget budget(64 * mib);
  extent_stock extents(source.source(), budget);
  ASSERT_TRUE(extents.fill(3 * mib + 1));
  EXPECT_EQ(extents.bytes(), 4 * mib);
  const std::size_t mapped = source.allocated;
  EXPECT_EQ(mapped, 2U);
  block_store store(source.source(), budget, {.stock = &extents});
  std::vector<block*> taken = take(store, 4 * mib / block_bytes);
  EXPECT_EQ(source.allocated, mapped);
  EXPECT_EQ(extents.bytes(), 0U);
  taken.push_back(store.take(1, allocation_class::normal));
  EXPECT_EQ(source.allocated, mapped + 1);
  for (block* b : taken) sync::release(b);
}

TEST_F(stock, blocks_that_fall_free_stay_in_memory) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(4 * mib));
  block_store store(sync::mmap_extent_source(), budget,
                    {.warm_bytes_max = block_bytes, .stock = &extents});
  std::vector<block*> taken = take(store, 6 * mib / block_bytes);
  for (block* b : taken) std::memset(b->data() + sizeof(block), 1, block_bytes - sizeof(block));
  for (block* b : taken) sync::release(b);
  EXPECT_EQ(store.bytes_warm(), 4 * mib);
}

TEST_F(stock, pages_that_fall_free_stay_in_memory_and_go_back_with_the_last_of_their_extent) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(2 * mib));
  arena pages(sync::mmap_extent_source(), budget, any_numa_node, &extents);
  std::vector<void*> taken = take_pages(pages, 31);
  void* const held = taken.back();
  taken.pop_back();
  for (void* page : taken) pages.give_page(page);
  for (void* page : taken) {
    EXPECT_EQ(resident_pages(page, arena::page_bytes), arena::page_bytes / os_page);
  }
  EXPECT_EQ(extents.bytes(), 0U);
  std::vector<void*> again = take_pages(pages, 30);
  EXPECT_EQ(std::set<void*>(again.begin(), again.end()),
            std::set<void*>(taken.begin(), taken.end()));
  EXPECT_EQ(budget.bytes_in_use(), 2 * mib);
  for (void* page : again) pages.give_page(page);
  pages.give_page(held);
  EXPECT_EQ(extents.bytes(), 2 * mib);
  EXPECT_EQ(pages.bytes_held(), 0U);
}

TEST_F(stock, a_lane_whose_memory_is_to_be_on_a_node_leaves_it_alone) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(2 * mib));
  arena pages(sync::mmap_extent_source(), budget, 0, &extents);
  pages.give_page(take_pages(pages, 1)[0]);
  EXPECT_EQ(extents.bytes(), 2 * mib);
}

TEST_F(stock, it_goes_before_memory_counts_as_full) {
  memory_budget budget(16 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(14 * mib));
  block_store store(sync::mmap_extent_source(), budget, {.stock = &extents});
  arena pages(sync::mmap_extent_source(), budget, any_numa_node, &extents);
  block* const shared = take(store, 1)[0];
  block* const large = store.take_dedicated(3 * mib, allocation_class::normal);
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(extents.bytes(), 8 * mib);  // 3 MiB and its header are two extents, of six
  void* const table = pages.take_large(3 * mib, allocation_class::normal);
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(extents.bytes(), 4 * mib);
  EXPECT_LE(budget.bytes_in_use(), 16 * mib);
  pages.give_large(table, 3 * mib);
  sync::release(large);
  sync::release(shared);
  block* const rest = store.take_dedicated(14 * mib, allocation_class::normal);
  EXPECT_NE(rest, nullptr);  // neither the stock nor warm blocks are in its way
  sync::release(rest);
}

TEST_F(stock, more_than_the_budget_or_the_source_has_is_refused) {
  memory_budget budget(16 * mib);
  {
    extent_stock extents(sync::mmap_extent_source(), budget);
    EXPECT_FALSE(extents.fill(16 * mib));  // 1/32 is the reserve
    block_store store(sync::mmap_extent_source(), budget, {.stock = &extents});
    block_writer pen(store);
    ASSERT_NE(pen.reserve(1000), nullptr);
  }
  EXPECT_EQ(budget.bytes_in_use(), 0U);
  test::counting_source source;
  source.refuse = true;
  extent_stock extents(source.source(), budget);
  EXPECT_FALSE(extents.fill(2 * mib));
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

/// What one thread of many does: an extent that it has is its alone, with what was written into it.
struct drawer {
  extent_stock& from;
  std::uint64_t mark;
  std::uint64_t drawn = 0;
  void* held[2] = {};

  void draw_or_give(std::size_t i) {
    void*& place = held[i % 2];
    if (place == nullptr) {
      place = from.draw();
      if (place == nullptr) return;
      ++drawn;
      for (const std::size_t word : words) at(place, word) = mark;
    } else {
      for (const std::size_t word : words) EXPECT_EQ(at(place, word), mark);
      from.give(std::exchange(place, nullptr));
    }
  }
  void give_all() {
    for (void*& place : held) {
      if (place != nullptr) from.give(std::exchange(place, nullptr));
    }
  }
  /// The first is where the stock keeps its list, while it has the extent.
  static constexpr std::size_t words[] = {0, extent_stock::extent_bytes / 8 - 1};
  static std::uint64_t& at(void* extent, std::size_t word) {
    return static_cast<std::uint64_t*>(extent)[word];
  }
};

TEST_F(stock, an_extent_is_drawn_by_one_of_many_threads) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(6 * mib));
  std::vector<drawer> drawers;
  for (std::uint64_t i = 1; i <= 4; ++i) drawers.push_back({extents, i});
  std::vector<std::thread> threads;
  for (drawer& one : drawers) {
    threads.emplace_back([&one] {
      // Counted by what it has drawn: two threads that are off their processor may hold every
      // extent.
      for (std::size_t i = 0; one.drawn < 5'000; ++i) {
        const std::uint64_t before = one.drawn;
        one.draw_or_give(i);
        EXPECT_LE(one.from.bytes(), 6 * mib);
        if (one.drawn == before) std::this_thread::yield();
      }
      one.give_all();
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(extents.bytes(), 6 * mib);
  std::set<void*> all;
  while (void* const extent = extents.draw()) all.insert(extent);
  EXPECT_EQ(all.size(), 3U);
  for (void* const extent : all) extents.give(extent);
}

TEST_F(stock, goes_back_to_the_system_while_threads_draw_from_it) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(20 * mib));
  std::vector<drawer> drawers{{extents, 1}, {extents, 2}};
  std::vector<std::thread> threads;
  std::atomic<int> ready{0};
  for (drawer& one : drawers) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 20'000; ++i) {
        one.draw_or_give(i);
        if (i == 100) ready.fetch_add(1, std::memory_order_relaxed);  // relaxed: a start signal
      }
    });
  }
  while (ready.load(std::memory_order_relaxed) != 2) {  // relaxed: as above
    std::this_thread::yield();
  }
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(extents.shrink(1));
  for (std::thread& t : threads) t.join();
  for (drawer& one : drawers) one.give_all();
  EXPECT_EQ(extents.bytes(), 10 * mib);
  EXPECT_EQ(budget.bytes_in_use(), 10 * mib);
}

/// As in an engine: lanes take pages and clients blocks, each on a thread of its own.
TEST_F(stock, is_shared_by_the_pages_of_lanes_and_the_blocks_of_bodies) {
  memory_budget budget(64 * mib);
  extent_stock extents(sync::mmap_extent_source(), budget);
  ASSERT_TRUE(extents.fill(8 * mib));
  {
    block_store store(sync::mmap_extent_source(), budget, {.stock = &extents});
    arena first(sync::mmap_extent_source(), budget, any_numa_node, &extents);
    arena second(sync::mmap_extent_source(), budget, any_numa_node, &extents);
    const auto lane = [](arena& pages) {
      for (int round = 0; round < 200; ++round) {
        for (void* const page : take_pages(pages, 40)) {
          std::memset(page, round, 64);
          pages.give_page(page);
        }
      }
    };
    std::thread one([&] { lane(first); });
    std::thread other([&] { lane(second); });
    for (int round = 0; round < 200; ++round) {
      for (block* const b : take(store, 8)) {
        std::memset(b->data() + sizeof(block), round, 64);
        sync::release(b);
      }
    }
    one.join();
    other.join();
  }
  EXPECT_EQ(budget.bytes_in_use(), extents.bytes());
}

TEST_F(stock, the_next_block_of_who_filled_one_comes_with_its_memory) {
  memory_budget budget(64 * mib);
  block_store store(sync::mmap_extent_source(), budget, {});
  block_writer pen(store);
  std::vector<body_ref> bodies;
  const auto write = [&] {
    std::memset(pen.reserve(1000), 1, 1000);
    bodies.push_back(pen.commit(1000));
    return bodies.back().home;
  };
  block* const first = write();
  EXPECT_LT(resident_pages(first, block_bytes), block_bytes / os_page);
  block* second = first;
  while (second == first) second = write();
  EXPECT_EQ(resident_pages(second, block_bytes), block_bytes / os_page);
  for (const body_ref& body : bodies) sync::release(body.home);
}

}  // namespace
