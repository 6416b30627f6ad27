// Sends that are prepared first and submitted later.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <map>
#include <millrace/millrace.hpp>
#include <set>
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
  prepared_sends() {
    options o;
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
  std::vector<prepared_send> others;
  for (int i = 0; i < 62; ++i) others.push_back(prepare("x"));
  std::array<prepared_send, 3> p{prepare("a"), prepare("b")};
  const send_entry entry = entry_of("c");
  ASSERT_EQ(c.prepare_send(q, {&entry, 1}).error(), errc::would_block);
  p[1] = std::move(p[0]);
  EXPECT_TRUE(c.prepare_send(q, {&entry, 1}).has_value()) << "the place of the one moved over";
  EXPECT_FALSE(p[0]);
  ASSERT_TRUE(p[1]);
  prepared_send& same = p[1];
  p[1] = std::move(same);
  ASSERT_TRUE(p[1]);
  p[2] = std::move(p[1]);
  EXPECT_FALSE(p[1]);
  EXPECT_TRUE(p[2]);
  EXPECT_EQ(c.submit_prepared(p[1], 1).error(), errc::invalid_option);
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
  turn();
  EXPECT_EQ(results.size(), ready.size());
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

struct kept_at {
  durability level;
  std::uint32_t lanes;
  thread_mode threading;
};

class prepared_and_kept : public testing::TestWithParam<kept_at> {
 protected:
  prepared_and_kept() {
    char name[] = "/tmp/millrace-prepared-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~prepared_and_kept() override { std::filesystem::remove_all(directory_); }

  engine open() {
    return engine::open({.lanes = GetParam().lanes,
                         .threading = GetParam().threading,
                         .data_dir = directory_ + "/data",
                         .level = GetParam().level})
        .value();
  }
  /// Of lengths that are written from where they lie, copied, and in blocks of their own.
  static std::string body(int i) {
    const int bytes = i % 9 == 0 ? 100'000 : i % 5 == 0 ? 100 : 1000 + i;
    return std::to_string(i) + std::string(static_cast<std::size_t>(bytes), 'x');
  }

  std::string directory_;
};

/// Bodies lie in the order in which they were prepared, with those of sends between them that were
/// dropped; the journal gets them in another one.
TEST_P(prepared_and_kept, all_that_were_answered_are_there_after_a_restart) {
  constexpr int count = 200;
  constexpr int queues = 4;
  const auto name = [](int i) { return "orders" + std::to_string(i % queues); };
  std::multiset<std::string> wanted;
  {
    engine e = open();
    client first = e.connect().value();
    for (int i = 0; i < queues; ++i) first.create_queue(name(i)).value();
    std::vector<prepared_send> ready;
    for (int i = 0; i < count; ++i) {
      if (i == count / 4) {  // from the first that is kept on, room is left for the journal
        first.send(name(0), "sent").value();
        wanted.emplace("sent");
      }
      const std::string text = body(i);
      const send_entry entry = entry_of(text);
      ready.push_back(first.prepare_send(name(i), {&entry, 1}).value());
    }
    client c = std::move(first);
    for (int i = 0; i < count; ++i) {
      const int at = i * 77 % count;
      prepared_send& one = ready[static_cast<std::size_t>(at)];
      if (at % 7 == 3) {
        one = {};
        continue;
      }
      ASSERT_TRUE(c.submit_prepared(one, 0).has_value());
      wanted.insert(body(at));
    }
    while (c.outstanding() != 0) {
      for (std::uint32_t lane = 0; lane < e.lanes(); ++lane) {
        if (GetParam().threading == thread_mode::none) e.poll(lane);
      }
      c.poll([](const completion& done) {
        ASSERT_EQ(done.status, errc::ok);
        ASSERT_EQ(done.sent[0].status, errc::ok);
      });
    }
  }
  ASSERT_GT(wanted.size(), 150U);
  engine e = open();
  client c = e.connect().value();
  std::multiset<std::string> found;
  for (int i = 0; i < queues; ++i) {
    for (received got = c.receive(name(i), {.max_messages = 10}).value(); !got.empty();
         got = c.receive(name(i), {.max_messages = 10}).value()) {
      for (const message_view& m : got) found.emplace(as_text(m.body));
    }
  }
  EXPECT_EQ(found.size(), wanted.size());
  EXPECT_TRUE(found == wanted);
}

INSTANTIATE_TEST_SUITE_P(levels, prepared_and_kept,
                         testing::Values(kept_at{durability::os, 1, thread_mode::none},
                                         kept_at{durability::disk, 1, thread_mode::none},
                                         kept_at{durability::os, 3, thread_mode::own},
                                         kept_at{durability::disk, 3, thread_mode::own}));

}  // namespace
