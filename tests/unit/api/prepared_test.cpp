// Sends that are prepared first and submitted later.
#include <gtest/gtest.h>

#include <map>
#include <millrace/millrace.hpp>
#include <string>
#include <utility>
#include <vector>

#include "../sync/heap_counter.hpp"

namespace {

using namespace millrace;

send_entry entry_of(std::string_view body) {
  send_entry entry;
  entry.body = as_bytes(body);
  return entry;
}

struct prepared_sends : testing::Test {
  explicit prepared_sends(options o = {}) {
    o.clock = clock_mode::virtual_time;
    o.client_window = 64;
    e = engine::open(o).value();
    c = e.connect().value();
    q = c.create_queue("orders").value();
  }
  prepared_send prepare(const std::string& body) {
    const send_entry entry = entry_of(body);
    return c.prepare_send(q, {&entry, 1}).value();
  }
  /// Polls both sides a few times; statuses by token.
  std::map<std::uint64_t, errc> turn() {
    std::map<std::uint64_t, errc> out;
    for (int i = 0; i < 4; ++i) {
      c.flush();
      e.poll(0);
      c.poll([&](const completion& done) {
        out[done.token] = done.status;
        for (const send_result& one : done.sent) results.push_back(one);
      });
    }
    return out;
  }
  std::vector<std::string> all_bodies() {
    std::vector<std::string> out;
    for (received got = c.receive(q, {.max_messages = 10}).value(); !got.empty();
         got = c.receive(q, {.max_messages = 10}).value()) {
      for (const message_view& m : got) out.emplace_back(as_text(m.body));
    }
    return out;
  }
  engine e;
  client c;
  queue_handle q;
  std::vector<send_result> results;
};

TEST_F(prepared_sends, arrive_once_they_are_submitted_with_the_body_they_were_prepared_with) {
  std::string body = "as prepared";
  prepared_send ready = prepare(body);
  body.assign("overwritten");
  ASSERT_TRUE(ready);
  EXPECT_TRUE(turn().empty());
  EXPECT_EQ(c.outstanding(), 0U);
  EXPECT_EQ(c.describe_queue(q)->messages, 0U);

  ASSERT_TRUE(c.submit_prepared(ready, 7).has_value());
  EXPECT_FALSE(ready);
  EXPECT_EQ(c.outstanding(), 1U);
  EXPECT_EQ(turn(), (std::map<std::uint64_t, errc>{{7, errc::ok}}));
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(c.outstanding(), 0U);
  const received got = c.receive(q).value();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(as_text(got[0].body), "as prepared");
  EXPECT_EQ(got[0].id, results[0].id);
}

TEST_F(prepared_sends, are_sent_when_and_in_the_order_in_which_they_are_submitted) {
  prepared_send first = prepare("first prepared");
  prepared_send second = prepare("second prepared");
  ASSERT_TRUE(e.advance(5000).has_value());
  ASSERT_TRUE(c.submit_prepared(second, 2).has_value());
  const send_entry plain = entry_of("in between");
  ASSERT_TRUE(c.submit_send(q, {&plain, 1}, 3).has_value());
  ASSERT_TRUE(c.submit_prepared(first, 1).has_value());
  EXPECT_EQ(turn().size(), 3U);
  const std::int64_t now_ms = e.now_ms();
  const received got = c.receive(q, {.max_messages = 10}).value();
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(as_text(got[0].body), "second prepared");
  EXPECT_EQ(as_text(got[1].body), "in between");
  EXPECT_EQ(as_text(got[2].body), "first prepared");
  for (const message_view& m : got) EXPECT_EQ(m.sent_at_ms, now_ms);
}

TEST_F(prepared_sends, have_the_errors_of_other_sends) {
  EXPECT_EQ(c.prepare_send(q, {}).error(), errc::empty_batch);
  const std::vector<send_entry> many(11, entry_of("x"));
  EXPECT_EQ(c.prepare_send(q, many).error(), errc::too_many_entries);
  EXPECT_EQ(c.prepare_send("no such name!", {many.data(), 1}).error(), errc::invalid_queue_name);
  std::vector<send_entry> two(2, entry_of("x"));
  two[1].body = {};
  prepared_send partly = c.prepare_send(q, two).value();
  ASSERT_TRUE(c.submit_prepared(partly, 1).has_value());
  prepared_send nowhere = c.prepare_send("none", {two.data(), 1}).value();
  ASSERT_TRUE(c.submit_prepared(nowhere, 2).has_value());
  EXPECT_EQ(turn(),
            (std::map<std::uint64_t, errc>{{1, errc::ok}, {2, errc::queue_does_not_exist}}));
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].status, errc::ok);
  EXPECT_EQ(results[1].status, errc::empty_message);
  EXPECT_EQ(all_bodies(), std::vector<std::string>{"x"});
}

TEST_F(prepared_sends, are_submitted_once_and_to_their_own_client) {
  prepared_send nothing;
  EXPECT_EQ(c.submit_prepared(nothing, 1).error(), errc::invalid_option);
  prepared_send ready = prepare("x");
  client other = e.connect().value();
  EXPECT_EQ(other.submit_prepared(ready, 1).error(), errc::invalid_option);
  ASSERT_TRUE(ready);
  ASSERT_TRUE(c.submit_prepared(ready, 1).has_value());
  EXPECT_EQ(c.submit_prepared(ready, 2).error(), errc::invalid_option);
  EXPECT_EQ(turn().size(), 1U);
  EXPECT_EQ(all_bodies(), std::vector<std::string>{"x"});
}

TEST_F(prepared_sends, take_a_place_in_the_window_until_they_are_dropped) {
  std::vector<prepared_send> ready;
  for (int i = 0; i < 64; ++i) ready.push_back(prepare("x"));
  const send_entry entry = entry_of("x");
  EXPECT_EQ(c.prepare_send(q, {&entry, 1}).error(), errc::would_block);
  EXPECT_EQ(c.submit_send(q, {&entry, 1}, 1).error(), errc::would_block);
  ready.pop_back();
  EXPECT_TRUE(c.submit_send(q, {&entry, 1}, 1).has_value());
  EXPECT_EQ(c.outstanding(), 1U);
  EXPECT_EQ(turn().size(), 1U);
  ready.clear();
  EXPECT_EQ(c.outstanding(), 0U);
  EXPECT_EQ(all_bodies().size(), 1U);
}

TEST_F(prepared_sends, move_and_what_is_moved_over_is_dropped) {
  prepared_send a = prepare("a");
  prepared_send b = prepare("b");
  b = std::move(a);
  EXPECT_FALSE(a);
  ASSERT_TRUE(b);
  prepared_send& same = b;
  b = std::move(same);
  ASSERT_TRUE(b);
  const prepared_send last = std::move(b);
  EXPECT_FALSE(b);
  EXPECT_TRUE(last);
  EXPECT_EQ(c.submit_prepared(b, 1).error(), errc::invalid_option);
}

TEST_F(prepared_sends, outlive_no_client) {
  prepared_send ready = prepare("x");
  EXPECT_DEATH(c = client(), "prepared_ == 0");
}

/// Large bodies have blocks of their own; were one kept, the engine's end would stop the program.
TEST_F(prepared_sends, leave_no_memory_behind) {
  std::vector<prepared_send> ready;
  for (int i = 0; i < 20; ++i) ready.push_back(prepare(std::string(200'000, 'x')));
  ASSERT_TRUE(c.submit_prepared(ready[3], 1).has_value());
  EXPECT_EQ(turn().size(), 1U);
  EXPECT_EQ(all_bodies().size(), 1U);
}

TEST_F(prepared_sends, allocate_nothing) {
  std::vector<prepared_send> ready(32);
  const send_entry entry = entry_of("x");
  const auto round = [&] {
    for (prepared_send& one : ready) one = c.prepare_send(q, {&entry, 1}).value();
    std::uint64_t token = 0;
    for (prepared_send& one : ready) EXPECT_TRUE(c.submit_prepared(one, token++).has_value());
    std::size_t answered = 0;
    while (answered < ready.size()) {
      e.poll(0);
      answered += c.poll([](const completion&) {});
    }
    c.purge_queue(q).value();
  };
  for (int i = 0; i < 4; ++i) round();
  const std::uint64_t before = test::heap_allocations();
  for (prepared_send& one : ready) one = c.prepare_send(q, {&entry, 1}).value();
  for (prepared_send& one : ready) EXPECT_TRUE(c.submit_prepared(one, 1).has_value());
  EXPECT_EQ(test::heap_allocations(), before);
  EXPECT_EQ(turn().size(), 1U);
}

TEST(prepared_fifo_sends, keep_their_ids_and_their_order_is_that_of_the_submits) {
  engine e = engine::open().value();
  client c = e.connect().value();
  queue_attributes fifo;
  fifo.fifo_queue = true;
  const queue_handle q = c.create_queue("orders.fifo", fifo, given_fifo_queue).value();
  const auto prepare = [&](std::string_view body, std::string_view id) {
    send_entry entry = entry_of(body);
    entry.message_group_id = "group";
    entry.message_deduplication_id = id;
    return c.prepare_send(q, {&entry, 1}).value();
  };
  prepared_send second = prepare("second", "2");
  prepared_send first = prepare("first", "1");
  prepared_send again = prepare("first again", "1");
  ASSERT_TRUE(c.submit_prepared(first, 1).has_value());
  ASSERT_TRUE(c.submit_prepared(second, 2).has_value());
  ASSERT_TRUE(c.submit_prepared(again, 3).has_value());
  std::size_t answered = 0;
  while (answered < 3) {
    e.poll(0);
    answered += c.poll([](const completion& done) { EXPECT_EQ(done.status, errc::ok); });
  }
  const received got = c.receive(q, {.max_messages = 10}).value();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(as_text(got[0].body), "first");
  EXPECT_EQ(as_text(got[1].body), "second");
  EXPECT_EQ(got[1].message_group_id, "group");
  EXPECT_EQ(got[1].message_deduplication_id, "2");
}

}  // namespace
