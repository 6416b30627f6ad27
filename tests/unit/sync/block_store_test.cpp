#include "sync/block_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "counting_source.hpp"
#include "heap_counter.hpp"
#include "sync/block_writer.hpp"
#include "sync/inbox.hpp"
#include "sync/page_filler.hpp"

namespace {

using millrace::sync::allocation_class;
using millrace::sync::block_store;
using millrace::sync::block_writer;
using millrace::sync::body_ref;
using millrace::sync::inbox;
using millrace::sync::memory_budget;
using millrace::sync::mmap_extent_source;
using millrace::sync::page_filler;
using millrace::test::counting_source;

constexpr std::size_t block_bytes = block_store::block_bytes;

body_ref write(block_writer& pen, std::size_t bytes, int fill) {
  std::byte* const p = pen.reserve(bytes);
  if (p == nullptr) return {};
  std::memset(p, fill, bytes);
  return pen.commit(bytes);
}

bool holds(const body_ref& body, int fill) {
  const auto expected = static_cast<std::byte>(fill);
  return std::all_of(body.bytes().begin(), body.bytes().end(),
                     [&](std::byte b) { return b == expected; });
}

class block_store_test : public testing::Test {
 protected:
  counting_source extents;
  memory_budget budget{64 * 1024 * 1024};
  block_store store{extents.source(), budget, {}};
};

TEST_F(block_store_test, bodies_share_a_block_and_keep_their_bytes) {
  block_writer pen(store);
  std::vector<body_ref> bodies;
  for (int i = 0; i < 60; ++i) bodies.push_back(write(pen, 1000 + static_cast<std::size_t>(i), i));
  for (int i = 0; i < 60; ++i) {
    const body_ref& body = bodies[static_cast<std::size_t>(i)];
    EXPECT_EQ(body.home, bodies[0].home);
    EXPECT_EQ(body.offset % 8, 0U);
    EXPECT_EQ(body.length, 1000U + static_cast<unsigned>(i));
    EXPECT_TRUE(holds(body, i));
  }
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  for (const body_ref& body : bodies) release(body.home);
}

TEST_F(block_store_test, room_is_left_before_a_body_that_wants_it) {
  constexpr std::uint32_t room = 80;
  block_writer pen(store);
  std::byte* end = nullptr;
  std::vector<body_ref> bodies;
  const auto put = [&](std::size_t bytes) {
    std::byte* const at = pen.reserve(bytes, allocation_class::normal, room);
    std::memset(at, 7, bytes);
    bodies.push_back(pen.commit(bytes));
    EXPECT_EQ(at, bodies.back().home->data() + bodies.back().offset);
    return at;
  };
  for (const std::size_t bytes : {1000U, 1U, 1007U, 16U}) {
    std::byte* const at = put(bytes);
    if (end != nullptr) {
      EXPECT_EQ(at - room, end);
    }
    end = at + (bytes + 7) / 8 * 8;
  }
  const body_ref close = write(pen, 8, 1);
  EXPECT_EQ(close.bytes().data(), end) << "none where none is wanted";
  release(close.home);
  const std::byte* const large = put(block_store::shared_body_bytes_max - room + 1);
  EXPECT_NE(bodies.back().home, bodies[0].home);
  EXPECT_EQ(large, bodies.back().home->data() + sizeof(millrace::sync::block) + room);
  EXPECT_TRUE(pen.reserve(1000, allocation_class::normal, room) != nullptr);
  pen.abandon();
  EXPECT_EQ(put(100), end + 8 + room) << "what is forgotten leaves none";
  const std::size_t left = block_bytes - bodies.back().offset - 104;
  for (std::size_t i = 0; i < left / 1080; ++i) put(1000);
  put(1000);
  EXPECT_NE(bodies.back().home, bodies[0].home) << "that has no room for both";
  for (const body_ref& body : bodies) {
    EXPECT_TRUE(holds(body, 7));
    release(body.home);
  }
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
}

TEST_F(block_store_test, a_block_lives_until_its_last_body_is_released) {
  block_writer pen(store);
  const body_ref first = write(pen, 100, 1);
  const body_ref second = write(pen, 100, 2);
  pen.seal();
  release(first.home);
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  retain(second.home, 2);
  release(second.home, 2);
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  EXPECT_TRUE(holds(second, 2));
  release(second.home);
  EXPECT_EQ(store.bytes_in_use(), 0U);
  EXPECT_EQ(store.bytes_warm(), block_bytes);
}

TEST_F(block_store_test, a_block_that_drained_before_it_was_full_is_used_again) {
  block_writer pen(store);
  for (int i = 0; i < 10'000; ++i) release(write(pen, 1000, i).home);
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  EXPECT_EQ(store.bytes_warm(), 0U);
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
}

TEST_F(block_store_test, a_body_above_a_quarter_block_gets_its_own_extent) {
  block_writer pen(store);
  const body_ref shared = write(pen, block_bytes / 4, 1);
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  const body_ref large = write(pen, block_bytes / 4 + 1, 2);
  EXPECT_NE(large.home, shared.home);
  EXPECT_EQ(store.bytes_in_use(), block_bytes + 20 * 1024);
  const body_ref huge = write(pen, 1 << 20, 3);
  EXPECT_TRUE(holds(large, 2));
  EXPECT_TRUE(holds(huge, 3));
  release(large.home);
  release(huge.home);
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  release(shared.home);
}

TEST_F(block_store_test, bodies_of_every_size_keep_their_bytes) {
  block_writer pen(store);
  std::vector<body_ref> bodies;
  for (std::size_t bytes = 1; bytes < 2'000'000; bytes += bytes / 3 + 1) {
    bodies.push_back(write(pen, bytes, static_cast<int>(bodies.size())));
    ASSERT_NE(bodies.back().home, nullptr) << bytes;
    ASSERT_EQ(bodies.back().length, bytes);
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_TRUE(holds(bodies[i], static_cast<int>(i))) << bodies[i].length;
  }
  for (const body_ref& body : bodies) release(body.home);
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
  store.trim();
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST_F(block_store_test, a_large_body_is_charged_by_its_pages_and_its_room_used_again) {
  block_writer pen(store);
  const body_ref first = write(pen, 36'000 - 64, 1);  // 9 pages in a slot of 10
  EXPECT_EQ(budget.bytes_in_use(), 9U * 4096);
  const std::byte* const there = first.bytes().data();
  release(first.home);
  EXPECT_EQ(store.bytes_warm(), 9U * 4096);
  const body_ref second = write(pen, 40'000, 2);  // 10 pages
  EXPECT_EQ(second.bytes().data(), there);
  EXPECT_EQ(budget.bytes_in_use(), 10U * 4096);
  release(second.home);
  release(write(pen, 36'000 - 64, 3).home);  // less than what is paid for already
  EXPECT_EQ(budget.bytes_in_use(), 10U * 4096);
  EXPECT_EQ(store.bytes_warm(), 10U * 4096);
  EXPECT_EQ(extents.allocated, 1U);
}

TEST_F(block_store_test, large_bodies_in_a_steady_state_ask_the_system_for_nothing) {
  block_writer pen(store);
  for (int i = 0; i < 10; ++i) release(write(pen, 256 * 1024, i).home);
  const std::size_t taken = extents.allocated;
  const std::uint64_t heap = millrace::test::heap_allocations();
  for (int i = 0; i < 1000; ++i) release(write(pen, 256 * 1024, i).home);
  EXPECT_EQ(extents.allocated, taken);
  EXPECT_EQ(millrace::test::heap_allocations(), heap);
}

// The store was drained of small bodies and is full of their warm blocks.
TEST_F(block_store_test, a_size_that_comes_into_use_stays_warm) {
  block_writer pen(store);
  std::vector<body_ref> bodies;
  for (int i = 0; i < 40'000; ++i) bodies.push_back(write(pen, 1000, 1));
  for (const body_ref& body : bodies) release(body.home);
  pen.seal();
  ASSERT_EQ(store.bytes_warm(), 16U << 20);
  const body_ref first = write(pen, 65'000, 1);
  const std::byte* const there = first.bytes().data();
  release(first.home);
  EXPECT_LE(store.bytes_warm(), 16U << 20);
  const std::uint64_t warm = store.bytes_warm();
  const body_ref second = write(pen, 65'000, 2);
  EXPECT_EQ(second.bytes().data(), there);
  EXPECT_EQ(store.bytes_warm(), warm - 64 * 1024);  // it was warm
  release(second.home);
}

// Warm blocks of one size do not stand in the way of another size.
TEST_F(block_store_test, warm_memory_is_given_up_before_memory_counts_as_full) {
  block_writer pen(store);
  std::vector<body_ref> bodies;
  while (const body_ref body = write(pen, 1'000'000, 1)) bodies.push_back(body);
  for (const body_ref& body : bodies) release(body.home);
  EXPECT_GT(store.bytes_warm(), 15U << 20);
  bodies.clear();
  while (const body_ref body = write(pen, 10'000, 1)) bodies.push_back(body);
  EXPECT_EQ(store.bytes_in_use(), 62U * 1024 * 1024);
  for (const body_ref& body : bodies) release(body.home);
}

// Every second one of very many large bodies goes: no hole is left that the system has to map.
TEST(block_store_holes, freeing_in_any_order_costs_no_mappings) {
  memory_budget budget;
  block_store store(mmap_extent_source(), budget, {.warm_bytes_max = 0});
  block_writer pen(store);
  std::vector<body_ref> bodies;
  for (int i = 0; i < 4000; ++i) {
    std::byte* const p = pen.reserve(20'000);
    ASSERT_NE(p, nullptr);
    bodies.push_back(pen.commit(1));
  }
  const auto mappings = [] {
    std::ifstream maps("/proc/self/maps");
    return std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
  };
  const auto before = mappings();
  for (std::size_t i = 0; i < bodies.size(); i += 2) release(bodies[i].home);
  EXPECT_LT(mappings(), before + 10);
  for (std::size_t i = 1; i < bodies.size(); i += 2) release(bodies[i].home);
  EXPECT_EQ(budget.bytes_in_use(), 0U);
}

TEST_F(block_store_test, a_filler_is_a_chunk_ahead_and_leaves_nothing_behind) {
  std::vector<body_ref> bodies;
  {
    page_filler filler;
    store.fill_ahead(&filler);
    block_writer pen(store);
    for (int i = 0; i < 10'000; ++i) bodies.push_back(write(pen, 1000, i % 100));
  }
  const std::size_t held = extents.bytes;
  store.fill_ahead(nullptr);
  EXPECT_EQ(extents.bytes, held - 32 * block_bytes);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_TRUE(holds(bodies[i], static_cast<int>(i % 100)));
    release(bodies[i].home);
  }
}

TEST_F(block_store_test, fetching_ahead_takes_no_memory_and_changes_none) {
  block_writer pen(store);
  pen.fetch_ahead();
  std::vector<body_ref> bodies;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) bodies.push_back(write(pen, 1000, i));
    const std::uint64_t used = store.bytes_in_use();
    for (int i = 0; i < 1000; ++i) pen.fetch_ahead();
    EXPECT_EQ(store.bytes_in_use(), used);
  }
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_TRUE(holds(bodies[i], static_cast<int>(i % 200)));
    release(bodies[i].home);
  }
  pen.fetch_ahead();
}

TEST_F(block_store_test, commit_may_keep_less_than_was_reserved) {
  block_writer pen(store);
  std::memset(pen.reserve(5000), 1, 5000);
  const body_ref small = pen.commit(10);
  const body_ref next = write(pen, 10, 2);
  EXPECT_EQ(small.length, 10U);
  EXPECT_EQ(next.offset, small.offset + 16);
  release(small.home, 2);
}

TEST_F(block_store_test, abandon_gives_the_room_back) {
  block_writer pen(store);
  std::byte* const p = pen.reserve(100);
  pen.abandon();
  EXPECT_EQ(pen.reserve(100), p);
  pen.abandon();
  EXPECT_NE(pen.reserve(1 << 20), nullptr);
  pen.abandon();
  EXPECT_EQ(store.bytes_in_use(), block_bytes);
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
}

TEST_F(block_store_test, a_full_memory_refuses_and_recovers) {
  block_writer pen(store);
  std::vector<body_ref> bodies;
  while (const body_ref body = write(pen, 10'000, 1)) bodies.push_back(body);
  EXPECT_EQ(store.bytes_in_use(), 62U * 1024 * 1024);  // 31/32 of the budget
  EXPECT_EQ(pen.reserve(100'000'000), nullptr);
  EXPECT_EQ(pen.reserve(100), nullptr);
  EXPECT_NE(pen.reserve(100, allocation_class::priority), nullptr);
  pen.abandon();
  for (const body_ref& body : bodies) release(body.home);
  const body_ref again = write(pen, 10'000, 1);
  ASSERT_NE(again.home, nullptr);
  release(again.home);
}

TEST_F(block_store_test, a_drained_store_keeps_little_memory) {
  block_writer pen(store);
  std::vector<body_ref> bodies;
  for (int i = 0; i < 40'000; ++i) bodies.push_back(write(pen, 1000, 1));
  EXPECT_GT(store.bytes_in_use(), 40U * 1000 * 1000);
  for (const body_ref& body : bodies) release(body.home);
  pen.seal();
  EXPECT_EQ(store.bytes_in_use(), 0U);
  EXPECT_EQ(store.bytes_warm(), 16U * 1024 * 1024);
  EXPECT_EQ(budget.bytes_in_use(), store.bytes_warm());
  store.trim(block_bytes);
  EXPECT_EQ(store.bytes_warm(), block_bytes);
  store.trim();
  EXPECT_EQ(budget.bytes_in_use(), 0U);
  release(write(pen, 1000, 1).home);  // cold blocks can be used again
}

TEST_F(block_store_test, steady_state_allocates_nothing) {
  block_writer pen(store);
  std::vector<body_ref> bodies(5000);
  for (body_ref& body : bodies) body = write(pen, 1000, 1);
  for (const body_ref& body : bodies) release(body.home);
  const std::uint64_t heap = millrace::test::heap_allocations();
  const std::size_t taken = extents.allocated;
  for (int round = 0; round < 20; ++round) {
    for (body_ref& body : bodies) body = write(pen, 1000, round);
    for (const body_ref& body : bodies) release(body.home);
  }
  EXPECT_EQ(millrace::test::heap_allocations(), heap);
  EXPECT_EQ(extents.allocated, taken);
}

TEST_F(block_store_test, a_source_without_memory_costs_no_budget) {
  extents.refuse = true;
  block_writer pen(store);
  EXPECT_EQ(pen.reserve(100), nullptr);
  EXPECT_EQ(pen.reserve(100'000), nullptr);
  EXPECT_EQ(budget.bytes_in_use(), 0U);
  extents.refuse = false;
  EXPECT_NE(pen.reserve(100), nullptr);
}

// Two writers, two readers; each body goes to both readers, which check and release it.
TEST(block_store_threads, bodies_are_intact_and_all_come_back) {
  constexpr int count = 30'000;
  memory_budget budget;
  block_store store(mmap_extent_source(), budget, {.warm_bytes_max = 4 * block_bytes});
  struct item {
    body_ref body;
    int fill;
  };
  inbox<item> boxes[2][2] = {{inbox<item>(64), inbox<item>(64)},
                             {inbox<item>(64), inbox<item>(64)}};
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int w = 0; w < 2; ++w) {
    threads.emplace_back([&, w] {
      block_writer pen(store);
      for (int i = 0; i < count; ++i) {
        const std::size_t bytes = i % 1000 == 0 ? 20'000 : 64 + static_cast<std::size_t>(i % 2000);
        const item it{write(pen, bytes, i + w), i + w};
        retain(it.body.home);
        for (auto& box : boxes[w]) {
          while (!box.push(it)) std::this_thread::yield();
        }
      }
    });
  }
  for (int r = 0; r < 2; ++r) {
    threads.emplace_back([&, r] {
      int seen = 0;
      while (seen < 2 * count) {
        std::size_t got = 0;
        for (auto& row : boxes) {
          got += row[r].drain(
              [&](const item& it) {
                if (!holds(it.body, it.fill & 0xFF)) wrong.fetch_add(1);
                release(it.body.home);
                ++seen;
              },
              16);
        }
        if (got == 0) std::this_thread::yield();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(store.bytes_in_use(), 0U);
  EXPECT_LE(store.bytes_warm(), 4 * block_bytes);
}

}  // namespace
