// Fair queues: standard queues whose messages have a message group id (a tenant). Virtual time.
#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <map>
#include <millrace/millrace.hpp>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace {

using namespace millrace;

struct fair_queue : testing::Test {
  void open(options o = {}) {
    o.clock = clock_mode::virtual_time;
    c = {};
    e = {};
    e = engine::open(o).value();
    c = e.connect().value();
    q = c.create_queue("orders").value();
  }
  void send(std::string_view tenant, int count = 1) {
    for (int i = 0; i < count; ++i) {
      send_entry entry{.body = as_bytes(tenant.empty() ? "rest" : tenant)};
      entry.message_group_id = tenant;
      send_result sent;
      c.send_batch(q, {&entry, 1}, {&sent, 1}).value();
      ASSERT_EQ(sent.status, errc::ok);
    }
  }
  /// Bodies, and so tenants, of one receive; their receipts are kept.
  std::vector<std::string> receive(int max = 1) {
    std::vector<std::string> tenants;
    const received got = c.receive(q, {.max_messages = max, .visibility_timeout = 600}).value();
    for (const message_view& m : got) {
      tenants.emplace_back(as_text(m.body));
      held[tenants.back()].push_back(m.receipt);
    }
    return tenants;
  }
  void finish(const std::string& tenant) {
    c.delete_message(q, held[tenant].back()).value();
    held[tenant].pop_back();
  }

  engine e;
  client c;
  queue_handle q;
  std::map<std::string, std::vector<receipt_handle>> held;
};

using names = std::vector<std::string>;

// Shows: fair.quiet-first
TEST_F(fair_queue, a_tenant_with_much_in_flight_does_not_hold_up_one_that_comes) {
  open();
  send("noisy", 1000);
  for (int i = 0; i < 5; ++i) receive(10);
  send("quiet");
  receive();  // it may be the noisy one's turn still
  EXPECT_EQ(receive(), names{"quiet"});
}

TEST_F(fair_queue, a_noisy_tenant_has_what_nobody_else_wants) {
  open();
  send("noisy", 100);
  send("quiet");
  std::size_t got = 0;
  for (int i = 0; i < 101; ++i) got += receive().size();
  EXPECT_EQ(got, 101U);
  EXPECT_TRUE(receive().empty());
}

TEST_F(fair_queue, quiet_tenants_take_turns) {
  open();
  for (const char* tenant : {"a", "b", "c"}) send(tenant, 4);
  std::map<std::string, int> served;
  for (int i = 0; i < 6; ++i) ++served[receive().at(0)];
  EXPECT_EQ(served, (std::map<std::string, int>{{"a", 2}, {"b", 2}, {"c", 2}}));
}

TEST_F(fair_queue, a_receive_of_ten_takes_what_one_tenant_has_and_then_of_the_next) {
  open();
  send("a", 3);
  send("b", 9);
  EXPECT_EQ(receive(10), (names{"a", "a", "a", "b", "b", "b", "b", "b", "b", "b"}));
}

TEST_F(fair_queue, messages_without_a_group_are_a_tenant_like_any_other) {
  open();
  send("", 1000);
  for (int i = 0; i < 5; ++i) receive(10);
  send("quiet");
  receive();
  EXPECT_EQ(receive(), names{"quiet"});
  send("noisy", 1000);
  for (int i = 0; i < 20; ++i) receive(10);
  for (int i = 0; i < 50; ++i) finish("rest");
  send("", 1);
  receive();
  EXPECT_EQ(receive(), names{"rest"});
}

TEST_F(fair_queue, a_tenant_is_quiet_again_when_its_messages_are_done) {
  open();
  send("a", 30);
  send("b", 30);
  for (int i = 0; i < 4; ++i) receive();
  const int in_flight_of_a = static_cast<int>(held["a"].size());
  EXPECT_EQ(in_flight_of_a, 2);
  finish("a");
  finish("a");
  EXPECT_EQ(receive(), names{"a"});
}

TEST_F(fair_queue, order_within_a_tenant_is_as_in_any_standard_queue) {
  open();
  for (int i = 0; i < 20; ++i) {
    const std::string body = std::to_string(i);
    send_entry entry{.body = as_bytes(body)};
    entry.message_group_id = i % 2 == 0 ? "even" : "odd";
    send_result sent;
    c.send_batch(q, {&entry, 1}, {&sent, 1}).value();
  }
  std::map<int, int> last{{0, -1}, {1, -1}};
  for (int i = 0; i < 20; ++i) {
    const int number = std::stoi(receive().at(0));
    EXPECT_GT(number, last[number % 2]);
    last[number % 2] = number;
  }
}

TEST_F(fair_queue, tenants_are_known_again_after_a_restart) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("millrace-fair-" + std::to_string(::getpid()));
  options o;
  o.data_dir = directory.string();
  o.level = durability::os;
  open(o);
  send("noisy", 100);
  send("quiet", 2);
  receive(10);
  open(o);
  e.advance(600'000).value();
  while (held["noisy"].size() < 30) receive(10);
  send("quiet");
  EXPECT_EQ(receive(), names{"quiet"});
  std::size_t left = c.describe_queue(q).value().messages;
  for (; left > 0; --left) EXPECT_EQ(receive().size(), 1U);
  c = {};
  e = {};
  std::filesystem::remove_all(directory);
}

/// Whatever is done, each message is in one state, counted and delivered.
TEST_F(fair_queue, loses_and_doubles_nothing_over_any_history) {
  open();
  base::random r(5);
  std::size_t alive = 0;
  std::vector<receipt_handle> out;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t what = r.below(100);
    if (what < 35) {
      const std::uint64_t tenant = r.below(6);
      send(tenant == 0 ? "" : "t" + std::to_string(tenant));
      ++alive;
    } else if (what < 60) {
      const auto max = static_cast<std::int32_t>(1 + r.below(10));
      const auto visibility = static_cast<std::int32_t>(r.below(3));
      for (const message_view& m :
           c.receive(q, {.max_messages = max, .visibility_timeout = visibility}).value()) {
        out.push_back(m.receipt);
      }
    } else if (what < 85 && !out.empty()) {
      const std::size_t i = r.below(out.size());
      const std::size_t before = c.statistics(0).value().messages;
      c.delete_message(q, out[i]).value();
      alive -= before - c.statistics(0).value().messages;
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (what < 90 && !out.empty()) {
      (void)c.change_visibility(q, {out[r.below(out.size())], 1});
    } else if (what < 99) {
      e.advance(static_cast<std::int64_t>(r.below(1500))).value();
    } else if (r.below(20) == 0) {
      c.purge_queue(q).value();
      alive = 0;
      out.clear();
    }
    const queue_description d = c.describe_queue(q).value();
    ASSERT_EQ(d.messages + d.messages_not_visible, alive) << step;
  }
  e.advance(5000).value();
  std::size_t drained = 0;
  for (std::size_t got = 1; got != 0; drained += got) {
    got = c.receive(q, {.max_messages = 10, .visibility_timeout = 600}).value().size();
  }
  EXPECT_EQ(drained, alive);
}

TEST_F(fair_queue, its_messages_move_to_a_dead_letter_queue_with_their_tenant) {
  open({.lanes = 2});
  for (const char* name :
       {"dead-a", "dead-b", "dead-c", "dead-d"}) {  // in the same slot and others
    const queue_handle dead = c.create_queue(name).value();
    queue_attributes a;
    a.redrive = {name, 1};
    c.set_queue_attributes(q, a, given_redrive).value();
    send("noisy", 20);
    send("quiet", 1);
    for (int i = 0; i < 21; ++i) receive();
    e.advance(600'000).value();
    EXPECT_TRUE(receive(10).empty());
    std::vector<std::string> got;
    for (int i = 0; i < 21; ++i) {
      for (const message_view& m : c.receive(dead, {.visibility_timeout = 600}).value()) {
        got.emplace_back(m.message_group_id);
      }
    }
    ASSERT_EQ(got.size(), 21U) << name;
    const auto at = std::find(got.begin(), got.end(), "quiet");
    EXPECT_LE(at - got.begin(), 2) << name;
  }
}

}  // namespace
