// The tests of the fifo_book itself: what is in order must not be called wrong.
#include "fifo_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "bodies.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t orders = 0, dead_letters = 1, other = 2, fast = 3, gives_to_other = 4,
                      in_memory = 5;

struct fifo_book_of_one_group : testing::Test {
  static history_plan six_queues() {
    base::random random(1);
    history_plan made(random);
    made.queues = {{.name = "orders.fifo", .target = 1, .receives_max = 1, .fifo = true},
                   {.name = "dead.fifo", .fifo = true},
                   {.name = "other.fifo", .fifo = true},
                   {.name = "fast.fifo",
                    .level = durability::os,
                    .target = 1,
                    .receives_max = 1,
                    .fifo = true},
                   {.name = "gives.fifo", .target = 2, .receives_max = 1, .fifo = true},
                   {.name = "memory.fifo", .level = durability::memory, .fifo = true}};
    return made;
  }
  instant tick() { return {++moment, now_ms, now_ms}; }
  void send(std::uint32_t number, std::size_t queue = orders) { send_again(number, number, queue); }
  /// `number` with the deduplication id and body of `first`.
  void send_again(std::uint32_t number, std::uint32_t first, std::size_t queue = orders) {
    const instant now = tick();
    book.attempted(queue, number, now, 10, -1);
    fifo.attempted({"g", "id-" + std::to_string(first)}, first, now);
  }
  void acked(std::uint32_t number, std::uint64_t sequence) { acked_as(number, number, sequence); }
  void acked_as(std::uint32_t number, std::uint32_t first, std::uint64_t sequence) {
    fifo.acked(number, tick(),
               {.id = {.bytes = {static_cast<std::uint8_t>(first)}}, .sequence = sequence});
  }
  void came_as_dead_letter(std::uint32_t number, std::uint64_t sequence) {
    came(dead_letters, number, {.bytes = {static_cast<std::uint8_t>(number)}}, sequence, 2);
  }
  void came(std::size_t queue, std::uint32_t number, const message_id& id, std::uint64_t sequence,
            std::uint32_t count) {
    const digest label = label_of(number);
    const std::string deduplication_id = "id-" + std::to_string(number);
    message_view v;
    v.id = id;
    v.body = body_of(number, 10);
    v.attributes = attributes_of(number);
    v.body_digest = &label;
    v.sent_at_ms = v.first_received_at_ms = now_ms;
    v.receive_count = count;
    if (queue == dead_letters) v.dead_letter_source = "orders.fifo";
    if (queue != dead_letters) v.message_deduplication_id = deduplication_id;
    v.message_group_id = "g";
    v.sequence = sequence;
    if (!same_answer) {
      last = {.queue = queue, .asked = tick(), .now = tick(), .visibility_most_s = visibility_s};
    }
    const delivery_seen how = last;
    const auto what = book.identify(how, v);
    ASSERT_TRUE(what);
    fifo.delivered(*what, how, v);
    book.delivered(*what, how, v);
  }

  [[nodiscard]] bool times_are_wrong() const {
    return std::any_of(found.begin(), found.end(), [](const std::string& how) {
      return how.find("other times") != std::string::npos;
    });
  }

  std::uint64_t moment = 0;
  delivery_seen last;
  bool same_answer = false;  ///< what comes is in the last answer, too
  std::int32_t visibility_s = 0;
  base::time_ms now_ms = 1'000'000;
  const history_plan plan = six_queues();
  tally counts;
  std::vector<std::string> found;
  const ledger::complaint complain = [this](breach, const std::string& how) {
    found.push_back(how);
  };
  move_book moves{plan, counts, complain};
  ledger book{plan, moves, counts, complain};
  fifo_book fifo{plan, book, counts, complain};
};

TEST_F(fifo_book_of_one_group, a_dead_letter_may_come_before_the_ack_of_its_send) {
  book.life_began(tick());
  send(1);
  acked(1, 7);
  send(2);
  came_as_dead_letter(2, 3);
  acked(2, 8);
  EXPECT_EQ(found, std::vector<std::string>{});
}

TEST_F(fifo_book_of_one_group, a_dead_letter_whose_departure_was_damaged_may_come_twice) {
  book.life_began(tick());
  send(1);
  acked(1, 7);
  came_as_dead_letter(1, 3);
  book.may_be_damaged();
  now_ms += 10;
  came_as_dead_letter(1, 4);
  EXPECT_FALSE(times_are_wrong());
}

TEST_F(fifo_book_of_one_group, without_damage_it_may_not) {
  book.life_began(tick());
  send(1);
  acked(1, 7);
  came_as_dead_letter(1, 3);
  now_ms += 10;
  came_as_dead_letter(1, 4);
  EXPECT_TRUE(times_are_wrong());
}

TEST_F(fifo_book_of_one_group, its_sequence_number_is_still_above_those_acked_before) {
  book.life_began(tick());
  send(1);
  acked(1, 7);
  send(2);
  came_as_dead_letter(2, 3);
  acked(2, 6);
  EXPECT_EQ(found.size(), 1U);
}

TEST_F(fifo_book_of_one_group, one_that_comes_when_it_was_moved_is_what_a_resend_was_told_of) {
  book.life_began(tick());
  send(1);
  send_again(2, 1);
  acked_as(2, 1, 3);
  book.receive_asked(orders);
  moves.tried({.from = dead_letters, .target = other}, tick());
  came(other, 1, {.bytes = {1}}, 8, 1);
  fifo.finish(tick());
  EXPECT_EQ(found, std::vector<std::string>{});
}

TEST_F(fifo_book_of_one_group, one_that_was_moved_keeps_its_number_when_a_resend_is_answered) {
  book.life_began(tick());
  send(1);
  came_as_dead_letter(1, 5);
  moves.tried({.from = dead_letters, .target = other}, tick());
  came(other, 1, {.bytes = {99}}, 8, 1);
  send_again(2, 1);
  acked_as(2, 1, 3);
  came(other, 1, {.bytes = {99}}, 8, 2);
  EXPECT_EQ(found, std::vector<std::string>{});
  came(other, 1, {.bytes = {99}}, 9, 3);
  EXPECT_EQ(found.size(), 1U);
}

/// Two that stand in that order in `other` come out of `target` in the other one.
void exchange(fifo_book_of_one_group& t, std::size_t target) {
  t.book.life_began(t.tick());
  for (const std::uint32_t n : {1, 2}) {
    t.send(n, other);
    t.acked(n, 2 + n);
  }
  t.came(other, 1, {.bytes = {1}}, 3, 1);
  t.same_answer = true;
  t.came(other, 2, {.bytes = {2}}, 4, 1);
  t.same_answer = false;
  t.moves.tried({.from = other, .target = static_cast<int>(target)}, t.tick());
  t.came(target, 2, {.bytes = {92}}, 8, 1);
  t.came(target, 1, {.bytes = {91}}, 9, 1);
}

TEST_F(fifo_book_of_one_group, what_a_task_moves_keeps_its_order) {
  exchange(*this, orders);
  EXPECT_EQ(found.size(), 1U);
}

TEST_F(fifo_book_of_one_group, also_to_where_dead_letters_come_back_from) {
  exchange(*this, gives_to_other);
  EXPECT_EQ(found.size(), 1U);
}

TEST_F(fifo_book_of_one_group, it_may_move_one_twice_if_an_unseen_receive_sent_it_back) {
  book.receive_asked(gives_to_other);
  exchange(*this, gives_to_other);
  EXPECT_EQ(found, std::vector<std::string>{});
}

TEST_F(fifo_book_of_one_group,
       in_a_queue_in_memory_a_receive_of_a_higher_level_holds_over_a_crash) {
  book.life_began(tick());
  send(1, other);
  acked(1, 3);
  moves.tried({.from = other, .target = in_memory}, tick());
  visibility_s = 60;
  came(in_memory, 1, {.bytes = {91}}, 8, 1);
  book.life_ended(tick(), false);
  book.life_began(tick());
  send(2, in_memory);
  book.acked(2, tick(), {.bytes = {2}});
  const auto audit = [&] {
    book.expect_all_visible(in_memory, tick());
    book.all_were_received(tick());
  };
  audit();
  EXPECT_EQ(found, std::vector<std::string>{});
  now_ms += 61'000;
  audit();
  EXPECT_EQ(found.size(), 1U);
}

TEST_F(fifo_book_of_one_group, what_may_be_a_duplicates_answer_does_not_say_that_others_are_kept) {
  book.life_began(tick());
  send(1, fast);
  acked(1, 7);
  came(fast, 1, {.bytes = {1}}, 7, 1);
  send(2);
  send_again(3, 2);
  acked_as(3, 2, 9);
  const instant end = tick();
  book.life_ended(end, true);
  fifo.life_ended(end, true);
  book.life_began(tick());
  came(fast, 1, {.bytes = {1}}, 7, 1);  // its receive was of level os
  EXPECT_EQ(found, std::vector<std::string>{});
}

}  // namespace
}  // namespace millrace::sim
