// Queues themselves: create, change, delete, purge, list.
#include <gtest/gtest.h>

#include "support/queue_bench.hpp"

namespace {

using namespace millrace;
using test::queue_bench;

errc create_error(queue_bench& b, const std::string& name, const queue_attributes& a = {},
                  std::uint32_t given = given_all) {
  const errc e = b.queues.create({name, a}, given).error();
  b.queues.log().clear();
  return e;
}

TEST(create_queue, again_with_equal_attributes_is_the_same_queue) {
  queue_bench b;
  const queue_attributes a{.delay_seconds = 3, .stored = {{"Policy", "p"}}};
  const auto first = b.queues.create({"orders", a}, given_all);
  const auto again = b.queues.create({"orders", a}, given_all);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(first.value(), again.value());
  EXPECT_EQ(b.queues.create({"orders", {}}, given_nothing).value(), first.value());
}

TEST(create_queue, again_with_another_value_is_refused) {
  queue_bench b;
  b.create("orders", {.delay_seconds = 3, .stored = {{"Policy", "p"}}});
  EXPECT_EQ(create_error(b, "orders", {.delay_seconds = 4}, given_delay_seconds),
            errc::queue_name_exists);
  EXPECT_EQ(create_error(b, "orders", {.stored = {{"Policy", "q"}}}, given_nothing),
            errc::queue_name_exists);
  EXPECT_EQ(create_error(b, "orders", {.stored = {{"Other", "q"}}}, given_nothing),
            errc::queue_name_exists);
}

TEST(create_queue, takes_the_default_for_what_is_not_given) {
  queue_bench b;
  queue_attributes a{.delay_seconds = 7, .visibility_timeout = 99};
  a.stored = {{"Z", "1"}, {"Empty", ""}, {"A", "2"}};
  ASSERT_TRUE(b.queues.create({"orders", a}, given_delay_seconds).has_value());
  b.queues.log().clear();
  const auto d = b.describe(b.at("orders"));
  EXPECT_EQ(d.attributes.delay_seconds, 7);
  EXPECT_EQ(d.attributes.visibility_timeout, 30);
  const decltype(a.stored) sorted = {{"A", "2"}, {"Z", "1"}};
  EXPECT_EQ(d.attributes.stored, sorted);
  EXPECT_EQ(d.created_at_ms, queue_bench::start_ms);
}

TEST(create_queue, a_redrive_policy_without_a_target_is_none) {
  queue_bench b;
  const queue_attributes a{.redrive = {"", 3}};
  const auto first = b.queues.create({"orders", a}, given_all);
  const auto again = b.queues.create({"orders", a}, given_all);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(first.value(), again.value());
}

TEST(create_queue, refuses_bad_names_and_values) {
  queue_bench b;
  EXPECT_EQ(create_error(b, ""), errc::invalid_queue_name);
  EXPECT_EQ(create_error(b, "a/b"), errc::invalid_queue_name);
  EXPECT_EQ(create_error(b, "orders", {.delay_seconds = 901}), errc::invalid_attribute_value);
  EXPECT_FALSE(b.exists("orders"));
}

TEST(create_queue, refuses_stored_attributes_with_a_name_of_its_own) {
  queue_bench b;
  for (const char* name : {"DelaySeconds", "VisibilityTimeout", "maxReceiveCount", ""}) {
    EXPECT_EQ(create_error(b, "orders", {.stored = {{name, "x"}}}), errc::invalid_attribute_name);
  }
  auto& q = b.create("orders");
  EXPECT_EQ(b.set(q, {.stored = {{"DelaySeconds", "x"}}}, given_nothing),
            errc::invalid_attribute_name);
}

TEST(set_attributes, changes_only_what_is_given_and_the_time_of_change) {
  queue_bench b;
  auto& q = b.create("orders", {.delay_seconds = 3, .stored = {{"Policy", "p"}, {"Tag", "t"}}});
  b.advance(1000);
  queue_attributes change{.delay_seconds = 99, .visibility_timeout = 5};
  change.stored = {{"Policy", ""}, {"New", "n"}};
  EXPECT_EQ(b.set(q, change, given_visibility_timeout), errc::ok);
  const auto d = b.describe(q);
  EXPECT_EQ(d.attributes.delay_seconds, 3);
  EXPECT_EQ(d.attributes.visibility_timeout, 5);
  const decltype(change.stored) left = {{"New", "n"}, {"Tag", "t"}};
  EXPECT_EQ(d.attributes.stored, left);
  EXPECT_EQ(d.modified_at_ms, queue_bench::start_ms + 1000);
  EXPECT_EQ(d.created_at_ms, queue_bench::start_ms);
}

TEST(set_attributes, each_change_is_another_revision) {
  queue_bench b;
  auto& q = b.create("orders");
  const std::uint64_t first = b.describe(q).revision;
  EXPECT_EQ(b.set(q, {.delay_seconds = 5}, given_delay_seconds), errc::ok);
  EXPECT_EQ(b.describe(q).revision, first + 1);
  b.send(q, "x");
  EXPECT_EQ(b.set(q, {.delay_seconds = -5}, given_delay_seconds), errc::invalid_attribute_value);
  EXPECT_EQ(b.describe(q).revision, first + 1);
}

TEST(set_attributes, with_a_bad_value_changes_nothing) {
  queue_bench b;
  auto& q = b.create("orders");
  const queue_attributes before = b.describe(q).attributes;
  EXPECT_EQ(b.set(q, {.delay_seconds = 5, .visibility_timeout = -1},
                  given_delay_seconds | given_visibility_timeout),
            errc::invalid_attribute_value);
  EXPECT_EQ(b.describe(q).attributes, before);
}

TEST(delete_queue, takes_the_messages_and_a_new_one_of_the_name_starts_empty) {
  queue_bench b;
  auto& q = b.create("orders");
  for (int i = 0; i < 10; ++i) b.send(q, "x", i % 2 == 0 ? 0 : 5);
  b.receive(q, 2);
  const std::uint64_t old = q.uid;
  EXPECT_EQ(b.delete_queue(q), errc::ok);
  EXPECT_FALSE(b.exists("orders"));
  auto& again = b.create("orders");
  EXPECT_NE(again.uid, old);
  EXPECT_EQ(b.describe(again).messages, 0U);
  b.work();
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
  b.advance(3'600'000);
  EXPECT_TRUE(b.receive(again, 10).empty());
}

TEST(delete_queue, frees_the_name_at_once_unless_the_limits_are_those_of_aws) {
  queue_bench b({.limits = {.rates_limited = true}});
  b.delete_queue(b.create("orders"));
  EXPECT_EQ(create_error(b, "orders"), errc::queue_deleted_recently);
  EXPECT_EQ(create_error(b, "others"), errc::ok);
  b.advance(59'999);
  EXPECT_EQ(create_error(b, "orders"), errc::queue_deleted_recently);
  b.advance(1);
  EXPECT_EQ(create_error(b, "orders"), errc::ok);
}

TEST(purge, takes_every_message_in_any_state_and_zeroes_the_counters_at_once) {
  queue_bench b;
  auto& q = b.create("orders");
  b.send(q, "flies");
  const auto held = b.receive(q);
  b.send(q, "waits", 100);
  b.send(q, "ready");
  EXPECT_EQ(b.purge(q), errc::ok);
  const auto d = b.describe(q);
  EXPECT_EQ(d.messages + d.messages_not_visible + d.messages_delayed, 0U);
  EXPECT_TRUE(b.receive(q, 10).empty());
  EXPECT_EQ(b.remove(q, held[0].receipt), errc::ok);
  EXPECT_EQ(b.change(q, held[0].receipt, 5), errc::message_does_not_exist);
  b.advance(200'000);
  EXPECT_TRUE(b.receive(q, 10).empty());
  EXPECT_EQ(b.queues.queues().message_count(), 0U);
}

TEST(purge, spares_what_is_sent_after_it_even_before_the_sweep) {
  queue_bench b;
  auto& q = b.create("orders");
  for (int i = 0; i < 2000; ++i) b.send(q, "old", i % 3);
  EXPECT_EQ(b.purge(q), errc::ok);
  b.send(q, "new", 1);
  EXPECT_EQ(b.describe(q).messages_delayed, 1U);
  b.advance(1000);
  EXPECT_EQ(b.describe(q).messages, 1U);
  EXPECT_EQ(b.receive(q, 10)[0].body, "new");
}

TEST(purge, once_in_60_seconds_with_the_limits_of_aws) {
  queue_bench b({.limits = {.rates_limited = true}});
  auto& q = b.create("orders");
  auto& other = b.create("others");
  EXPECT_EQ(b.purge(q), errc::ok);
  EXPECT_EQ(b.purge(q), errc::purge_in_progress);
  EXPECT_EQ(b.purge(other), errc::ok);
  b.advance(59'999);
  EXPECT_EQ(b.purge(q), errc::purge_in_progress);
  b.advance(1);
  EXPECT_EQ(b.purge(q), errc::ok);
}

TEST(purge, as_often_as_wanted_with_open_limits_even_as_its_epochs_come_round) {
  queue_bench b;
  auto& q = b.create("orders");
  b.send(q, "x");
  const auto held = b.receive(q, 1, 43200);
  for (int i = 0; i < 65'536; ++i) ASSERT_EQ(b.purge(q), errc::ok);
  EXPECT_EQ(b.remove(q, held[0].receipt), errc::ok);
  b.advance(43'200'000);
  EXPECT_EQ(b.describe(q).messages, 0U) << "a message purged 65,536 purges ago came back";
  EXPECT_TRUE(b.receive(q).empty());
}

TEST(list_queues, is_sorted_begins_with_the_prefix_and_goes_on_after_a_name) {
  queue_bench b;
  for (const char* name : {"b2", "a1", "b1", "b3", "c1"}) b.create(name);
  const auto list = [&](std::string_view prefix, std::string_view after, std::size_t max) {
    std::vector<std::string> out;
    b.queues.list(prefix, after, max, out);
    return out;
  };
  using names = std::vector<std::string>;
  EXPECT_EQ(list("", "", 100), (names{"a1", "b1", "b2", "b3", "c1"}));
  EXPECT_EQ(list("b", "", 100), (names{"b1", "b2", "b3"}));
  EXPECT_EQ(list("b", "b1", 100), (names{"b2", "b3"}));
  EXPECT_EQ(list("b", "a1", 2), (names{"b1", "b2"}));
  EXPECT_EQ(list("b", "c1", 2), names{});
  EXPECT_EQ(list("b", "b10", 1), names{"b2"}) << "`after` need not exist";
  EXPECT_EQ(list("d", "", 2), names{});
}

TEST(list_sources, names_the_queues_whose_dead_letters_go_there) {
  queue_bench b;
  b.create("b", {.redrive = {"dead", 3}});
  b.create("a", {.redrive = {"dead", 3}});
  b.create("c", {.redrive = {"deader", 3}});
  std::vector<std::string> out;
  b.queues.list_sources("dead", out);
  EXPECT_EQ(out, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
