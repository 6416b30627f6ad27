// One client: batches, windows, cancelling, closing; many clients that come and go.
#include <gtest/gtest.h>

#include <map>
#include <millrace/millrace.hpp>
#include <string>

namespace {

using namespace millrace;

struct one_client : testing::Test {
  explicit one_client(options o = {}) {
    o.clock = clock_mode::virtual_time;
    e = engine::open(o).value();
    c = e.connect().value();
    q = c.create_queue("orders").value();
  }
  /// Polls both sides a few times; completions by token.
  std::map<std::uint64_t, errc> turn() {
    std::map<std::uint64_t, errc> out;
    for (int i = 0; i < 4; ++i) {
      c.flush();
      e.poll(0);
      c.poll([&](const completion& done) {
        EXPECT_FALSE(out.contains(done.token)) << "answered twice";
        out[done.token] = done.status;
        for (const message_view& m : done.messages) bodies.emplace_back(as_text(m.body));
      });
    }
    return out;
  }
  engine e;
  client c;
  queue_handle q;
  std::vector<std::string> bodies;
};

TEST_F(one_client, a_batch_of_ten_answers_each_entry_by_itself) {
  std::vector<std::byte> garbage(5);
  std::vector<send_entry> entries(10);
  for (send_entry& x : entries) x.body = as_bytes("fine");
  entries[1].body = {};
  entries[4].delay_seconds = 901;
  entries[7].attributes = garbage;
  std::vector<send_result> results(10);
  ASSERT_TRUE(c.send_batch(q, entries, results).has_value());
  for (std::size_t i = 0; i < 10; ++i) {
    const errc wanted = i == 1   ? errc::empty_message
                        : i == 4 ? errc::invalid_delay
                        : i == 7 ? errc::invalid_message_attributes
                                 : errc::ok;
    EXPECT_EQ(results[i].status, wanted) << i;
  }
  EXPECT_EQ(c.describe_queue(q).value().messages, 7U);
}

TEST_F(one_client, batches_have_1_to_10_entries_and_a_mebibyte_in_all) {
  std::vector<send_entry> entries(11);
  std::vector<send_result> results(11);
  std::vector<errc> codes(11);
  std::vector<receipt_handle> receipts(11);
  for (send_entry& x : entries) x.body = as_bytes("x");
  EXPECT_EQ(c.send_batch(q, entries, results).error(), errc::too_many_entries);
  EXPECT_EQ(c.send_batch(q, {}, results).error(), errc::empty_batch);
  EXPECT_EQ(c.delete_batch(q, receipts, codes).error(), errc::too_many_entries);
  EXPECT_EQ(c.delete_batch(q, {}, codes).error(), errc::empty_batch);
  EXPECT_EQ(c.change_visibility_batch(q, {}, codes).error(), errc::empty_batch);
  EXPECT_EQ(c.send_batch(q, entries, std::span(results).first(3)).error(), errc::invalid_option);

  const std::string half(message_bytes_max / 2, 'x');
  const std::string more = half + "y";
  entries.resize(2);
  entries[0].body = as_bytes(half);
  entries[1].body = as_bytes(half);
  EXPECT_TRUE(c.send_batch(q, entries, results).has_value());
  entries[1].body = as_bytes(more);
  EXPECT_EQ(c.send_batch(q, entries, results).error(), errc::batch_too_long);
}

TEST_F(one_client, deletes_and_changes_of_a_batch_fail_one_by_one) {
  c.send(q, "a").value();
  c.send(q, "b").value();
  const received got = c.receive(q, {.max_messages = 10}).value();
  const receipt_handle receipts[3] = {got[0].receipt, {}, got[1].receipt};
  errc codes[3];
  const visibility_entry changes[3] = {{receipts[0], 0}, {receipts[1], 0}, {receipts[2], 43201}};
  ASSERT_TRUE(c.change_visibility_batch(q, changes, codes).has_value());
  EXPECT_EQ(codes[0], errc::ok);
  EXPECT_EQ(codes[1], errc::receipt_handle_is_invalid);
  EXPECT_EQ(codes[2], errc::invalid_visibility_timeout);
  ASSERT_TRUE(c.delete_batch(q, receipts, codes).has_value());
  EXPECT_EQ(codes[0], errc::ok);
  EXPECT_EQ(codes[1], errc::receipt_handle_is_invalid);
  EXPECT_EQ(codes[2], errc::ok);
}

TEST_F(one_client, unknown_and_impossible_queues_are_told_apart) {
  EXPECT_EQ(c.send("nothing", "x").error(), errc::queue_does_not_exist);
  EXPECT_EQ(c.send("no/name", "x").error(), errc::invalid_queue_name);
  EXPECT_EQ(c.send(queue_name_or_handle(), "x").error(), errc::invalid_queue_name);
  EXPECT_EQ(c.send(queue_handle{0xdeadbeef}, "x").error(), errc::queue_does_not_exist);
  EXPECT_EQ(c.receive(queue_handle{UINT64_MAX}).error(), errc::queue_does_not_exist);
  EXPECT_EQ(c.statistics(99).error(), errc::invalid_option);
}

TEST_F(one_client, a_refused_send_gives_its_memory_back) {
  const std::string body(100'000, 'x');
  const std::uint64_t before = c.statistics(0).value().memory_in_use;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(c.send("nothing", body).error(), errc::queue_does_not_exist);
  }
  EXPECT_LE(c.statistics(0).value().memory_in_use, before + 200'000);
}

struct small_window : one_client {
  static options few() {
    options o;
    o.client_window = 64;
    return o;
  }
  small_window() : one_client(few()) {}
};

TEST_F(small_window, a_full_one_says_would_block_changes_nothing_and_goes_on) {
  send_entry entry;
  entry.body = as_bytes("x");
  std::uint64_t submitted = 0;
  while (c.submit_send(q, std::span(&entry, 1), submitted).has_value()) ++submitted;
  EXPECT_EQ(submitted, 64U);
  EXPECT_EQ(c.submit_send(q, std::span(&entry, 1), 99).error(), errc::would_block);
  EXPECT_EQ(c.send(q, "x").error(), errc::would_block);
  EXPECT_EQ(c.outstanding(), 64U);
  const auto done = turn();
  EXPECT_EQ(done.size(), 64U);
  EXPECT_FALSE(done.contains(99));
  EXPECT_EQ(c.outstanding(), 0U);
  EXPECT_TRUE(c.submit_send(q, std::span(&entry, 1), 100).has_value());
  EXPECT_EQ(turn().size(), 1U);
  EXPECT_EQ(c.describe_queue(q).value().messages, 65U);
}

TEST_F(small_window, full_of_parked_receives_still_closes) {
  for (std::uint64_t i = 0; i < 64; ++i) {
    c.submit_receive(q, {.wait_time_seconds = 20}, i).value();
  }
  turn();
  c = client();
  client other = e.connect().value();
  EXPECT_EQ(other.statistics(0).value().parked_receives, 0U);
}

TEST_F(one_client, a_parked_receive_is_answered_by_a_later_send) {
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  EXPECT_TRUE(turn().empty());
  c.send(q, "x").value();
  EXPECT_EQ(turn().at(1), errc::ok);
  EXPECT_EQ(bodies, std::vector<std::string>{"x"});
}

TEST_F(one_client, a_wait_ends_exactly_in_virtual_time) {
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  turn();
  e.advance(19'999).value();
  EXPECT_TRUE(turn().empty());
  e.advance(1).value();
  EXPECT_EQ(turn().at(1), errc::ok);
  EXPECT_TRUE(bodies.empty());
}

TEST_F(one_client, a_cancelled_receive_says_so_and_takes_no_message) {
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  turn();
  c.submit_cancel(1).value();
  const auto done = turn();
  ASSERT_EQ(done.size(), 1U) << "the cancel has no completion of its own";
  EXPECT_EQ(done.at(1), errc::cancelled);
  EXPECT_EQ(c.outstanding(), 0U);
  c.send(q, "x").value();
  EXPECT_EQ(c.describe_queue(q).value().messages, 1U);
}

TEST_F(one_client, a_cancel_that_comes_too_late_changes_nothing) {
  c.send(q, "x").value();
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  c.submit_cancel(1).value();
  const auto done = turn();
  EXPECT_EQ(done.at(1), errc::ok);
  EXPECT_EQ(bodies.size(), 1U);
  EXPECT_EQ(c.submit_cancel(1).error(), errc::cancelled);
  EXPECT_EQ(c.outstanding(), 0U);
}

TEST_F(one_client, that_closes_with_parked_receives_loses_no_message) {
  {
    client gone = e.connect().value();
    for (std::uint64_t i = 0; i < 100; ++i) {
      gone.submit_receive(q, {.wait_time_seconds = 20}, i).value();
    }
    gone.flush();
    e.poll(0);
    c.send(q, "x").value();  // answered to `gone`, which never looks
  }
  e.advance(30'000).value();
  e.poll(0);
  const received got = c.receive(q).value();
  ASSERT_EQ(got.size(), 1U) << "visible again after its timeout";
  EXPECT_EQ(got[0].receive_count, 2U);
  EXPECT_EQ(c.statistics(0).value().parked_receives, 0U);
}

TEST_F(one_client, deleting_the_queue_answers_those_who_wait) {
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  turn();
  c.delete_queue(q).value();
  EXPECT_EQ(turn().at(1), errc::queue_does_not_exist);
}

TEST_F(one_client, release_waiters_ends_every_wait_with_nothing) {
  client other = e.connect().value();
  other.submit_receive(q, {.wait_time_seconds = 20}, 5).value();
  other.flush();
  c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
  turn();
  c.submit_release_waiters(0, 2).value();
  const auto done = turn();
  EXPECT_EQ(done.at(1), errc::ok);
  EXPECT_EQ(done.at(2), errc::ok);
  int answers = 0;
  other.poll([&](const completion& x) { answers += x.status == errc::ok && x.messages.empty(); });
  EXPECT_EQ(answers, 1);
}

TEST_F(one_client, a_synchronous_call_between_leaves_other_answers_for_poll) {
  send_entry entry;
  entry.body = as_bytes("x");
  for (std::uint64_t i = 0; i < 5; ++i) c.submit_send(q, std::span(&entry, 1), i).value();
  EXPECT_EQ(c.describe_queue(q).value().messages, 5U) << "calls of one client keep their order";
  EXPECT_FALSE(c.prepare_to_sleep()) << "there are completions";
  EXPECT_EQ(turn().size(), 5U);
  EXPECT_TRUE(c.prepare_to_sleep());
  c.end_sleep();
}

TEST_F(one_client, a_handler_may_make_synchronous_calls) {
  c.send(q, "x").value();
  c.submit_receive(q, {}, 1).value();
  bool deleted = false;
  c.flush();
  e.poll(0);
  c.poll([&](const completion& done) {
    ASSERT_EQ(done.messages.size(), 1U);
    deleted = c.delete_message(q, done.messages[0].receipt).has_value();
  });
  EXPECT_TRUE(deleted);
}

TEST(cancel, that_comes_late_to_one_lane_never_touches_a_later_receive_in_another) {
  options o;
  o.lanes = 2;
  engine e = engine::open(o).value();
  client c = e.connect().value();
  std::string names[2];
  for (int i = 0; names[0].empty() || names[1].empty(); ++i) {
    const std::string name = "q" + std::to_string(i);
    names[e.lane_of(name)] = name;
  }
  for (const std::string& name : names) c.create_queue(name).value();
  c.send(names[0], "x").value();

  std::map<std::uint64_t, errc> done;
  const auto look = [&] { return c.poll([&](const completion& x) { done[x.token] = x.status; }); };
  c.submit_receive(names[0], {}, 1).value();
  c.flush();
  e.poll(0);
  c.submit_cancel(1).value();
  EXPECT_EQ(look(), 1U) << "the answer was there before the cancel";
  c.submit_receive(names[1], {.wait_time_seconds = 20}, 2).value();
  c.flush();
  e.poll(1);  // parked
  e.poll(0);  // the cancel
  look();
  EXPECT_FALSE(done.contains(2)) << "a cancel of another call ended it";
  EXPECT_EQ(c.outstanding(), 1U);
  c.submit_cancel(2).value();
  c.flush();
  e.poll(1);
  look();
  EXPECT_EQ(done.at(2), errc::cancelled);
  EXPECT_EQ(c.outstanding(), 0U);
}

TEST(clients, come_and_go_by_the_thousand) {
  options o;
  o.clients_max = 8;
  o.client_window = 64;
  engine e = engine::open(o).value();
  client keeper = e.connect().value();
  auto q = keeper.create_queue("orders").value();
  for (int i = 0; i < 1000; ++i) {
    client c = e.connect().value();
    c.submit_receive(q, {.wait_time_seconds = 20}, 1).value();
    if (i % 2 == 0) c.flush();
    if (i % 3 == 0) e.poll(0);
  }
  keeper.send(q, "x").value();
  EXPECT_EQ(keeper.receive(q).value().size(), 1U);
  EXPECT_EQ(keeper.statistics(0).value().parked_receives, 0U);
}

TEST(clients, beyond_the_maximum_are_refused_until_one_closes) {
  options o;
  o.clients_max = 3;
  engine e = engine::open(o).value();
  client a = e.connect().value();
  client b = e.connect().value();
  {
    client c = e.connect().value();
    EXPECT_EQ(e.connect().error(), errc::too_many_clients);
  }
  EXPECT_TRUE(e.connect().has_value());
}

}  // namespace
