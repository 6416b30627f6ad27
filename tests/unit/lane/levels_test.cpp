// Queues of different durability in one lane: each reply waits for its own level, and no entry is
// kept at less than what it is about asks for.
#include <gtest/gtest.h>

#include "queue/entries.hpp"
#include "support/lane_bench.hpp"

namespace {

using namespace millrace;
using test::lane_bench;

struct levels : testing::Test {
  levels() {
    for (const auto& [name, level] : {std::pair{"memory", durability::memory},
                                      {"os", durability::os},
                                      {"disk", durability::disk}}) {
      create(name, level);
    }
    b.log.on_entry = [this](const journal::entry& e) { last = e; };
    b.log.automatic = false;
  }
  ~levels() override {  // the client waits for its answers
    b.log.automatic = true;
    b.log.done = b.log.appended;
    b.log.on_entry = {};
  }
  void create(const std::string& name, durability level, const redrive_policy& redrive = {}) {
    b.expect(b.submit(operation_kind::create_queue, name, [&](lane::operation& op) {
      op.more->wanted = {name, {.redrive = redrive, .level = level}};
      op.more->given = given_all | given_durability;
    }));
  }
  bool answered(std::uint64_t token) {
    b.run();
    return b.answered(token);
  }

  lane_bench b;
  journal::entry last;
};

TEST_F(levels, a_reply_waits_for_the_level_of_its_queue) {
  const auto disk = b.send("disk", "d");
  const auto os = b.send("os", "o");
  const auto memory = b.send("memory", "m");
  EXPECT_TRUE(answered(memory));
  EXPECT_FALSE(b.answered(os));
  b.log.done_os = b.log.appended;
  EXPECT_TRUE(answered(os));
  EXPECT_FALSE(b.answered(disk));
  b.log.done = b.log.appended;
  EXPECT_TRUE(answered(disk));
}

TEST_F(levels, a_disk_reply_does_not_wait_for_later_entries_of_lower_levels) {
  const auto disk = b.send("disk", "d");
  b.run();
  b.log.done = b.log.appended;
  b.send("os", "o");
  EXPECT_TRUE(answered(disk));
}

TEST_F(levels, entries_have_the_level_of_their_queue) {
  for (const auto& [name, level] : {std::pair{"memory", durability::memory},
                                    {"os", durability::os},
                                    {"disk", durability::disk}}) {
    b.send(name, "x");
    b.run();
    EXPECT_EQ(last.level, level) << name;
  }
}

TEST_F(levels, a_receive_is_kept_only_where_a_redrive_policy_counts_it) {
  b.log.automatic = true;
  create("counted", durability::disk, {"disk", 3});
  b.expect(b.send("counted", "x"));
  b.expect(b.send("disk", "x"));
  b.expect(b.receive("disk"));
  EXPECT_EQ(last.kind, static_cast<std::uint8_t>(queue::entry_kind::received));
  EXPECT_EQ(last.level, durability::memory);
  b.expect(b.receive("counted"));
  EXPECT_EQ(last.kind, static_cast<std::uint8_t>(queue::entry_kind::received));
  EXPECT_EQ(last.level, durability::disk);
}

TEST_F(levels, a_dead_letter_of_a_memory_queue_is_kept_whole_in_a_disk_queue) {
  b.log.automatic = true;
  std::string dead = "disk-0";
  for (int i = 1; queue::slot_of(dead) != queue::slot_of("source"); ++i) {
    dead = "disk-" + std::to_string(i);
  }
  create(dead, durability::disk);
  create("source", durability::memory, {dead, 1});
  b.expect(b.send("source", "bad"));
  b.expect(b.receive("source", {.visibility_timeout = 0}));
  b.receive("source");
  b.run();
  EXPECT_EQ(last.kind, static_cast<std::uint8_t>(queue::entry_kind::message_carried));
  EXPECT_EQ(last.level, durability::disk);
  const auto got = b.expect(b.receive(dead));
  ASSERT_EQ(got.bodies, std::vector<std::string>{"bad"});
  b.expect(b.remove(dead, got.receipts[0]));
  EXPECT_EQ(last.kind, static_cast<std::uint8_t>(queue::entry_kind::deleted));
  EXPECT_EQ(last.level, durability::disk) << "or it would come back after a crash";
}

TEST_F(levels, a_message_that_is_kept_stays_so_in_a_memory_queue) {
  b.log.automatic = true;
  std::string dead = "memory-0";
  for (int i = 1; queue::slot_of(dead) != queue::slot_of("source"); ++i) {
    dead = "memory-" + std::to_string(i);
  }
  create(dead, durability::memory);
  create("source", durability::disk, {dead, 1});
  b.expect(b.send("source", "bad"));
  b.expect(b.receive("source", {.visibility_timeout = 0}));
  b.receive("source");
  b.run();
  const auto got = b.expect(b.receive(dead));
  ASSERT_EQ(got.bodies.size(), 1U);
  b.log.automatic = false;
  const auto gone = b.remove(dead, got.receipts[0]);
  EXPECT_FALSE(answered(gone)) << "acked before the deletion of a kept message was kept";
  b.log.done = b.log.appended;
  EXPECT_TRUE(answered(gone));
}

/// A queue of level memory into which a message of level disk comes.
struct levels_of_moved : levels {
  levels_of_moved() {
    b.log.automatic = true;
    for (int i = 0; queue::slot_of(lower) != queue::slot_of("source"); ++i) {
      lower = "lower-" + std::to_string(i);
    }
    create("source", durability::disk, {lower, 1});
  }
  void move_one() {
    b.log.automatic = true;
    b.expect(b.send("source", "bad"));
    b.expect(b.receive("source", {.visibility_timeout = 0}));
    b.log.automatic = false;
    b.receive("source");
    b.run();
  }
  void expect_durable_before(std::uint64_t receive) {
    EXPECT_FALSE(answered(receive));
    b.log.done = b.log.appended;
    EXPECT_TRUE(answered(receive));
  }

  std::string lower = "lower";
};

TEST_F(levels_of_moved, a_receive_that_is_counted_is_answered_when_that_is_kept) {
  create(lower, durability::memory, {"disk", 3});
  const auto waiting = b.receive(lower, {.visibility_timeout = 0, .wait_time_seconds = 20});
  move_one();
  expect_durable_before(waiting);
  expect_durable_before(b.receive(lower));
}

TEST_F(levels_of_moved, a_receive_shows_it_when_it_is_kept) {
  create(lower, durability::memory);
  const auto waiting = b.receive(lower, {.visibility_timeout = 0, .wait_time_seconds = 20});
  move_one();
  EXPECT_FALSE(b.answered(waiting));
  EXPECT_FALSE(answered(b.receive(lower, {.visibility_timeout = 0})));
  b.log.done = b.log.appended;
  EXPECT_TRUE(answered(waiting));
  EXPECT_TRUE(answered(b.receive(lower))) << "a receive that is not counted waits for nothing";
}

TEST_F(levels, the_level_of_a_queue_cannot_be_changed) {
  b.log.automatic = true;
  const auto changed =
      b.submit(operation_kind::set_queue_attributes, "os", [](lane::operation& op) {
        op.more->wanted.attributes.level = durability::disk;
        op.more->given = given_durability;
      });
  EXPECT_EQ(b.expect(changed).status, errc::invalid_attribute_value);
}

TEST(levels_without_a_journal, more_than_memory_is_refused_at_creation) {
  auto e = engine::open().value();
  auto c = e.connect().value();
  EXPECT_EQ(c.create_queue("q", {.level = durability::disk}, given_durability).error(),
            errc::durability_missing);
  EXPECT_TRUE(c.create_queue("q", {.level = durability::memory}, given_durability).has_value());
}

}  // namespace
