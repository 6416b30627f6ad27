#include "ledger.hpp"

#include <gtest/gtest.h>

#include <array>

#include "bodies.hpp"

namespace millrace::crash {
namespace {

constexpr std::size_t plain = 0, dead = 1, redrive = 2, in_memory = 3;

/// Queues, a ledger and a clock that moves with every event.
struct ledger_fixture : testing::Test {
  roster queues{{.rules = {.name = "plain"}},
                {.rules = {.name = "dead", .receives_dead_letters = true}},
                {.rules = {.name = "redrive", .dead_letters = dead, .receives_max = 2}},
                {.rules = {.name = "memory", .tag = level::memory}}};
  ledger book{queues, level::disk};
  std::uint64_t now = 1000;

  ledger_fixture() { book.expect(blow::kill); }

  std::uint64_t tick() { return now += 1000; }

  ledger::message_id sent(std::size_t queue = plain) {
    const auto id = book.send_asked(queue, tick());
    book.send_acked(id, tick());
    return id;
  }
  /// A receive that is asked and answered now.
  void receive(ledger::message_id id, std::size_t queue = plain, std::uint32_t count = 1,
               std::uint64_t visibility_ns = 0) {
    book.receive_asked(queue);
    const std::uint64_t asked = tick();
    book.receive_answered(queue);
    book.delivered({id, queue, true, count, visibility_ns, asked, tick()});
  }
  void remove(ledger::message_id id, std::size_t queue = plain) {
    book.delete_asked(id, queue);
    book.delete_acked(id, queue, tick());
  }
  void crash() { book.crashed(tick()); }
  [[nodiscard]] const account& counts() const { return book.counts(); }
};

using ledger_of_a_crash_test = ledger_fixture;

TEST_F(ledger_of_a_crash_test, acked_and_never_delivered_is_lost) {
  sent();
  book.close_window();
  EXPECT_EQ(counts().lost, 1u);
}

TEST_F(ledger_of_a_crash_test, acked_received_and_deleted_is_ok) {
  const auto id = sent();
  receive(id);
  remove(id);
  book.close_window();
  EXPECT_EQ(counts().ok, 1u);
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, not_acked_may_be_there_or_not) {
  book.send_asked(plain, tick());
  const auto came = book.send_asked(plain, tick());
  crash();
  receive(came);
  remove(came);
  book.close_window();
  EXPECT_EQ(counts().recovered, 1u);
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, delivered_without_an_ack_must_stay) {
  const auto id = book.send_asked(plain, tick());
  receive(id);
  crash();
  book.close_window();
  EXPECT_EQ(counts().lost, 1u);
}

TEST_F(ledger_of_a_crash_test, refused_and_delivered_is_unexpected) {
  const auto id = book.send_asked(plain, tick());
  book.send_refused(id);
  receive(id);
  EXPECT_EQ(counts().unexpected, 1u);
}

TEST_F(ledger_of_a_crash_test, a_number_that_was_never_sent_is_unexpected) {
  receive(0);
  receive(99);
  EXPECT_EQ(counts().unexpected, 2u);
}

TEST_F(ledger_of_a_crash_test, out_of_another_queue_is_unexpected) {
  receive(sent(), dead);
  EXPECT_EQ(counts().unexpected, 1u);
}

TEST_F(ledger_of_a_crash_test, delivered_after_an_acked_delete_is_resurrected) {
  const auto id = sent();
  receive(id);
  remove(id);
  crash();
  receive(id);
  EXPECT_EQ(counts().resurrected, 1u);
}

TEST_F(ledger_of_a_crash_test, a_receive_asked_before_the_delete_was_acked_proves_nothing) {
  const auto id = sent();
  receive(id);
  const std::uint64_t asked = tick();
  remove(id);
  book.delivered({id, plain, true, 2, 0, asked, tick()});
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, removed_in_an_earlier_window_is_still_removed) {
  const auto id = sent();
  receive(id);
  remove(id);
  book.close_window();
  receive(id);
  EXPECT_EQ(counts().resurrected, 1u);
}

TEST_F(ledger_of_a_crash_test, a_delete_without_an_answer_may_have_happened) {
  const auto gone = sent();
  const auto back = sent();
  book.delete_asked(gone, plain);
  book.delete_asked(back, plain);
  crash();
  receive(back);
  remove(back);
  book.close_window();
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, a_delete_that_did_not_happen_never_will) {
  const auto id = sent();
  book.delete_asked(id, plain);
  crash();
  receive(id);
  book.close_window();
  EXPECT_EQ(counts().lost, 1u);
}

TEST_F(ledger_of_a_crash_test, a_purge_removes_what_was_acked_before_it) {
  const auto before = sent();
  book.clear_asked(plain, tick());
  const auto meanwhile = sent();
  book.clear_acked(plain, tick());
  receive(meanwhile);
  remove(meanwhile);
  EXPECT_EQ(counts().violations(), 0u);
  receive(before);
  EXPECT_EQ(counts().resurrected, 1u);
}

TEST_F(ledger_of_a_crash_test, a_purge_without_an_answer_may_have_happened) {
  sent();
  book.clear_asked(plain, tick());
  sent();
  crash();
  book.close_window();
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, two_receives_within_one_visibility_overlap) {
  const auto id = sent();
  receive(id, plain, 1, 1'000'000);
  receive(id, plain, 2);
  EXPECT_EQ(counts().overlaps, 1u);
}

TEST_F(ledger_of_a_crash_test, what_was_hidden_may_come_after_its_time_or_a_crash) {
  const auto id = sent();
  receive(id, plain, 1, 5'000);
  now += 10'000;
  receive(id, plain, 2, 1'000'000);
  crash();
  receive(id, plain, 1, 1'000'000);
  book.visibility_asked(id);
  receive(id, plain, 2, 1'000'000);
  book.visibility_answered(id, tick());
  receive(id, plain, 3);
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, a_change_that_was_answered_first_may_have_ended_what_a_receive_hid) {
  const auto id = sent();
  const std::uint64_t asked = tick();
  book.visibility_asked(id);
  book.visibility_answered(id, tick());
  book.delivered({id, plain, true, 1, 1'000'000, asked, tick()});
  receive(id, plain, 2, 1'000'000);
  EXPECT_EQ(counts().overlaps, 0u);
  receive(id, plain, 3);
  EXPECT_EQ(counts().overlaps, 1u);
}

TEST_F(ledger_of_a_crash_test, no_receive_count_comes_twice_or_exceeds_the_maximum) {
  const auto id = sent(redrive);
  receive(id, redrive, 1);
  crash();
  receive(id, redrive, 1);
  receive(id, redrive, 3);
  EXPECT_EQ(counts().overcounted, 2u);
}

TEST_F(ledger_of_a_crash_test, a_dead_letter_has_had_all_its_receives) {
  const auto early = sent(redrive);
  receive(early, redrive, 1);
  receive(early, dead, 2);
  EXPECT_EQ(counts().early_moves, 1u);

  const auto due = sent(redrive);
  receive(due, redrive, 1);
  receive(due, redrive, 2);
  receive(due, dead, 3);
  EXPECT_EQ(counts().early_moves, 1u);
  EXPECT_EQ(counts().dead_letters, 2u);
}

TEST_F(ledger_of_a_crash_test, a_receive_without_an_answer_counts_as_well) {
  const auto id = sent(redrive);
  receive(id, redrive, 1);
  book.receive_asked(redrive);
  crash();
  receive(id, dead, 3);
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, a_dead_letter_that_its_queue_delivers_is_in_two_places) {
  const auto id = sent(redrive);
  receive(id, redrive, 1);
  book.receive_asked(redrive);
  crash();
  receive(id, dead, 3);
  receive(id, redrive, 2);
  EXPECT_EQ(counts().two_places, 1u);
}

TEST_F(ledger_of_a_crash_test, a_dead_letter_that_never_comes_is_lost) {
  const auto id = sent(redrive);
  receive(id, redrive, 1);
  receive(id, redrive, 2);
  book.close_window();
  EXPECT_EQ(counts().lost, 1u);
  static_cast<void>(id);
}

TEST_F(ledger_of_a_crash_test, an_old_receipt_may_miss_a_message_that_has_moved) {
  const auto id = sent(redrive);
  receive(id, redrive, 1);
  receive(id, redrive, 2);
  remove(id, redrive);
  receive(id, dead, 3);
  remove(id, dead);
  book.close_window();
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, a_delete_within_the_visibility_cannot_miss) {
  const auto id = sent(redrive);
  receive(id, redrive, 1);
  receive(id, redrive, 2, 1'000'000);
  remove(id, redrive);
  receive(id, dead, 3);
  EXPECT_EQ(counts().resurrected, 1u);
}

TEST_F(ledger_of_a_crash_test, a_queue_in_memory_is_not_held_to_a_crash) {
  sent(in_memory);
  const auto id = sent(in_memory);
  receive(id, in_memory);
  remove(id, in_memory);
  crash();
  receive(id, in_memory);
  book.close_window();
  EXPECT_EQ(counts().violations(), 0u);
}

TEST_F(ledger_of_a_crash_test, bounds_count_what_must_and_may_be_there) {
  sent();
  book.send_asked(plain, tick());
  const auto id = sent();
  remove(id);
  const auto bounds = book.count();
  EXPECT_EQ(bounds[plain].least, 1u);
  EXPECT_EQ(bounds[plain].most, 2u);
}

TEST(bodies_of_a_crash_test, are_known_again_byte_by_byte) {
  const bodies texts(7, body_sizes::mixed);
  for (std::uint64_t id = 1; id < 3000; ++id) {
    std::string body;
    texts.append(id, body);
    ASSERT_EQ(body.size(), texts.bytes_of(id));
    ASSERT_TRUE(texts.is_intact(id, body));
    if (body.size() >= bodies::number_digits) {
      ASSERT_EQ(bodies::read_number(body), id);
    }
    body[body.size() / 2] ^= 1;
    ASSERT_FALSE(texts.is_intact(id, body));
  }
}

}  // namespace
}  // namespace millrace::crash
