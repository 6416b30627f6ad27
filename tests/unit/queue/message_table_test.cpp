// The table of a slot's messages: against std::map, and its pages come and go.
#include "queue/message_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "base/random.hpp"
#include "sync/extent_source.hpp"

namespace {

using namespace millrace;
using queue::message;
using queue::message_table;
constexpr auto normal = sync::allocation_class::normal;

class message_table_fixture : public testing::Test {
 protected:
  message& add(std::uint64_t sequence) {
    EXPECT_TRUE(table.reserve(sequence, normal));
    messages.push_back(std::make_unique<message>());
    messages.back()->sequence = sequence;
    table.insert(*messages.back());
    return *messages.back();
  }
  sync::memory_budget budget;
  sync::arena memory{sync::mmap_extent_source(), budget};
  message_table::page_slab pages{memory};
  message_table table{pages};
  std::vector<std::unique_ptr<message>> messages;
};

TEST_F(message_table_fixture, finds_what_was_inserted_and_nothing_else) {
  message& m = add(513);
  EXPECT_EQ(table.find(513), &m);
  EXPECT_EQ(table.find(512), nullptr);
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.find(UINT64_MAX), nullptr);
  table.erase(513);
  EXPECT_EQ(table.find(513), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(message_table_fixture, gives_its_pages_back_as_messages_go) {
  for (std::uint64_t s = 1; s <= 100 * message_table::page_entries; ++s) {
    add(s);
    if (s > 10) table.erase(s - 10);
  }
  EXPECT_EQ(table.size(), 10U);
  EXPECT_LE(pages.live(), 2U);
}

TEST_F(message_table_fixture, one_old_message_keeps_one_page) {
  add(1);
  for (std::uint64_t s = 2; s <= 50 * message_table::page_entries; ++s) {
    add(s);
    table.erase(s);
  }
  EXPECT_EQ(pages.live(), 2U);
  EXPECT_NE(table.find(1), nullptr);
}

TEST_F(message_table_fixture, reserving_twice_takes_one_page) {
  EXPECT_TRUE(table.reserve(7, normal));
  EXPECT_TRUE(table.reserve(8, normal));
  EXPECT_EQ(pages.live(), 1U);
}

TEST_F(message_table_fixture, does_what_a_map_does) {
  base::random r(2);
  std::map<std::uint64_t, message*> reference;
  std::uint64_t next = 1;
  for (int step = 0; step < 60'000; ++step) {
    if (r.below(100) < 52) {
      reference[next] = &add(next);
      ++next;
    } else if (!reference.empty()) {
      auto at = reference.lower_bound(r.below(next));
      if (at == reference.end()) at = reference.begin();
      table.erase(at->first);
      reference.erase(at);
    }
    ASSERT_EQ(table.size(), reference.size());
    const std::uint64_t probe = r.below(next + 10);
    const auto at = reference.find(probe);
    ASSERT_EQ(table.find(probe), at == reference.end() ? nullptr : at->second);
  }
}

TEST(message_table_memory, reserve_refuses_when_memory_is_full) {
  sync::memory_budget nothing(0);
  sync::arena memory(sync::mmap_extent_source(), nothing);
  message_table::page_slab pages(memory);
  message_table table(pages);
  EXPECT_FALSE(table.reserve(1, normal));
  EXPECT_EQ(table.find(1), nullptr);
}

}  // namespace
