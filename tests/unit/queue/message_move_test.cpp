// Message moves out of a dead-letter queue, to queues of the same slot and of another one.
#include <gtest/gtest.h>

#include "property/projection.hpp"
#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::bench_options;
using test::queue_bench;

constexpr const char* dead_name = "orders-dead";

class message_move_to : public testing::TestWithParam<bool> {
 protected:
  message_move_to() : message_move_to(bench_options{}) {}
  explicit message_move_to(const bench_options& options) : b(options) {}

  /// Sends to the source and lets each message die.
  void let_die(int count) {
    for (int i = 0; i < count; ++i) {
      b.send(source, std::to_string(i));
      ASSERT_EQ(b.receive(source, 1, 0).size(), 1U);
      ASSERT_TRUE(b.receive(source, 1, 0).empty());
      b.work();
    }
    ASSERT_EQ(b.describe(dead).messages, static_cast<std::uint64_t>(count));
  }
  errc start(std::string_view to = {}, std::uint32_t rate = 0) {
    return b.queues.start_move(dead, {to, rate});
  }
  message_move latest(queue_bench& of) {
    std::vector<message_move> all;
    of.queues.list_moves(of.at(dead_name), all);
    return all.at(0);
  }
  message_move latest() { return latest(b); }
  std::vector<std::string> bodies(queue::queue_state& q) {
    std::vector<std::string> out;
    while (true) {
      const auto got = b.receive(q, 10, 3600);
      if (got.empty()) return out;
      for (const auto& m : got) out.push_back(m.body);
    }
  }

  queue_bench b;
  const std::string other = test::name_in_slot_of(dead_name, GetParam());
  queue::queue_state& dead = b.create(dead_name);
  queue::queue_state& target = b.create(other);
  queue::queue_state& source = b.create("orders", {.redrive = {dead_name, 1}});
};

auto named = [](const auto& where) { return where.param ? "same_slot" : "other_slot"; };
INSTANTIATE_TEST_SUITE_P(slots, message_move_to, testing::Values(true, false), named);

// Shows: move.as-new
TEST_P(message_move_to, each_arrives_as_a_new_message) {
  const message_id old = b.send(source, "x");
  b.receive(source, 1, 0);
  b.receive(source, 1, 0);
  b.work();
  b.advance(5000);
  ASSERT_EQ(start(other), errc::ok);
  b.work();
  EXPECT_EQ(b.describe(dead).messages, 0U);
  const auto got = b.receive(target, 10);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body, "x");
  EXPECT_NE(got[0].id, old);
  EXPECT_EQ(got[0].receive_count, 1U);
  EXPECT_EQ(got[0].sent_at_ms, b.now_ms());
  EXPECT_EQ(got[0].first_received_at_ms, b.now_ms());
  EXPECT_EQ(got[0].dead_letter_source, "");
  EXPECT_EQ(b.queues.queues().message_count(), 1U);
}

// Shows: move.as-new
TEST_P(message_move_to, the_oldest_first_and_the_task_counts) {
  let_die(25);
  ASSERT_EQ(start(other), errc::ok);
  EXPECT_EQ(latest().to_move, 25U);
  EXPECT_EQ(latest().status, move_status::running);
  b.work();
  EXPECT_EQ(latest().moved, 25U);
  EXPECT_EQ(latest().status, move_status::completed);
  EXPECT_EQ(latest().target_queue, other);
  const auto got = bodies(target);
  ASSERT_EQ(got.size(), 25U);
  for (int i = 0; i < 25; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_P(message_move_to, without_a_target_each_goes_to_where_it_came_from) {
  let_die(3);
  ASSERT_EQ(start(), errc::ok);
  b.work();
  EXPECT_EQ(bodies(source), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(latest().status, move_status::completed);
}

TEST_P(message_move_to, what_is_no_dead_letter_has_no_such_place) {
  b.send(dead, "sent here");
  ASSERT_EQ(start(), errc::ok);
  b.work();
  EXPECT_EQ(latest().status, move_status::failed);
  EXPECT_EQ(latest().failure_reason, "CouldNotDetermineMessageSource");
  EXPECT_EQ(b.receive(dead).size(), 1U);
}

// Shows: move.rate
TEST_P(message_move_to, keeps_to_its_rate) {
  let_die(30);
  ASSERT_EQ(start(other, 10), errc::ok);
  b.work();
  EXPECT_EQ(latest().moved, 1U);
  EXPECT_EQ(b.queues.next_ms(), b.now_ms() + 100);
  for (int i = 0; i < 10; ++i) b.advance(100);
  EXPECT_EQ(latest().moved, 11U);
  for (int i = 0; i < 20; ++i) b.advance(100);
  EXPECT_EQ(latest().status, move_status::completed);
  EXPECT_EQ(b.describe(target).messages, 30U);
}

TEST_P(message_move_to, after_a_wait_it_does_not_hurry) {
  let_die(30);
  ASSERT_EQ(start(other, 5), errc::ok);
  b.work();
  b.queues.set_may_grow(false);
  b.advance(60'000);
  b.queues.set_may_grow(true);
  b.advance(1);
  EXPECT_LE(latest().moved, 7U);
  b.advance(1000);
  EXPECT_LE(latest().moved, 12U);
  EXPECT_GE(latest().moved, 6U);
}

TEST(message_move, more_of_them_than_the_log_has_room_for) {
  queue_bench b;
  b.create("target");
  for (int i = 0; i < 2500; ++i) {
    queue::queue_state& dead = b.create("dead-" + std::to_string(i));
    b.send(dead, "x");
    ASSERT_EQ(b.queues.start_move(dead, {"target", 1}), errc::ok);
    b.queues.log().clear();
  }
  b.work();
  b.advance(5000);
  EXPECT_EQ(b.describe(b.at("target")).messages, 2500U);
  EXPECT_TRUE(b.queues.queues().moving().empty());
}

TEST(message_move, waits_for_room_that_others_have_taken) {
  queue_bench b;
  b.route = false;
  const std::string far = test::name_in_slot_of("dead", false);
  b.create(far);
  // Two queues of one slot: the transfers of the first are all that may be under way.
  queue::queue_state& first = b.create("dead");
  std::string name = test::name_in_slot_of("dead", true);
  queue::queue_state& second = b.create(name);
  for (int i = 0; i < 300; ++i) b.send(first, "x");
  b.send(second, "y");
  ASSERT_EQ(b.queues.start_move(first, {far, 0}), errc::ok);
  b.work();
  ASSERT_EQ(b.queues.start_move(second, {far, 0}), errc::ok);
  b.work();
  EXPECT_LE(b.queues.next_ms(), b.now_ms() + 5000) << "it looks again by itself";
  b.route = true;
  b.work();
  b.advance(5000);
  EXPECT_EQ(b.describe(b.at(far)).messages, 301U);
}

TEST_P(message_move_to, one_that_is_cancelled_stops) {
  let_die(30);
  ASSERT_EQ(start(other, 10), errc::ok);
  for (int i = 0; i < 5; ++i) b.advance(100);
  const message_id task = latest().id;
  EXPECT_EQ(b.queues.cancel_move(dead, task), errc::ok);
  b.advance(10'000);
  EXPECT_EQ(latest().status, move_status::cancelled);
  EXPECT_EQ(b.describe(target).messages, latest().moved);
  EXPECT_EQ(b.describe(dead).messages, 30 - latest().moved);
  EXPECT_EQ(b.queues.cancel_move(dead, task), errc::message_move_not_running);
  EXPECT_EQ(b.queues.cancel_move(dead, message_id{}), errc::message_move_does_not_exist);
}

// Shows: move.one-a-source
TEST_P(message_move_to, one_runs_at_a_time_and_ten_are_remembered) {
  let_die(2);
  ASSERT_EQ(start(other, 1), errc::ok);
  EXPECT_EQ(start(other), errc::message_move_running);
  b.work();
  for (int i = 0; i < 12; ++i) {
    b.advance(2000);
    ASSERT_EQ(start(other), errc::ok);
    b.work();
  }
  std::vector<message_move> all;
  b.queues.list_moves(dead, all);
  EXPECT_EQ(all.size(), 10U);
  EXPECT_GT(all.front().started_at_ms, all.back().started_at_ms);
}

TEST_P(message_move_to, a_target_that_is_not_there_ends_it_and_nothing_is_lost) {
  let_die(3);
  b.delete_queue(target);
  ASSERT_EQ(start(other), errc::ok);
  b.work();
  EXPECT_EQ(latest().status, move_status::failed);
  EXPECT_EQ(latest().failure_reason, "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(latest().moved, 0U);
  EXPECT_EQ(b.receive(dead, 10).size(), 3U);
}

TEST_P(message_move_to, what_comes_meanwhile_does_not_keep_it_going) {
  let_die(3);
  ASSERT_EQ(start(other, 1), errc::ok);
  b.work();
  b.send(dead, "later");
  for (int i = 0; i < 5; ++i) b.advance(1000);
  EXPECT_EQ(latest().status, move_status::completed);
  EXPECT_EQ(latest().moved, 3U);
  EXPECT_EQ(b.describe(dead).messages, 1U);
}

TEST_P(message_move_to, hidden_messages_stay) {
  let_die(3);
  ASSERT_EQ(b.receive(dead, 1).size(), 1U);
  ASSERT_EQ(start(other), errc::ok);
  b.work();
  EXPECT_EQ(latest().moved, 2U);
  EXPECT_EQ(b.describe(dead).messages_not_visible, 1U);
}

TEST_P(message_move_to, purged_under_way_it_ends) {
  let_die(3);
  ASSERT_EQ(start(other, 1), errc::ok);
  b.work();
  b.purge(dead);
  b.advance(1000);
  EXPECT_EQ(latest().status, move_status::completed);
  EXPECT_EQ(b.queues.next_ms() > b.now_ms(), true);
  ASSERT_EQ(start(other, 1), errc::ok);
  b.delete_queue(dead);
  b.advance(10'000);
  EXPECT_FALSE(b.exists(dead_name));
}

TEST_P(message_move_to, bad_requests_are_refused) {
  EXPECT_EQ(start(dead_name), errc::invalid_queue_name);
  EXPECT_EQ(start("no spaces"), errc::invalid_queue_name);
  EXPECT_EQ(start("other.fifo"), errc::invalid_queue_name);
  EXPECT_EQ(start(other, 501), errc::invalid_attribute_value);
}

TEST_P(message_move_to, waits_while_the_log_may_not_grow) {
  let_die(3);
  ASSERT_EQ(start(other), errc::ok);
  b.queues.set_may_grow(false);
  b.advance(60'000);
  EXPECT_EQ(latest().moved, 0U);
  b.queues.set_may_grow(true);
  b.advance(1);
  EXPECT_EQ(latest().status, move_status::completed);
}

class message_move_recovery : public message_move_to {
 protected:
  message_move_recovery()
      : message_move_to(
            {.limits = {.level_default = durability::disk, .incarnation = 6}, .record = true}) {}
};
INSTANTIATE_TEST_SUITE_P(slots, message_move_recovery, testing::Values(true, false), named);

TEST_P(message_move_recovery, after_every_entry_each_message_is_there_once) {
  const std::size_t begin = b.journal().size();
  let_die(4);
  ASSERT_EQ(start(other), errc::ok);
  b.work();
  ASSERT_EQ(latest().status, move_status::completed);
  for (std::size_t cut = begin; cut <= b.journal().size(); ++cut) {
    queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
    test::recover(b, {.first = 0, .end = cut}, after);
    after.route = true;
    after.work();
    std::map<std::string, int> seen;
    for (int i = 0; i < 2; ++i) after.receive(after.at("orders"), 10, 0);  // now all have died
    after.work();
    for (const char* name : {dead_name, other.c_str(), "orders"}) {
      for (const auto& m : after.receive(after.at(name), 10)) ++seen[m.body];
    }
    for (const auto& [body, times] : seen) EXPECT_EQ(times, 1) << body << " after " << cut;
    if (cut == b.journal().size()) {
      EXPECT_EQ(seen.size(), 4U);
    }
    EXPECT_EQ(after.queues.queues().message_count(), seen.size()) << cut;
  }
}

TEST_P(message_move_recovery, a_task_goes_on_in_the_next_life) {
  let_die(10);
  ASSERT_EQ(start(other, 5), errc::ok);
  for (int i = 0; i < 5; ++i) b.advance(200);
  const message_move before = latest();
  ASSERT_EQ(before.status, move_status::running);
  queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
  test::recover(b, 0, after);
  EXPECT_EQ(latest(after).id, before.id);
  EXPECT_EQ(latest(after).to_move, 10U);
  after.route = true;
  for (int i = 0; i < 20; ++i) after.advance(200);
  EXPECT_EQ(latest(after).status, move_status::completed);
  EXPECT_EQ(latest(after).moved, 10U);
  EXPECT_EQ(after.describe(after.at(other)).messages, 10U);
}

TEST_P(message_move_recovery, carried_forward_nothing_is_forgotten) {
  let_die(10);
  b.route = false;
  ASSERT_EQ(start(other), errc::ok);
  b.work();
  const std::size_t mark = b.journal().size();
  b.queues.set_log_epoch(5);
  b.queues.begin_carry(5);
  while (!b.carry(1 << 20)) {
  }
  queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
  test::recover(b, mark, after);
  EXPECT_EQ(latest(after), latest());
  after.route = true;
  after.advance(1);
  EXPECT_EQ(latest(after).status, move_status::completed);
  const auto moved = after.receive(after.at(other), 10);
  EXPECT_EQ(moved.size(), 10U);
  for (const auto& m : moved) EXPECT_EQ(m.dead_letter_source, "");
}

/// Of the tasks of the dead-letter queue, the latest first.
std::vector<message_id> task_ids(queue_bench& of) {
  std::vector<message_move> all;
  of.queues.list_moves(of.at(dead_name), all);
  std::vector<message_id> ids;
  for (const message_move& m : all) ids.push_back(m.id);
  return ids;
}

TEST_P(message_move_recovery, a_task_that_begins_while_others_are_carried_stays_the_latest) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(start(other), errc::ok);  // nothing to move
    b.work();
  }
  let_die(10);
  const std::size_t mark = b.journal().size();
  b.queues.set_log_epoch(5);
  b.queues.begin_carry(5);
  ASSERT_EQ(start(other, 1), errc::ok);
  b.work();
  while (!b.carry(1 << 20)) {
  }
  queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
  test::recover(b, mark, after);
  EXPECT_EQ(task_ids(after), task_ids(b));
  after.route = true;
  for (int i = 0; i < 10; ++i) after.advance(1000);
  EXPECT_EQ(latest(after).status, move_status::completed);
}

TEST_P(message_move_recovery, tasks_that_were_carried_in_part_keep_their_order) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(start(other), errc::ok);
    b.work();
  }
  const std::size_t mark = b.journal().size();
  for (const std::uint32_t epoch : {5U, 6U}) {
    b.queues.set_log_epoch(epoch);
    b.queues.begin_carry(epoch);
    while (!b.carry(1 << 20)) {
    }
  }
  for (std::size_t cut = mark + 1; cut <= b.journal().size(); ++cut) {
    queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
    test::recover(b, {.first = 0, .end = cut}, after);
    EXPECT_EQ(task_ids(after), task_ids(b)) << cut;
  }
}

/// What a crash left of the first round stands before a start that had a task forgotten, the rest
/// of the tasks behind it.
TEST_P(message_move_recovery, a_task_that_was_forgotten_does_not_come_back) {
  for (std::size_t i = 0; i < queue::move_tasks_kept; ++i) {
    ASSERT_EQ(start(other), errc::ok);
    b.work();
  }
  const auto carry = [&](std::uint32_t epoch) {
    b.queues.set_log_epoch(epoch);
    b.queues.begin_carry(epoch);
    while (!b.carry(1 << 20)) {
    }
    return b.journal().size();
  };
  const std::size_t mark = b.journal().size();
  const std::size_t end = carry(5);
  ASSERT_EQ(start(other), errc::ok);
  b.work();
  carry(6);
  for (std::size_t cut = mark; cut <= end; ++cut) {
    queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
    after.queues.begin_replay();
    for (std::size_t i = mark; i < b.journal().size(); ++i) {
      journal::entry e = b.journal()[i].e;
      e.extra = b.journal()[i].extra;
      const bool lost = i >= cut && i < end;
      if (lost || e.level == durability::memory) continue;
      ASSERT_TRUE(after.queues.replay(e));
    }
    after.queues.end_replay();
    EXPECT_EQ(task_ids(after), task_ids(b)) << cut;
  }
}

/// A crash may leave a part of what was carried. Where the queue's entry is found, none of it is
/// carried again, and the entries that its tasks began with may be let go of.
TEST_P(message_move_recovery, where_a_carried_queue_is_found_its_tasks_are) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(start(other), errc::ok);
    b.work();
  }
  const std::size_t mark = b.journal().size();
  b.queues.set_log_epoch(5);
  b.queues.begin_carry(5);
  while (!b.carry(1 << 20)) {
  }
  int found = 0;
  for (std::size_t cut = mark + 1; cut <= b.journal().size(); ++cut) {
    queue_bench after({.limits = {.level_default = durability::disk, .incarnation = 7}});
    test::recover(b, {.first = mark, .end = cut}, after);
    if (!after.exists(dead_name)) continue;
    ++found;
    EXPECT_EQ(task_ids(after), task_ids(b)) << cut;
  }
  EXPECT_GT(found, 0);
}

TEST(message_move, of_a_fifo_queue_keeps_groups_and_their_order) {
  for (const bool same : {true, false}) {
    queue_bench b;
    queue_attributes fifo;
    fifo.fifo_queue = true;
    queue::queue_state& dead = b.create("dead.fifo", fifo);
    std::string other;
    for (int i = 0;; ++i) {
      other = "target-" + std::to_string(i) + ".fifo";
      if ((queue::slot_of(other) == queue::slot_of("dead.fifo")) == same) break;
    }
    queue::queue_state& target = b.create(other, fifo);
    for (int i = 0; i < 20; ++i) {
      const std::string n = std::to_string(i);
      ASSERT_EQ(b.try_send(dead, test::fifo_send{n, i % 2 == 0 ? "even" : "odd", n}), errc::ok);
    }
    ASSERT_EQ(b.queues.start_move(dead, {other, 0}), errc::ok);
    b.work();
    EXPECT_EQ(b.describe(target).messages, 20U) << same;
    std::map<bool, int> last{{true, -2}, {false, -1}};
    for (int left = 20; left > 0;) {
      const auto got = b.receive(target, 10);
      ASSERT_FALSE(got.empty());
      for (const auto& m : got) {
        const int n = std::stoi(m.body);
        EXPECT_EQ(n, last[n % 2 == 0] + 2);
        last[n % 2 == 0] = n;
        ASSERT_EQ(b.remove(target, m.receipt), errc::ok);
        --left;
      }
    }
  }
}

}  // namespace
