// Memory of bodies that is there before it is written to: blocks touched at the start, and the next
// block of who has just filled one.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <vector>

#include "counting_source.hpp"
#include "sync/block_store.hpp"
#include "sync/block_writer.hpp"

namespace {

using namespace millrace;
using sync::allocation_class;
using sync::block;
using sync::block_store;
using sync::block_writer;
using sync::body_ref;
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

class block_prefault : public testing::Test {
 protected:
  void SetUp() override {
    if (!system_fills_pages()) GTEST_SKIP() << "no MADV_POPULATE_WRITE here";
  }
};

TEST_F(block_prefault, blocks_are_in_memory_before_they_are_taken) {
  memory_budget budget(64 * mib);
  block_store store(sync::mmap_extent_source(), budget, {});
  ASSERT_TRUE(store.prefault(4 * mib));
  EXPECT_EQ(store.bytes_warm(), 4 * mib);
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib);
  const std::vector<block*> taken = take(store, 4 * mib / block_bytes);
  for (block* b : taken) {
    EXPECT_EQ(resident_pages(b, block_bytes), block_bytes / os_page);
    sync::release(b);
  }
  EXPECT_EQ(budget.bytes_in_use(), 4 * mib);
}

TEST_F(block_prefault, whole_chunks_are_taken_and_none_is_mapped_until_they_are_used_up) {
  test::counting_source extents;
  memory_budget budget(64 * mib);
  block_store store(extents.source(), budget, {});
  ASSERT_TRUE(store.prefault(3 * mib + 1));
  EXPECT_EQ(store.bytes_warm(), 4 * mib);
  const std::size_t mapped = extents.allocated;
  std::vector<block*> taken = take(store, 4 * mib / block_bytes);
  EXPECT_EQ(extents.allocated, mapped);
  taken.push_back(store.take(1, allocation_class::normal));
  EXPECT_EQ(extents.allocated, mapped + 1);
  for (block* b : taken) sync::release(b);
}

TEST_F(block_prefault, what_falls_free_stays_in_memory) {
  memory_budget budget(64 * mib);
  block_store store(sync::mmap_extent_source(), budget, {.warm_bytes_max = block_bytes});
  ASSERT_TRUE(store.prefault(4 * mib));
  std::vector<block*> taken = take(store, 6 * mib / block_bytes);
  for (block* b : taken) std::memset(b->data() + sizeof(block), 1, block_bytes - sizeof(block));
  for (block* b : taken) sync::release(b);
  EXPECT_EQ(store.bytes_warm(), 4 * mib);
}

TEST_F(block_prefault, it_goes_before_memory_counts_as_full) {
  memory_budget budget(16 * mib);
  block_store store(sync::mmap_extent_source(), budget, {});
  ASSERT_TRUE(store.prefault(14 * mib));
  block* const large = store.take_dedicated(mib, allocation_class::normal);
  ASSERT_NE(large, nullptr);
  sync::release(large);
}

TEST_F(block_prefault, more_than_the_budget_or_the_source_has_is_refused) {
  memory_budget budget(16 * mib);
  {
    block_store store(sync::mmap_extent_source(), budget, {});
    EXPECT_FALSE(store.prefault(16 * mib));  // 1/32 is the reserve
    block_writer pen(store);
    ASSERT_NE(pen.reserve(1000), nullptr);
  }
  EXPECT_EQ(budget.bytes_in_use(), 0U);
  test::counting_source extents;
  extents.refuse = true;
  block_store store(extents.source(), budget, {});
  EXPECT_FALSE(store.prefault(2 * mib));
}

TEST_F(block_prefault, the_next_block_of_who_filled_one_comes_with_its_memory) {
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
