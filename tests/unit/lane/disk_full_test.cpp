// A journal without room: what makes the log grow is refused, what gives space back goes on or
// waits until carrying has made room, and a journal that is merely behind loses nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "queue/entries.hpp"
#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using journal::admission;
using test::lane_bench;

struct disk_full : testing::Test {
  disk_full() {
    b.expect(b.create("orders"));
    b.expect(b.send("orders", "first"));
  }
  lane_bench b;
};

TEST_F(disk_full, sends_and_new_queues_are_refused_while_receives_and_deletes_go_on) {
  b.log.admitted = admission::reserved;
  EXPECT_EQ(b.expect(b.send("orders", "second")).status, errc::disk_full);
  EXPECT_EQ(b.expect(b.create("more")).status, errc::disk_full);
  const auto got = b.expect(b.receive("orders"));
  ASSERT_EQ(got.bodies, std::vector<std::string>{"first"});
  EXPECT_EQ(b.expect(b.remove("orders", got.receipts[0])).entries[0], errc::ok);
  EXPECT_EQ(b.expect(b.submit(operation_kind::get_queue, "orders")).messages, 0U);
  b.log.admitted = admission::open;
  EXPECT_EQ(b.expect(b.send("orders", "third")).sent[0].status, errc::ok);
}

TEST_F(disk_full, with_the_reserve_used_up_deletes_are_refused_too) {
  const auto receipt = b.expect(b.receive("orders")).receipts[0];
  b.log.admitted = admission::full;
  EXPECT_EQ(b.expect(b.remove("orders", receipt)).status, errc::disk_full);
  EXPECT_EQ(b.expect(b.receive("orders")).status, errc::disk_full);
  EXPECT_EQ(b.expect(b.submit(operation_kind::get_queue, "orders")).status, errc::ok);
}

TEST_F(disk_full, while_carrying_makes_room_deletes_wait_and_what_is_carried_goes_on) {
  const auto receipt = b.expect(b.receive("orders")).receipts[0];
  b.expect(b.send("orders", "second"));
  b.log.admitted = admission::held;
  const auto removal = b.remove("orders", receipt);
  b.run();
  EXPECT_FALSE(b.answered(removal));
  std::vector<std::uint8_t> kinds;
  b.log.on_entry = [&](const journal::entry& e) { kinds.push_back(e.kind); };
  b.log.carry = 2;
  b.run();
  EXPECT_FALSE(b.answered(removal));
  EXPECT_EQ(b.log.carried_entries, kinds.size());
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(),
                       static_cast<std::uint8_t>(queue::entry_kind::message_carried)),
            2);
  EXPECT_EQ(b.log.carried_until, 2U);
  b.log.admitted = admission::reserved;
  EXPECT_EQ(b.expect(removal).entries[0], errc::ok);
}

TEST_F(disk_full, a_lane_that_may_only_carry_sleeps_when_that_is_done) {
  const auto receipt = b.expect(b.receive("orders")).receipts[0];
  b.log.admitted = admission::held;
  const auto removal = b.remove("orders", receipt);
  b.run();
  lane::lane& l = b.core->lane_at(0);
  EXPECT_TRUE(l.prepare_to_sleep());
  l.end_sleep();
  b.log.carry = 2;
  EXPECT_FALSE(l.prepare_to_sleep());
  b.run();
  EXPECT_TRUE(l.prepare_to_sleep());
  l.end_sleep();
  b.log.admitted = admission::reserved;
  EXPECT_FALSE(l.prepare_to_sleep());
  EXPECT_EQ(b.expect(removal).entries[0], errc::ok);
}

TEST_F(disk_full, what_is_carried_waits_for_what_was_decided_before_it) {
  std::vector<bool> carried;
  b.log.on_entry = [&](const journal::entry& e) {
    const auto kind = static_cast<queue::entry_kind>(e.kind);
    carried.push_back(kind != queue::entry_kind::sent);
  };
  b.log.carry = 2;
  b.expect(b.send("orders", "second"));
  ASSERT_GT(carried.size(), 2U);
  EXPECT_FALSE(carried[0]);
  EXPECT_EQ(std::count(carried.begin(), carried.end(), true),
            static_cast<std::ptrdiff_t>(b.log.carried_entries));
}

TEST_F(disk_full, a_queue_in_memory_takes_messages_all_the_same) {
  b.expect(b.submit(operation_kind::create_queue, "fleeting", [](lane::operation& op) {
    op.more->wanted = {"fleeting", {.level = durability::memory}};
    op.more->given = given_durability;
  }));
  b.log.admitted = admission::reserved;
  EXPECT_EQ(b.expect(b.send("fleeting", "x")).sent[0].status, errc::ok);
}

TEST_F(disk_full, what_comes_while_the_journal_is_behind_waits_and_is_done_in_order) {
  b.log.admitted = admission::closed;
  const auto second = b.send("orders", "second");
  const auto third = b.send("orders", "third");
  b.run();
  EXPECT_FALSE(b.answered(second));
  EXPECT_FALSE(b.answered(third));
  b.log.admitted = admission::open;
  EXPECT_EQ(b.expect(second).sent[0].status, errc::ok);
  EXPECT_EQ(b.expect(third).sent[0].status, errc::ok);
  EXPECT_EQ(b.expect(b.receive("orders", {.max_messages = 10})).bodies,
            (std::vector<std::string>{"first", "second", "third"}));
}

TEST_F(disk_full, a_journal_that_falls_behind_within_a_turn_refuses_nothing) {
  b.log.on_entry = [&](const journal::entry&) { b.log.admitted = admission::closed; };
  std::vector<std::uint64_t> sent;
  const std::string large(200'000, 'x');
  for (int i = 0; i < 3; ++i) sent.push_back(b.send("orders", large));
  b.run();
  b.log.on_entry = {};
  b.log.admitted = admission::open;
  for (const std::uint64_t token : sent) EXPECT_EQ(b.expect(token).sent[0].status, errc::ok);
}

TEST_F(disk_full, large_bodies_are_handed_over_before_they_are_too_many_for_the_journal) {
  std::size_t most = 0;
  std::size_t now = 0;
  std::size_t appends = 0;
  b.log.on_entry = [&](const journal::entry& e) {
    if (b.log.appends != appends) now = 0;
    appends = b.log.appends;
    now += e.body.length + e.extra.size() + 256;
    most = std::max(most, now);
  };
  const std::string large(700'000, 'x');
  for (int i = 0; i < 12; ++i) b.send("orders", large);
  b.run();
  EXPECT_GT(appends, 3U);
  EXPECT_LE(most, journal::append_bytes_max);
}

}  // namespace
