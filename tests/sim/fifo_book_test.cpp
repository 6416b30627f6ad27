// The tests of the fifo_book itself: what is in order must not be called wrong.
#include "fifo_book.hpp"

#include <gtest/gtest.h>

#include "bodies.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t orders = 0, dead_letters = 1;

struct fifo_book_of_one_group : testing::Test {
  static history_plan two_queues() {
    base::random random(1);
    history_plan made(random);
    made.queues = {{.name = "orders.fifo", .target = 1, .receives_max = 1, .fifo = true},
                   {.name = "dead.fifo", .fifo = true}};
    return made;
  }
  instant tick() { return {++moment, now_ms, now_ms}; }
  void send(std::uint32_t number) {
    const instant now = tick();
    book.attempted(orders, number, now, 10, -1);
    fifo.attempted({"g", "id-" + std::to_string(number)}, number, now);
  }
  void acked(std::uint32_t number, std::uint64_t sequence) {
    fifo.acked(number, tick(),
               {.id = {.bytes = {static_cast<std::uint8_t>(number)}}, .sequence = sequence});
  }
  void came_as_dead_letter(std::uint32_t number, std::uint64_t sequence) {
    const digest label = label_of(number);
    message_view v;
    v.id.bytes = {static_cast<std::uint8_t>(number)};
    v.body = body_of(number, 10);
    v.attributes = attributes_of(number);
    v.body_digest = &label;
    v.sent_at_ms = v.first_received_at_ms = now_ms;
    v.receive_count = 2;
    v.dead_letter_source = "orders.fifo";
    v.message_group_id = "g";
    v.sequence = sequence;
    const delivery_seen how{.queue = dead_letters, .asked = tick(), .now = tick()};
    const auto what = book.identify(how, v);
    ASSERT_TRUE(what);
    fifo.delivered(*what, how, v);
    book.delivered(*what, how, v);
  }

  std::uint64_t moment = 0;
  base::time_ms now_ms = 1'000'000;
  const history_plan plan = two_queues();
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

TEST_F(fifo_book_of_one_group, its_sequence_number_is_still_above_those_acked_before) {
  book.life_began(tick());
  send(1);
  acked(1, 7);
  send(2);
  came_as_dead_letter(2, 3);
  acked(2, 6);
  EXPECT_EQ(found.size(), 1U);
}

}  // namespace
}  // namespace millrace::sim
