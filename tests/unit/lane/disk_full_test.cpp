// A journal without room: what makes the log grow is refused, what gives space back goes on, and a
// journal that is merely behind loses nothing.
#include <gtest/gtest.h>

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
