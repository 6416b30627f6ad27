// The ledger's account of FIFO queues: groups keep their order, and a send that is repeated stays
// one message.
#include <gtest/gtest.h>

#include "ledger.hpp"

namespace millrace::crash {
namespace {

struct ledger_groups : testing::Test {
  roster queues{{.rules = {.name = "ordered", .fifo = true}}};
  ledger book{queues, level::disk};
  std::uint64_t now = 1000;

  ledger_groups() { book.expect(blow::kill); }
  std::uint64_t tick() { return now += 1000; }

  ledger::message_id sent() {
    const auto id = book.send_asked(0, tick());
    book.send_acked(id, tick());
    return id;
  }
  /// Two of one group.
  std::pair<ledger::message_id, ledger::message_id> two() {
    const auto first = sent();
    for (std::size_t i = 1; i < fifo_groups; ++i) sent();
    return {first, sent()};
  }
  /// One answer.
  void receive(std::initializer_list<ledger::message_id> all, std::uint64_t name = 0) {
    const std::uint64_t asked = tick();
    const std::uint64_t answered = tick();
    for (const auto id : all) {
      book.delivered({.id = id,
                      .queue = 0,
                      .intact = true,
                      .receive_count = 1,
                      .asked = asked,
                      .answered = answered,
                      .name = name != 0 ? name : id,
                      .sequence = id});
    }
  }
  [[nodiscard]] const account& counts() const { return book.counts(); }
};

TEST_F(ledger_groups, in_order_and_in_one_answer_is_fine) {
  const auto [first, second] = two();
  receive({first, second});
  receive({first});
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_groups, the_second_before_the_first_is_overtaken) {
  const auto [first, second] = two();
  receive({second});
  EXPECT_EQ(counts().overtaken, 1u);
}

TEST_F(ledger_groups, the_second_comes_when_the_first_may_be_deleted) {
  const auto [first, second] = two();
  receive({first});
  book.delete_asked(first, 0);
  receive({second});
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_groups, a_delete_that_came_too_late_leaves_the_message) {
  const auto [first, second] = two();
  receive({first});
  book.delete_asked(first, 0);
  book.delete_late(first, tick());
  receive({second});
  EXPECT_EQ(counts().overtaken, 1u);
}

TEST_F(ledger_groups, a_send_that_is_repeated_is_one_message) {
  const auto id = book.send_asked(0, tick());
  book.crashed(tick());
  book.send_asked_again(id);
  book.send_acked(id, tick());
  book.send_asked_again(id);
  book.send_acked(id, tick());
  receive({id});
  EXPECT_EQ(counts().attempts, 1u);
  EXPECT_EQ(counts().acked, 1u);
  EXPECT_EQ(counts().resends, 2u);
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_groups, a_second_message_of_one_send_is_doubled) {
  const auto id = sent();
  receive({id}, 7);
  receive({id}, 8);
  EXPECT_EQ(counts().doubled, 1u);
}

TEST_F(ledger_groups, only_what_has_an_answer_is_sent_again) {
  const auto id = book.send_asked(0, tick());
  EXPECT_FALSE(book.resendable(0, id % fifo_groups, tick()));
  book.send_acked(id, tick());
  EXPECT_EQ(book.resendable(0, id % fifo_groups, tick()), id);
}

}  // namespace
}  // namespace millrace::crash
