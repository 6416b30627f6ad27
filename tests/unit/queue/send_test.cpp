// Sends: size, delay, ids, counters, full memory.
#include <gtest/gtest.h>

#include <set>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

TEST(send, a_message_is_received_as_it_was_sent) {
  queue_bench b;
  auto& q = b.create("orders");
  const message_id id = b.send(q, "espresso");
  const auto got = b.receive(q);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].id, id);
  EXPECT_EQ(got[0].body, "espresso");
  EXPECT_EQ(got[0].sent_at_ms, queue_bench::start_ms);
  EXPECT_EQ(got[0].first_received_at_ms, queue_bench::start_ms);
  EXPECT_EQ(got[0].receive_count, 1U);
  EXPECT_EQ(got[0].dead_letter_source, "");
}

TEST(send, ids_are_version_4_uuids_and_differ) {
  queue_bench b;
  auto& q = b.create("orders");
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 1000; ++i) {
    const message_id id = b.send(q, "x");
    EXPECT_EQ(id.bytes[6] >> 4, 4);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
    seen.insert(id.bytes);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(send, a_body_may_be_exactly_as_long_as_the_queue_allows) {
  queue_bench b;
  auto& q = b.create("orders", {.maximum_message_size = 1024});
  EXPECT_EQ(b.try_send(q, std::string(1024, 'x')), errc::ok);
  EXPECT_EQ(b.try_send(q, std::string(1025, 'x')), errc::message_too_long);
  EXPECT_EQ(b.describe(q).messages, 1U);
}

TEST(send, a_delayed_message_appears_when_its_delay_ends) {
  queue_bench b;
  auto& q = b.create("orders");
  b.send(q, "late", 5);
  EXPECT_EQ(b.describe(q).messages_delayed, 1U);
  b.advance(4999);
  EXPECT_TRUE(b.receive(q).empty());
  b.advance(1);
  EXPECT_EQ(b.describe(q).messages_delayed, 0U);
  EXPECT_EQ(b.describe(q).messages, 1U);
  EXPECT_EQ(b.receive(q).size(), 1U);
}

TEST(send, the_queues_delay_holds_unless_the_message_has_its_own) {
  queue_bench b;
  auto& q = b.create("orders", {.delay_seconds = 10});
  b.send(q, "own", 0);
  b.send(q, "queue's");
  EXPECT_EQ(b.receive(q, 10)[0].body, "own");
  b.advance(10'000);
  EXPECT_EQ(b.receive(q, 10)[0].body, "queue's");
}

TEST(send, delays_are_0_to_900_seconds) {
  queue_bench b;
  auto& q = b.create("orders");
  EXPECT_EQ(b.try_send(q, "x", 900), errc::ok);
  EXPECT_EQ(b.try_send(q, "x", 901), errc::invalid_delay);
  EXPECT_EQ(b.try_send(q, "x", -2), errc::invalid_delay);
}

TEST(send, a_changed_queue_delay_leaves_messages_that_wait_alone) {
  queue_bench b;
  auto& q = b.create("orders", {.delay_seconds = 10});
  b.send(q, "x");
  EXPECT_EQ(b.set(q, {.delay_seconds = 900}, given_delay_seconds), errc::ok);
  b.advance(10'000);
  EXPECT_EQ(b.receive(q).size(), 1U);
}

TEST(send, is_refused_when_memory_is_full_and_goes_on_when_messages_are_deleted) {
  queue_bench b({.memory_max = 4 * 1024 * 1024});
  auto& q = b.create("orders");
  const std::string body(1000, 'x');
  std::size_t sent = 0;
  while (b.try_send(q, body) == errc::ok) ++sent;
  ASSERT_GT(sent, 1000U);
  EXPECT_EQ(b.try_send(q, body), errc::memory_full);
  EXPECT_LE(b.budget.bytes_in_use(), b.budget.bytes_max());

  // Receives, changes and deletes go on.
  std::size_t gone = 0;
  while (gone < sent / 2) {
    const auto got = b.receive(q, 10, 100);
    ASSERT_FALSE(got.empty());
    EXPECT_EQ(b.change(q, got[0].receipt, 200), errc::ok);
    for (const auto& m : got) ASSERT_EQ(b.remove(q, m.receipt), errc::ok);
    gone += got.size();
  }
  for (std::size_t i = 0; i < gone / 2; ++i) ASSERT_EQ(b.try_send(q, body), errc::ok) << i;
}

TEST(send, queues_fill_and_drain_again_and_again_without_leaking_memory) {
  queue_bench b({.memory_max = 4 * 1024 * 1024});
  auto& q = b.create("orders");
  std::size_t first = 0;
  for (int round = 0; round < 20; ++round) {
    std::size_t sent = 0;
    while (b.try_send(q, std::string(1000, 'x')) == errc::ok) ++sent;
    if (round == 0) first = sent;
    EXPECT_GE(sent * 100, first * 95) << "round " << round;
    if (round % 2 == 0) {
      b.purge(q);
      b.advance(1);
    } else {
      for (auto got = b.receive(q, 10); !got.empty(); got = b.receive(q, 10)) {
        for (const auto& m : got) b.remove(q, m.receipt);
      }
    }
  }
}

}  // namespace
