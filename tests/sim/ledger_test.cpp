// The ledger's own tests: histories in which what it is told is right, or wrong, by hand.
#include "ledger.hpp"

#include <gtest/gtest.h>

#include "bodies.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t orders = 0, here = 1, there = 2, fast = 3, lined = 4;

/// A message of the queue `orders`, and others between which it is moved.
struct ledger_of_moves : testing::Test {
  static history_plan five_queues() {
    base::random random(1);
    history_plan made(random);
    made.queues = {{.name = "orders"},
                   {.name = "here"},
                   {.name = "there"},
                   {.name = "fast", .level = durability::os},
                   {.name = "lined.fifo", .level = durability::os, .fifo = true}};
    return made;
  }
  instant tick(base::time_ms ms = 0) {
    now_ms += ms;
    return {++moment, now_ms, now_ms};
  }
  void SetUp() override {
    book.life_began(tick());
    book.attempted(orders, 0, tick(), 10, -1);
    book.acked(1, tick(), {.bytes = {1}});
    moves.tried({.from = orders, .target = here}, tick());
    moves.tried({.from = here, .target = there}, tick());
  }
  /// The answer to a receive that was asked at `asked`.
  void got(std::size_t queue, const instant& asked, std::uint8_t id, base::time_ms sent_at_ms,
           std::uint32_t count, std::uint32_t number = 1, std::int32_t visibility_s = 0) {
    const digest label = label_of(number);
    message_view v;
    v.id.bytes = {id};
    v.body = body_of(number, 10);
    v.attributes = attributes_of(number);
    v.body_digest = &label;
    v.sent_at_ms = v.first_received_at_ms = sent_at_ms;
    v.receive_count = count;
    const delivery_seen how{.queue = queue,
                            .asked = asked,
                            .now = tick(),
                            .visibility_least_s = visibility_s,
                            .visibility_most_s = visibility_s};
    const auto what = book.identify(how, v);
    ASSERT_TRUE(what);
    if (book.is_present(*what)) book.delivered(*what, how, v);
  }

  std::uint64_t moment = 0;
  base::time_ms now_ms = 1'000'000;
  const history_plan plan = five_queues();
  tally counts;
  std::vector<breach> found;
  const std::function<void(breach, const std::string&)> complain =
      [this](breach what, const std::string&) { found.push_back(what); };
  move_book moves{plan, counts, complain};
  ledger book{plan, moves, counts, complain};
};

TEST_F(ledger_of_moves, one_that_was_moved_twice_may_be_seen_first_as_what_it_became) {
  const instant early = tick(10);
  const instant later = tick(10);
  got(there, later, 3, later.ms, 1);
  got(here, early, 2, early.ms, 1);
  got(there, tick(10), 3, later.ms, 2);
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(book.at(1).id.bytes[0], 3);
}

TEST_F(ledger_of_moves, what_it_was_before_cannot_be_received_once_it_was_seen_as_another) {
  const instant early = tick(10);
  const instant later = tick(10);
  got(there, later, 3, later.ms, 1);
  got(here, tick(), 2, early.ms, 1);
  EXPECT_EQ(found, std::vector<breach>{breach::copied});
}

TEST_F(ledger_of_moves, both_moves_may_be_of_one_millisecond) {
  const instant early = tick(10);
  got(there, tick(), 3, now_ms, 1);
  got(here, early, 2, now_ms, 1);
  EXPECT_TRUE(found.empty());
  got(there, tick(), 3, now_ms, 2);
  EXPECT_TRUE(found.empty());
  got(here, tick(), 2, now_ms, 2);
  EXPECT_EQ(found, std::vector<breach>{breach::copied});
}

TEST_F(ledger_of_moves, of_two_moves_of_one_millisecond_a_receive_shows_which_was_first) {
  moves.tried({.from = there, .target = here}, tick());
  const instant early = tick(10);
  got(there, tick(), 3, now_ms, 1);
  got(here, early, 2, now_ms, 1);
  got(there, tick(), 3, now_ms, 2);
  got(there, tick(), 3, now_ms, 3);
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(book.at(1).id.bytes[0], 3);
  got(here, tick(), 2, now_ms, 2);
  EXPECT_EQ(found, std::vector<breach>{breach::copied});
}

TEST_F(ledger_of_moves, it_may_be_the_one_that_was_seen_last) {
  moves.tried({.from = there, .target = here}, tick());
  const instant early = tick(10);
  got(there, tick(), 3, now_ms, 1);
  got(here, early, 2, now_ms, 1);
  got(here, tick(), 2, now_ms, 2);
  EXPECT_TRUE(found.empty());
  got(there, tick(), 3, now_ms, 2);
  EXPECT_EQ(found, std::vector<breach>{breach::copied});
}

TEST_F(ledger_of_moves, it_may_be_moved_back) {
  moves.tried({.from = there, .target = here}, tick());
  const instant early = tick(10);
  const instant later = tick(10);
  got(there, early, 3, early.ms, 1);
  got(here, later, 2, later.ms, 1);
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(book.at(1).id.bytes[0], 2);
  got(there, tick(), 3, early.ms, 2);
  EXPECT_EQ(found, std::vector<breach>{breach::copied});
}

TEST_F(ledger_of_moves, a_receipt_from_before_a_crash_ends_a_delay_to_which_time_went_back) {
  book.attempted(orders, 0, tick(), 10, 2);
  book.acked(2, tick(), {.bytes = {2}});
  const base::time_ms sent_at_ms = now_ms;
  got(orders, tick(2000), 2, sent_at_ms, 1, 2);
  book.life_ended(tick(), true);
  now_ms -= 1500;
  book.life_began(tick());
  const instant asked = tick();
  book.change_tried({.number = 2}, asked, 0);
  book.change_acked({.number = 2}, asked, tick(), 0, 1);
  got(orders, tick(), 2, sent_at_ms, 1, 2);
  EXPECT_TRUE(found.empty());
}

TEST_F(ledger_of_moves, what_was_never_answered_is_delayed_again_when_time_goes_back) {
  book.attempted(fast, 0, tick(), 10, 2);
  const base::time_ms sent_at_ms = now_ms;
  book.unanswered(2, false);
  got(fast, tick(2000), 2, sent_at_ms, 1, 2);
  book.life_ended(tick(), false);
  now_ms -= 1500;
  book.life_began(tick());
  book.expect_all_visible(fast, tick());
  book.all_were_received(tick());
  EXPECT_TRUE(found.empty());
  book.expect_all_visible(fast, tick(1500));
  book.all_were_received(tick());
  EXPECT_EQ(found, std::vector<breach>{breach::missed});
}

TEST_F(ledger_of_moves, a_power_cut_may_undo_what_ended_a_receive_of_level_os) {
  book.attempted(lined, 0, tick(), 10, -1);
  book.in_group(1, 2);
  book.acked(2, tick(), {.bytes = {2}});
  got(lined, tick(), 2, now_ms, 1, 2, 30);
  book.attempted(orders, 0, tick(), 10, -1);
  book.acked(3, tick(), {.bytes = {3}});  // and with it all before
  const instant asked = tick();
  book.change_tried({.number = 2}, asked, 0);
  book.change_acked({.number = 2}, asked, tick(), 0, 1);
  book.life_ended(tick(), true);
  book.life_began(tick(10'000));
  book.expect_all_visible(lined, tick());
  book.all_were_received(tick());
  EXPECT_TRUE(found.empty());
  book.expect_all_visible(lined, tick(20'000));
  book.all_were_received(tick());
  EXPECT_EQ(found, std::vector<breach>{breach::missed});
}

TEST_F(ledger_of_moves, of_two_starts_that_are_under_way_at_once_either_may_be_the_later_one) {
  const auto may_move = [&](std::uint64_t since) {
    std::vector<std::size_t> all;
    const auto add = [&](std::size_t to, const instant&, std::size_t) { all.push_back(to); };
    moves.for_each(there, -1, since, UINT64_MAX, add);
    return all;
  };
  const auto start = [&](std::size_t task, std::uint8_t id, std::size_t to) {
    message_move as;
    as.id.bytes = {id};
    as.target_queue = plan.queues[to].name;
    moves.started(task, tick(), as);
  };
  const std::size_t first = moves.tried({.from = there, .target = orders}, tick());
  const std::size_t second = moves.tried({.from = there, .target = here}, tick());
  start(first, 91, orders);
  start(second, 92, here);
  EXPECT_EQ(may_move(moment), (std::vector<std::size_t>{orders, here}));
  start(moves.tried({.from = there, .target = here}, tick()), 93, here);
  EXPECT_EQ(may_move(moment), std::vector<std::size_t>{here});
  EXPECT_TRUE(found.empty());
}

TEST_F(ledger_of_moves, what_damage_has_brought_back_may_be_moved) {
  book.attempted(there, 0, tick(), 10, -1);
  book.acked(2, tick(), {.bytes = {2}});
  book.delete_tried({.number = 2}, tick());
  book.delete_acked({.number = 2}, tick());
  moves.tried({.from = there, .target = here}, tick());
  EXPECT_EQ(book.expected(here, now_ms).most, 1U);  // the other one
  book.may_be_damaged();
  EXPECT_EQ(book.expected(here, now_ms).most, 2U);
  got(here, tick(10), 3, now_ms, 1, 2);
  EXPECT_TRUE(found.empty());
}

TEST_F(ledger_of_moves, damage_may_have_forgotten_that_a_move_has_ended) {
  const std::size_t task = moves.tried({.from = there, .target = here}, tick());
  message_move as;
  as.id.bytes = {91};
  as.target_queue = plan.queues[here].name;
  moves.started(task, tick(), as);
  as.status = move_status::completed;
  moves.seen(there, tick(), tick(), as);
  book.attempted(there, 0, tick(), 10, -1);
  book.acked(2, tick(), {.bytes = {2}});
  EXPECT_EQ(book.expected(here, now_ms).most, 1U);  // the other one
  book.may_be_damaged();
  got(here, tick(10), 3, now_ms, 1, 2);
  EXPECT_TRUE(found.empty());
}

TEST_F(ledger_of_moves, what_expires_during_an_audit_need_not_be_received) {
  book.attempted(fast, 0, tick(), 10, -1);
  book.acked(2, tick(), {.bytes = {2}});
  const base::time_ms lasts = std::int64_t{plan.queues[fast].retention_s} * 1000;
  now_ms += lasts - 1;
  book.expect_all_visible(fast, tick());
  book.all_were_received(tick(1));
  EXPECT_EQ(found, std::vector<breach>{});
}

TEST_F(ledger_of_moves, what_lasts_over_an_audit_must_be_received) {
  book.attempted(fast, 0, tick(), 10, -1);
  book.acked(2, tick(), {.bytes = {2}});
  book.expect_all_visible(fast, tick());
  book.all_were_received(tick(1));
  EXPECT_EQ(found, std::vector<breach>{breach::missed});
}

TEST_F(ledger_of_moves, a_power_cut_undoes_deletes_at_level_os_of_what_was_moved_there) {
  moves.tried({.from = here, .target = fast}, tick());
  const instant asked = tick(10);
  const base::time_ms sent_ms = now_ms;
  got(fast, asked, 5, sent_ms, 1);
  const ledger::found it{.number = 1, .where = source, .birth = 1};
  book.delete_tried(it, tick());
  book.delete_acked(it, tick());
  book.life_ended(tick(), true);
  book.life_began(tick());
  got(fast, tick(), 5, sent_ms, 2);
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace millrace::sim
