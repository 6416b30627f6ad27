// What limits=aws and message_size_max refuse, in virtual time.
#include <gtest/gtest.h>

#include <array>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

namespace {

using namespace millrace;

struct limited : testing::Test {
  void open(options o = {}) {
    o.clock = clock_mode::virtual_time;
    o.limits = limits_profile::aws;
    e = engine::open(o).value();
    c = e.connect().value();
  }
  queue_handle fifo_queue(std::string_view name, bool high_throughput = false) {
    queue_attributes a;
    a.fifo_queue = true;
    if (high_throughput) {
      a.scope = deduplication_scope::message_group;
      a.throughput_limit = fifo_throughput_limit::per_message_group_id;
    }
    return c.create_queue(name, a, given_fifo).value();
  }
  /// How many of the calls that `seconds` of trying every millisecond make are let through.
  template <class Call>
  int let_through(int seconds, int calls_a_millisecond, Call&& call) {
    int passed = 0;
    for (int ms = 0; ms < seconds * 1000; ++ms) {
      for (int i = 0; i < calls_a_millisecond; ++i) passed += call() == errc::ok ? 1 : 0;
      e.advance(1).value();
    }
    return passed;
  }
  errc send(queue_handle q, std::size_t messages = 1) {
    std::array<send_entry, batch_entries_max> entries;
    std::array<std::string, batch_entries_max> ids;
    std::array<send_result, batch_entries_max> sent;
    for (std::size_t i = 0; i < messages; ++i) {
      ids[i] = std::to_string(++last_id);
      entries[i] = {
          .body = as_bytes("x"), .message_group_id = ids[i], .message_deduplication_id = ids[i]};
    }
    return c.send_batch(q, std::span(entries.data(), messages), std::span(sent.data(), messages))
        .error();
  }
  errc receive(queue_handle q) { return c.receive(q, {.max_messages = 10}).error(); }

  engine e;
  client c;
  int last_id = 0;
};

// Shows: fifo.rate
TEST_F(limited, a_fifo_queue_takes_300_calls_a_second_single_or_of_ten_messages) {
  open();
  const queue_handle q = fifo_queue("orders.fifo");
  const int single = let_through(10, 2, [&] { return send(q); });
  EXPECT_GE(single, 3000);
  EXPECT_LE(single, 3030);
  e.advance(1000).value();
  const int batches = let_through(10, 2, [&] { return send(q, 10); });
  EXPECT_GE(batches, 3000);
  EXPECT_LE(batches, 3030);
  EXPECT_EQ(c.describe_queue(q).value().messages,
            static_cast<std::uint64_t>(single + 10 * batches));
}

TEST_F(limited, each_action_and_each_fifo_queue_has_a_rate_of_its_own) {
  open();
  const queue_handle q = fifo_queue("orders.fifo");
  const queue_handle other = fifo_queue("more-orders.fifo");
  while (send(q) == errc::ok) {
  }
  EXPECT_EQ(send(q), errc::request_throttled);
  EXPECT_EQ(send(other), errc::ok);
  const received got = c.receive(q, {.max_messages = 10}).value();
  ASSERT_FALSE(got.empty());
  while (receive(q) == errc::ok) {
  }
  EXPECT_EQ(receive(q), errc::request_throttled);
  EXPECT_EQ(c.change_visibility(q, {got[0].receipt, 60}).error(), errc::ok);
  EXPECT_EQ(c.delete_message(q, got[0].receipt).error(), errc::ok);
  e.advance(1000).value();
  EXPECT_EQ(send(q), errc::ok);
  EXPECT_EQ(receive(q), errc::ok);
}

TEST_F(limited, a_throttled_send_sends_nothing) {
  open();
  const queue_handle q = fifo_queue("orders.fifo");
  std::uint64_t sent = 0;
  while (send(q) == errc::ok) ++sent;
  EXPECT_EQ(send(q, 10), errc::request_throttled);
  EXPECT_EQ(c.describe_queue(q).value().messages, sent);
}

// Shows: fifo.rate
TEST_F(limited, queues_of_high_throughput_share_what_their_region_has) {
  open({.lanes = 2, .region = "ca-central-1"});  // 2,400 calls a second
  const queue_handle a = fifo_queue("a.fifo", true);
  const queue_handle b = fifo_queue("b.fifo", true);
  int turn = 0;
  const int passed = let_through(10, 3, [&] { return receive(++turn % 2 == 0 ? a : b); });
  EXPECT_GE(passed, 24'000);
  EXPECT_LE(passed, 24'240);
}

TEST_F(limited, standard_queues_are_not) {
  open();
  const queue_handle q = c.create_queue("orders").value();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(c.send(q, "x").error(), errc::ok);
}

TEST_F(limited, to_256_kib_messages_batches_and_attributes_are_as_they_were_before_2025) {
  open({.message_size_max = 262'144});
  const queue_handle q = c.create_queue("orders").value();
  EXPECT_EQ(c.describe_queue(q).value().attributes.maximum_message_size, 262'144U);
  EXPECT_EQ(c.send(q, std::string(262'144, 'x')).error(), errc::ok);
  EXPECT_EQ(c.send(q, std::string(262'145, 'x')).error(), errc::message_too_long);
  const std::string half(131'073, 'x');
  std::array<send_entry, 2> entries;
  for (send_entry& each : entries) each.body = as_bytes(half);
  std::array<send_result, 2> sent;
  EXPECT_EQ(c.send_batch(q, entries, sent).error(), errc::batch_too_long);
  queue_attributes larger;
  larger.maximum_message_size = 262'145;
  c.set_queue_attributes(q, larger, given_maximum_message_size).value();
  EXPECT_EQ(c.describe_queue(q).value().attributes.maximum_message_size, 262'144U);
  larger.maximum_message_size = 1'048'577;
  EXPECT_EQ(c.set_queue_attributes(q, larger, given_maximum_message_size).error(),
            errc::invalid_attribute_value);
  larger.maximum_message_size = 262'145;
  EXPECT_EQ(c.create_queue("orders", larger, given_maximum_message_size).value(), q);
}

// Shows: move.account
TEST_F(limited, an_account_has_100_message_moves_that_run) {
  open({.lanes = 3});
  std::vector<queue_handle> sources;
  for (int i = 0; i <= 100; ++i) {
    const std::string name = "dead-" + std::to_string(i);
    sources.push_back(c.create_queue(name, {}, 0).value());
    c.send(sources.back(), "a").value();
    c.send(sources.back(), "b").value();
  }
  c.create_queue("target", {}, 0).value();
  const auto start = [&](std::size_t i) { return c.start_message_move(sources[i], "target", 1); };
  std::vector<message_id> tasks;
  for (std::size_t i = 0; i < 100; ++i) tasks.push_back(start(i).value().id);
  EXPECT_EQ(start(100).error(), errc::too_many_message_moves);
  EXPECT_EQ(start(7).error(), errc::message_move_running);
  c.cancel_message_move(sources[7], tasks[7]).value();
  EXPECT_EQ(c.start_message_move(sources[100], "dead-100").error(), errc::invalid_queue_name);
  EXPECT_EQ(start(100).error(), errc::ok);
  EXPECT_EQ(start(7).error(), errc::too_many_message_moves);
  c.delete_queue(sources[8]).value();
  EXPECT_EQ(start(7).error(), errc::ok);
}

// Shows: move.time
TEST_F(limited, a_message_move_runs_for_36_hours) {
  open({.lanes = 1});
  const queue_handle dead = c.create_queue("dead", {}, 0).value();
  const queue_handle target = c.create_queue("target", {}, 0).value();
  for (int i = 0; i < 3; ++i) c.send(dead, "x").value();
  c.start_message_move(dead, "target", 1).value();
  const auto latest = [&] { return c.list_message_moves(dead).value().at(0); };
  e.advance(message_move_seconds_max * 1000).value();
  latest();  // in whose turn the lane sees what time has ended
  EXPECT_EQ(latest().status, move_status::failed);
  EXPECT_EQ(latest().failure_reason, "TaskTimedOut");
  EXPECT_LT(c.describe_queue(target).value().messages, 3U);
}

}  // namespace
