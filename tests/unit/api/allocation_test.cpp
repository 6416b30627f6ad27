// Steady state: no heap allocation a message, on the lane or on the caller, however it is called.
#include <gtest/gtest.h>

#include <millrace/millrace.hpp>
#include <string>

#include "../sync/heap_counter.hpp"

namespace {

using namespace millrace;
using millrace::test::heap_allocations;

struct allocation : testing::Test {
  allocation() {
    options o;
    o.clock = clock_mode::virtual_time;
    engine_ = engine::open(o).value();
    client_ = engine_.connect().value();
    queue_ = client_.create_queue("orders").value();
  }
  engine engine_;
  client client_;
  queue_handle queue_;
  const std::string body = std::string(1024, 'x');
};

TEST_F(allocation, synchronous_cycles_allocate_nothing) {
  const auto cycle = [&] {
    ASSERT_TRUE(client_.send(queue_, body).has_value());
    auto got = client_.receive(queue_);
    ASSERT_EQ(got.value().size(), 1U);
    ASSERT_TRUE(client_.delete_message(queue_, got.value()[0].receipt).has_value());
  };
  for (int i = 0; i < 5000; ++i) cycle();
  const std::uint64_t before = heap_allocations();
  for (int i = 0; i < 20'000; ++i) cycle();
  EXPECT_EQ(heap_allocations() - before, 0U);
}

TEST_F(allocation, batches_of_ten_by_name_allocate_nothing) {
  std::vector<send_entry> ten(10);
  for (send_entry& e : ten) e.body = as_bytes(body);
  std::vector<send_result> sent(10);
  std::vector<receipt_handle> receipts(10);
  std::vector<errc> deleted(10);
  const auto cycle = [&] {
    ASSERT_TRUE(client_.send_batch("orders", ten, sent).has_value());
    auto got = client_.receive("orders", {.max_messages = 10});
    ASSERT_EQ(got.value().size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) receipts[i] = got.value()[i].receipt;
    ASSERT_TRUE(client_.delete_batch("orders", receipts, deleted).has_value());
  };
  for (int i = 0; i < 1000; ++i) cycle();
  const std::uint64_t before = heap_allocations();
  for (int i = 0; i < 5000; ++i) cycle();
  EXPECT_EQ(heap_allocations() - before, 0U);
}

TEST_F(allocation, submitted_calls_timeouts_and_parked_receives_allocate_nothing) {
  std::size_t received_count = 0;
  receipt_handle last;
  const auto turn = [&] {
    engine_.poll(0);
    client_.poll([&](const completion& c) {
      ASSERT_EQ(c.status, errc::ok);
      for (const message_view& m : c.messages) last = m.receipt;
      received_count += c.messages.size();
    });
  };
  send_entry entry;
  entry.body = as_bytes(body);
  const auto cycle = [&] {
    // A receive that waits, woken by a send; its message times out, comes again and is deleted.
    client_.submit_receive(queue_, {.visibility_timeout = 1, .wait_time_seconds = 20}, 1).value();
    turn();
    client_.submit_send(queue_, std::span(&entry, 1), 2).value();
    turn();
    engine_.advance(1000).value();
    client_.submit_receive(queue_, {.wait_time_seconds = 20}, 3).value();
    turn();
    client_.submit_delete(queue_, std::span(&last, 1), 4).value();
    turn();
    turn();
  };
  for (int i = 0; i < 2000; ++i) cycle();
  received_count = 0;
  const std::uint64_t before = heap_allocations();
  for (int i = 0; i < 10'000; ++i) cycle();
  EXPECT_EQ(heap_allocations() - before, 0U);
  EXPECT_EQ(received_count, 20'000U);
}

/// On one lane; raw, and as notifications of their own.
TEST_F(allocation, publishing_to_ten_queues_allocates_nothing) {
  topic_client topics(client_);
  const topic_handle topic = topics.create_topic("news").value();
  std::vector<queue_handle> queues;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "a-queue-with-a-name-of-some-length-" + std::to_string(i);
    queues.push_back(client_.create_queue(name).value());
    subscription_settings wanted;
    wanted.endpoint = name;
    wanted.raw = i % 2 == 0;
    topics.subscribe(topic, wanted).value();
  }
  std::vector<publish_entry> ten(10);
  for (publish_entry& e : ten) e.message = e.notification = as_bytes(body);
  std::vector<publish_result> published(10);
  std::vector<receipt_handle> receipts(10);
  std::vector<errc> deleted(10);
  const auto cycle = [&] {
    ASSERT_TRUE(topics.publish(topic, ten, published).has_value());
    for (const queue_handle queue : queues) {
      auto got = client_.receive(queue, {.max_messages = 10});
      ASSERT_EQ(got.value().size(), 10U);
      for (std::size_t i = 0; i < 10; ++i) receipts[i] = got.value()[i].receipt;
      ASSERT_TRUE(client_.delete_batch(queue, receipts, deleted).has_value());
    }
  };
  for (int i = 0; i < 200; ++i) cycle();
  const std::uint64_t before = heap_allocations();
  for (int i = 0; i < 1000; ++i) cycle();
  EXPECT_EQ(heap_allocations() - before, 0U);
}

}  // namespace
