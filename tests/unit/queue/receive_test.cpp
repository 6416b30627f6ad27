// Receives, visibility, receipts and deletes of a standard queue, fact by fact.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

constexpr base::time_ms hour_ms = 3'600'000;

struct receive : testing::Test {
  queue_bench b;
  queue::queue_state& q = b.create("orders");
};
using visibility = receive;
using receipts = receive;

TEST_F(receive, hands_out_up_to_10_messages_in_order_of_becoming_visible) {
  for (int i = 0; i < 15; ++i) b.send(q, std::to_string(i));
  const auto got = b.receive(q, 10);
  ASSERT_EQ(got.size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(got[i].body, std::to_string(i));
  EXPECT_EQ(b.receive(q, 10).size(), 5U);
}

TEST_F(receive, wants_1_to_10_messages_and_0_to_43200_seconds) {
  errc e{};
  for (const int max : {0, -1, 11}) {
    b.receive(q, max, 30, &e);
    EXPECT_EQ(e, errc::invalid_max_messages) << max;
  }
  for (const int timeout : {-1, 43201}) {
    b.receive(q, 1, timeout, &e);
    EXPECT_EQ(e, errc::invalid_visibility_timeout) << timeout;
  }
}

TEST_F(receive, counts_receives_and_keeps_the_time_of_the_first) {
  b.send(q, "x");
  b.advance(100);
  EXPECT_EQ(b.receive(q, 1, 1)[0].first_received_at_ms, b.now_ms());
  b.advance(5000);
  const auto second = b.receive(q, 1, 1);
  EXPECT_EQ(second[0].receive_count, 2U);
  EXPECT_EQ(second[0].first_received_at_ms, b.now_ms() - 5000);
  EXPECT_EQ(second[0].sent_at_ms, b.now_ms() - 5100);
}

TEST_F(receive, with_timeout_0_leaves_the_message_and_counts) {
  b.send(q, "x");
  for (std::uint32_t n = 1; n <= 3; ++n) {
    const auto got = b.receive(q, 10, 0);
    ASSERT_EQ(got.size(), 1U) << "one call returns a message once";
    EXPECT_EQ(got[0].receive_count, n);
    EXPECT_EQ(b.describe(q).messages, 1U);
    EXPECT_EQ(b.describe(q).messages_not_visible, 0U);
  }
}

TEST_F(visibility, hides_a_message_exactly_as_long_as_asked) {
  b.send(q, "x");
  for (const int timeout : {1, 30, 43200}) {
    ASSERT_EQ(b.receive(q, 1, timeout).size(), 1U) << timeout;
    b.advance(base::time_ms{timeout} * 1000 - 1);
    ASSERT_TRUE(b.receive(q).empty()) << timeout;
    b.advance(1);
  }
  EXPECT_EQ(b.describe(q).messages, 1U);
}

TEST_F(visibility, may_be_changed_to_run_from_now) {
  b.send(q, "x");
  const auto got = b.receive(q, 1, 10);
  b.advance(9000);
  EXPECT_EQ(b.change(q, got[0].receipt, 10), errc::ok);
  b.advance(9999);
  EXPECT_TRUE(b.receive(q).empty());
  b.advance(1);
  EXPECT_EQ(b.receive(q).size(), 1U);
}

TEST_F(visibility, changed_to_0_ends_at_once) {
  b.send(q, "x");
  const auto got = b.receive(q, 1, 100);
  EXPECT_EQ(b.change(q, got[0].receipt, 0), errc::ok);
  EXPECT_EQ(b.describe(q).messages_not_visible, 0U);
  EXPECT_EQ(b.receive(q)[0].receive_count, 2U);
}

TEST_F(visibility, a_change_is_not_remembered_by_the_next_receive) {
  b.send(q, "x");
  const auto got = b.receive(q, 1, 10);
  EXPECT_EQ(b.change(q, got[0].receipt, 40), errc::ok);
  b.advance(40'000);
  ASSERT_EQ(b.receive(q, 1, 10).size(), 1U);
  b.advance(10'000);
  EXPECT_EQ(b.receive(q).size(), 1U);
}

TEST_F(visibility, ends_at_most_12_hours_after_the_receive) {
  b.send(q, "x");
  const auto got = b.receive(q, 1, 30);
  EXPECT_EQ(b.change(q, got[0].receipt, 43200), errc::ok);
  b.advance(6 * hour_ms);
  EXPECT_EQ(b.change(q, got[0].receipt, 6 * 3600), errc::ok);
  EXPECT_EQ(b.change(q, got[0].receipt, 6 * 3600 + 1), errc::invalid_visibility_timeout);
  EXPECT_EQ(b.change(q, got[0].receipt, 43201), errc::invalid_visibility_timeout);
  EXPECT_EQ(b.change(q, got[0].receipt, -1), errc::invalid_visibility_timeout);
}

TEST_F(visibility, of_an_expired_receive_may_be_renewed_until_somebody_else_receives) {
  b.send(q, "x");
  const auto got = b.receive(q, 1, 1);
  b.advance(2000);
  EXPECT_EQ(b.change(q, got[0].receipt, 0), errc::ok);
  EXPECT_EQ(b.describe(q).messages, 1U);
  EXPECT_EQ(b.change(q, got[0].receipt, 5), errc::ok);
  EXPECT_TRUE(b.receive(q).empty());
  b.advance(5000);
  ASSERT_EQ(b.receive(q).size(), 1U);
  EXPECT_EQ(b.change(q, got[0].receipt, 0), errc::ok) << "the earlier receipt names it as well";
  EXPECT_EQ(b.receive(q).size(), 1U);
}

TEST_F(visibility, of_a_deleted_message_cannot_be_changed) {
  b.send(q, "x");
  const auto got = b.receive(q);
  EXPECT_EQ(b.remove(q, got[0].receipt), errc::ok);
  EXPECT_EQ(b.change(q, got[0].receipt, 5), errc::message_does_not_exist);
}

// Shows: receipt.new
TEST_F(receipts, are_new_at_each_receive) {
  b.send(q, "x");
  const auto first = b.receive(q, 1, 0);
  EXPECT_NE(first[0].receipt, b.receive(q, 1, 0)[0].receipt);
}

TEST_F(receipts, an_older_one_still_deletes_even_while_another_receive_holds_the_message) {
  b.send(q, "x");
  const auto first = b.receive(q, 1, 1);
  b.advance(1000);
  const auto second = b.receive(q, 1, 30);
  EXPECT_EQ(b.remove(q, first[0].receipt), errc::ok);
  b.advance(hour_ms);
  EXPECT_TRUE(b.receive(q).empty()) << "a message was delivered after its delete was acked";
  EXPECT_EQ(b.remove(q, second[0].receipt), errc::ok) << "gone already is a success";
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST_F(receipts, of_another_queue_or_forged_are_invalid) {
  auto& other = b.create("others");
  b.send(q, "x");
  const auto got = b.receive(q);
  receipt_handle forged = got[0].receipt;
  forged.bytes[16] ^= 1;
  for (const auto& [where, handle] : {std::pair(&other, got[0].receipt), std::pair(&q, forged),
                                      std::pair(&q, receipt_handle{})}) {
    EXPECT_EQ(b.remove(*where, handle), errc::receipt_handle_is_invalid);
    EXPECT_EQ(b.change(*where, handle, 5), errc::receipt_handle_is_invalid);
  }
  EXPECT_EQ(b.describe(q).messages_not_visible, 1U);
}

TEST_F(receipts, of_a_former_queue_of_the_same_name_are_invalid) {
  b.send(q, "x");
  const auto got = b.receive(q);
  b.delete_queue(q);
  auto& again = b.create("orders");
  EXPECT_EQ(b.remove(again, got[0].receipt), errc::receipt_handle_is_invalid);
}

TEST_F(receipts, a_delete_may_be_repeated) {
  b.send(q, "x");
  const auto got = b.receive(q);
  EXPECT_EQ(b.remove(q, got[0].receipt), errc::ok);
  EXPECT_EQ(b.remove(q, got[0].receipt), errc::ok);
}

TEST(in_flight_limit, refuses_the_receive_beyond_it_until_one_comes_back_or_goes) {
  queue_bench b({.limits = {.in_flight_max = 3}});
  auto& q = b.create("orders");
  for (int i = 0; i < 6; ++i) b.send(q, "x");
  errc e{};
  const auto got = b.receive(q, 10, 10, &e);
  EXPECT_EQ(got.size(), 3U) << "as many as the limit leaves";
  EXPECT_EQ(e, errc::ok);
  EXPECT_TRUE(b.receive(q, 1, 10, &e).empty());
  EXPECT_EQ(e, errc::over_limit);
  b.remove(q, got[0].receipt);
  EXPECT_EQ(b.receive(q, 10, 10, &e).size(), 1U);
  b.advance(10'000);
  EXPECT_EQ(b.receive(q, 10, 10, &e).size(), 3U);
}

TEST(in_flight_limit, does_not_count_what_other_queues_have_in_flight) {
  queue_bench b({.limits = {.in_flight_max = 1}});
  auto& one = b.create("one");
  auto& two = b.create("two");
  b.send(one, "x");
  b.send(two, "x");
  EXPECT_EQ(b.receive(one).size(), 1U);
  EXPECT_EQ(b.receive(two).size(), 1U);
}

TEST(counters, follow_each_message_through_its_states) {
  queue_bench b;
  auto& q = b.create("orders");
  const auto is = [&](std::uint64_t ready, std::uint64_t in_flight, std::uint64_t delayed) {
    const auto d = b.describe(q);
    return d.messages == ready && d.messages_not_visible == in_flight &&
           d.messages_delayed == delayed;
  };
  b.send(q, "a");
  b.send(q, "b", 10);
  EXPECT_TRUE(is(1, 0, 1));
  const auto got = b.receive(q, 10, 5);
  EXPECT_TRUE(is(0, 1, 1));
  b.advance(5000);
  EXPECT_TRUE(is(1, 0, 1));
  b.advance(5000);
  EXPECT_TRUE(is(2, 0, 0));
  b.remove(q, got[0].receipt);
  EXPECT_TRUE(is(1, 0, 0));
  b.purge(q);
  EXPECT_TRUE(is(0, 0, 0));
}

TEST_F(visibility, a_period_that_begins_within_a_millisecond_never_ends_early) {
  b.send(q, "m");
  const base::time_ns begin = b.now_ms() * base::ns_per_ms + base::ns_per_ms / 2;
  b.queues.set_time(begin);
  ASSERT_EQ(b.receive(q, 1, 1).size(), 1U);
  b.queues.set_time(begin + base::ns_per_s - 1);
  b.work();
  EXPECT_TRUE(b.receive(q, 1, 1).empty());
  b.queues.set_time(begin + base::ns_per_s + base::ns_per_ms);
  b.work();
  EXPECT_EQ(b.receive(q, 1, 1).size(), 1U);
}

}  // namespace
