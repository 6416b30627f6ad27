// FIFO queues, fact by fact; those named after LocalStack's issues are its bugs (PROMISES F3).
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::fifo_send;
using test::got;
using test::queue_bench;

queue_attributes fifo_attributes() {
  queue_attributes a;
  a.fifo_queue = true;
  return a;
}

std::string bodies(const std::vector<got>& messages) {
  std::string out;
  for (const got& m : messages) out += m.body + ' ';
  return out;
}

struct fifo : testing::Test {
  queue_bench b;
  queue::queue_state& q = b.create("orders.fifo", fifo_attributes());
  int ids = 0;

  void send(const std::string& group, const std::string& body) {
    ASSERT_EQ(b.try_send(q, fifo_send{body, group, "id" + std::to_string(++ids)}), errc::ok);
  }
  std::vector<got> receive(int max = 10, int visibility = 30) {
    return b.receive(q, max, visibility);
  }
};
using fifo_send_test = fifo;
using fifo_group = fifo;
using fifo_window = fifo;
using fifo_receipt = fifo;

TEST_F(fifo_send_test, wants_a_group_and_an_id_or_content) {
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "", "i"}), errc::message_group_id_missing);
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "g", ""}), errc::message_deduplication_id_missing);
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "g", "#"}), errc::message_deduplication_id_missing);
  queue_attributes a = fifo_attributes();
  a.content_based_deduplication = true;
  EXPECT_EQ(b.set(q, a, given_content_based_deduplication), errc::ok);
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "g", "#"}), errc::ok);
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "g", "#"}), errc::ok);
  EXPECT_EQ(b.describe(q).messages, 1U);
}

TEST_F(fifo_send_test, delayed_ones_follow_a_changed_delay) {
  queue_attributes a;
  a.fifo_queue = true;
  a.delay_seconds = 10;
  ASSERT_EQ(b.set(q, a, given_delay_seconds), errc::ok);
  for (const char* m : {"1", "2"}) EXPECT_EQ(b.try_send(q, fifo_send{m, "g", m}), errc::ok);
  b.advance(3000);
  a.delay_seconds = 20;
  ASSERT_EQ(b.set(q, a, given_delay_seconds), errc::ok);
  b.advance(16'999);
  EXPECT_TRUE(b.receive(q).empty());
  a.delay_seconds = 4;
  EXPECT_EQ(b.try_send(q, fifo_send{"3", "h", "3"}), errc::ok);
  ASSERT_EQ(b.set(q, a, given_delay_seconds), errc::ok);
  EXPECT_EQ(b.describe(q).messages, 2U);
  EXPECT_EQ(b.describe(q).messages_delayed, 1U);
  EXPECT_EQ(b.receive(q).at(0).body, "1");
  b.advance(3999);
  EXPECT_EQ(b.describe(q).messages_delayed, 1U);
  b.advance(1);
  EXPECT_EQ(b.receive(q).at(0).body, "3");
}

TEST_F(fifo_send_test, takes_no_delay_of_its_own_but_the_queues) {
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "g", "1", 2}), errc::not_for_fifo_queues);
  EXPECT_EQ(b.try_send(q, fifo_send{"x", "g", "2", 0}), errc::ok);
  queue_attributes a = fifo_attributes();
  a.delay_seconds = 5;
  ASSERT_EQ(b.set(q, a, given_delay_seconds), errc::ok);
  send("h", "y");
  EXPECT_EQ(bodies(receive()), "x ");
  b.advance(5000);
  EXPECT_EQ(bodies(receive()), "y ");
}

TEST_F(fifo_send_test, sequence_numbers_grow) {
  std::uint64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    queue::sent_as as;
    ASSERT_EQ(b.try_send(q, fifo_send{"x", "g", std::to_string(i)}, &as), errc::ok);
    EXPECT_GT(as.order, last);
    last = as.order;
  }
  EXPECT_EQ(receive().back().order, last);
}

// Shows: fifo.one-group-first
TEST_F(fifo_group, several_of_a_group_in_order_then_other_groups) {
  for (const char* m : {"a1", "b1", "a2", "c1", "a3"}) send(std::string(1, *m), m);
  EXPECT_EQ(bodies(receive(4)), "a1 a2 a3 b1 ");
  EXPECT_EQ(bodies(receive(4)), "c1 ");
}

// Shows: fifo.lock
TEST_F(fifo_group, next_message_waits_until_previous_is_deleted) {
  for (const char* m : {"a1", "a2"}) send("a", m);
  const auto first = receive(1);
  EXPECT_TRUE(receive().empty());
  EXPECT_EQ(b.describe(q).messages, 1U) << "what is held back counts as visible";
  EXPECT_EQ(b.describe(q).messages_not_visible, 1U);
  EXPECT_EQ(b.remove(q, first[0].receipt), errc::ok);
  EXPECT_EQ(bodies(receive()), "a2 ");
}

TEST_F(fifo_group, is_gone_with_its_last_message) {
  for (int i = 0; i < 100; ++i) send("g" + std::to_string(i), "x");
  EXPECT_EQ(b.queues.queues().fifo().group_count(), 100U);
  for (int i = 0; i < 10; ++i) {
    for (const got& m : receive()) b.remove(q, m.receipt);
  }
  EXPECT_LE(b.queues.queues().fifo().group_count(), 1U);
}

// Shows: fifo.prefix
TEST_F(fifo_group, localstack_12457_prefix_rule) {
  for (const int extended : {0, 1, 2}) {
    const std::string group(1, static_cast<char>('a' + extended));
    for (const char* n : {"1", "2", "3"}) send(group, n);
    const auto three = receive(10, 1);
    ASSERT_EQ(bodies(three), "1 2 3 ");
    ASSERT_EQ(b.change(q, three[static_cast<std::size_t>(extended)].receipt, 4), errc::ok);
    b.advance(1000);
    const auto back = receive(10, 60);
    EXPECT_EQ(back.size(), static_cast<std::size_t>(extended));
    b.advance(3000);
    for (const got& m : back) EXPECT_EQ(b.remove(q, m.receipt), errc::ok);
    const auto rest = receive();
    EXPECT_EQ(rest.size(), static_cast<std::size_t>(3 - extended));
    for (const got& m : rest) EXPECT_EQ(b.remove(q, m.receipt), errc::ok);
  }
}

TEST_F(fifo_group, localstack_8724_a_send_leaves_it_locked) {
  send("a", "a1");
  receive(1);
  send("a", "a2");
  EXPECT_TRUE(receive().empty());
}

TEST_F(fifo_group, localstack_6766_is_never_handed_out_twice) {
  for (int i = 0; i < 20; ++i) send("a", std::to_string(i));
  EXPECT_EQ(receive(3).size(), 3U);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(receive().empty());
}

TEST_F(fifo_group, localstack_4287_keeps_its_order_when_it_comes_back) {
  for (const char* m : {"1", "2", "3", "4"}) send("a", m);
  const auto got = receive(3, 10);
  EXPECT_EQ(b.change(q, got[2].receipt, 0), errc::ok);
  EXPECT_EQ(b.change(q, got[0].receipt, 0), errc::ok);
  EXPECT_EQ(bodies(receive(10, 10)), "1 ");
  b.advance(10'000);
  EXPECT_EQ(bodies(receive()), "1 2 3 4 ");
}

TEST_F(fifo_group, localstack_7397_timeout_0_returns_a_message_once_a_call) {
  for (const char* m : {"1", "2"}) send("a", m);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bodies(receive(10, 0)), "1 2 ");
}

TEST_F(fifo_group, takes_turns_also_with_timeout_0) {
  send("a", "a");
  send("b", "b");
  EXPECT_EQ(bodies(receive(1, 0)), "a ");
  EXPECT_EQ(bodies(receive(1, 0)), "b ");
}

TEST_F(fifo_window, localstack_3339_lasts_five_minutes_whatever_became_of_the_message) {
  queue::sent_as first;
  queue::sent_as second;
  ASSERT_EQ(b.try_send(q, fifo_send{"x", "a", "i"}, &first), errc::ok);
  b.remove(q, receive()[0].receipt);
  b.advance(299'999);
  ASSERT_EQ(b.try_send(q, fifo_send{"y", "b", "i"}, &second), errc::ok);
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(first.order, second.order);
  EXPECT_TRUE(receive().empty());
  b.advance(1);
  ASSERT_EQ(b.try_send(q, fifo_send{"y", "b", "i"}, &second), errc::ok);
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(bodies(receive()), "y ");
}

TEST_F(fifo_window, may_count_within_groups) {
  queue_attributes a = fifo_attributes();
  a.scope = deduplication_scope::message_group;
  queue::queue_state& in_groups = b.create("fast.fifo", a);
  for (const char* group : {"a", "b", "a"}) b.try_send(in_groups, fifo_send{group, group, "i"});
  EXPECT_EQ(b.describe(in_groups).messages, 2U);
}

TEST_F(fifo_window, localstack_8211_ends_with_a_purge) {
  ASSERT_EQ(b.try_send(q, fifo_send{"x", "a", "i"}), errc::ok);
  ASSERT_EQ(b.purge(q), errc::ok);
  EXPECT_TRUE(receive().empty());
  ASSERT_EQ(b.try_send(q, fifo_send{"y", "a", "i"}), errc::ok);
  EXPECT_EQ(bodies(receive()), "y ");
  b.advance(300'000);
  EXPECT_LE(b.queues.queues().fifo().window_size(), 1U);
  EXPECT_LE(b.queues.queues().fifo().group_count(), 2U);
}

TEST_F(fifo_receipt, localstack_13222_deletes_only_while_its_receive_lasts) {
  send("a", "x");
  const auto first = receive(1, 2)[0].receipt;
  EXPECT_EQ(b.change(q, first, 4), errc::ok);
  b.advance(3000);
  EXPECT_EQ(b.change(q, first, 1), errc::ok) << "it was extended";
  b.advance(1000);
  EXPECT_EQ(b.remove(q, first), errc::receipt_handle_expired);
  EXPECT_EQ(b.change(q, first, 1), errc::message_not_in_flight);
  const auto second = receive(1, 2)[0].receipt;
  EXPECT_EQ(b.remove(q, first), errc::receipt_handle_expired);
  EXPECT_EQ(b.remove(q, second), errc::ok);
  EXPECT_EQ(b.remove(q, second), errc::ok) << "what is gone is a success";
}

// Shows: in-flight.fifo
TEST(fifo_limits, in_flight_holds_receives_back) {
  queue_bench b({.limits = {.in_flight_max = 2}});
  queue::queue_state& q = b.create("orders.fifo", fifo_attributes());
  for (const char* m : {"1", "2", "3"}) b.try_send(q, fifo_send{m, m, m});
  const auto two = b.receive(q, 10);
  EXPECT_EQ(bodies(two), "1 2 ");
  errc e{};
  EXPECT_TRUE(b.receive(q, 10, 30, &e).empty());
  EXPECT_EQ(e, errc::over_limit);
  test::parked waits;
  b.park(q, waits, 5000);
  b.work();
  EXPECT_FALSE(waits.answered);
  b.remove(q, two[0].receipt);
  b.work();
  EXPECT_EQ(bodies(waits.messages), "3 ");
}

TEST_F(fifo_group, a_parked_receive_gets_what_a_delete_sets_free) {
  for (const char* m : {"1", "2"}) send("a", m);
  const auto first = receive(1);
  test::parked waits;
  b.park(q, waits, 5000);
  b.work();
  EXPECT_FALSE(waits.answered);
  b.remove(q, first[0].receipt);
  b.work();
  EXPECT_EQ(bodies(waits.messages), "2 ");
}

TEST(fifo_queue, is_one_exactly_if_its_name_says_so) {
  queue_bench b;
  EXPECT_EQ(b.queues.create({"a.fifo", {}}, given_all).error(), errc::invalid_queue_name);
  EXPECT_EQ(b.queues.create({"a", fifo_attributes()}, given_fifo).error(),
            errc::invalid_queue_name);
  queue::queue_state& q = b.create("a.fifo", fifo_attributes());
  EXPECT_EQ(b.set(q, {}, given_fifo_queue), errc::invalid_attribute_value);
  queue_attributes per_group = fifo_attributes();
  per_group.throughput_limit = fifo_throughput_limit::per_message_group_id;
  EXPECT_EQ(b.set(q, per_group, given_fifo), errc::invalid_attribute_value);
  queue_attributes other_type;
  other_type.redrive = {"dead", 1};
  EXPECT_EQ(b.set(q, other_type, given_redrive), errc::invalid_attribute_value);
}

/// Both kinds of dead-letter queue: in the same slot, and in another.
struct fifo_dead_letters : testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(slots, fifo_dead_letters, testing::Bool());

TEST_P(fifo_dead_letters, keep_their_order_and_come_as_new) {
  queue_bench b;
  std::string name;
  for (int i = 0; name.empty(); ++i) {
    const std::string candidate = "dead" + std::to_string(i) + ".fifo";
    const bool same = queue::slot_of(candidate) == queue::slot_of("orders.fifo");
    if (same == GetParam()) name = candidate;
  }
  queue::queue_state& dead = b.create(name, fifo_attributes());
  queue_attributes a = fifo_attributes();
  a.redrive = {name, 1};
  queue::queue_state& q = b.create("orders.fifo", a);
  std::vector<message_id> ids;
  for (const char* m : {"1", "2", "3"}) {
    queue::sent_as as;
    b.try_send(q, fifo_send{m, "g", m}, &as);
    ids.push_back(as.id);
  }
  EXPECT_EQ(bodies(b.receive(q, 2, 1)), "1 2 ");
  b.advance(1000);
  auto next = b.receive(q, 10, 30);
  b.work();
  if (!GetParam()) {
    EXPECT_TRUE(next.empty()) << "3 waits until the other slot has those before it";
    next = b.receive(q, 10, 30);
  }
  EXPECT_EQ(bodies(next), "3 ");
  const auto letters = b.receive(dead, 10);
  ASSERT_EQ(bodies(letters), "1 2 ");
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(letters[i].id, ids[i]);
    EXPECT_EQ(letters[i].sent_at_ms, b.now_ms());
    EXPECT_EQ(letters[i].dead_letter_source, "orders.fifo");
  }
  EXPECT_LT(letters[0].order, letters[1].order);
}

}  // namespace
