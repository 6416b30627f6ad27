// Definitions as bytes: a round trip, and what is refused.
#include "queue/attributes_codec.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace {

using namespace millrace;

queue_attributes unusual() {
  queue_attributes a;
  a.delay_seconds = 900;
  a.maximum_message_size = 1024;
  a.message_retention_period = 1209600;
  a.receive_message_wait_time_seconds = 20;
  a.visibility_timeout = 0;
  a.redrive = {"dead", 1000};
  a.stored = {{"Policy", "{\"a\":1}"}, {"tag:team", std::string("a\0b", 3)}};
  return a;
}

std::vector<std::byte> encoded(const std::string& name, const queue_attributes& a) {
  std::vector<std::byte> out;
  queue::encode(name, a, out);
  return out;
}

TEST(attributes_codec, decodes_what_it_encoded) {
  for (const queue_attributes& a : {queue_attributes{}, unusual()}) {
    queue::definition d;
    ASSERT_TRUE(queue::decode(encoded("orders", a), d));
    EXPECT_EQ(d.name, "orders");
    EXPECT_EQ(d.attributes, a);
  }
}

TEST(attributes_codec, forgets_what_the_target_held_before) {
  queue::definition d{"old", unusual()};
  ASSERT_TRUE(queue::decode(encoded("new", {}), d));
  EXPECT_EQ(d.attributes, queue_attributes{});
}

TEST(attributes_codec, a_prefix_that_ends_inside_a_field_is_no_definition) {
  const std::vector<std::byte> whole = encoded("orders", unusual());
  std::size_t accepted = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    queue::definition d;
    accepted += queue::decode(bytes_view(whole).first(n), d);
  }
  // The name and 10 pairs: cut between two of them it is a shorter definition.
  EXPECT_EQ(accepted, 1U + 9U);
}

TEST(attributes_codec, survives_any_bytes) {
  base::random r(1);
  const std::vector<std::byte> whole = encoded("orders", unusual());
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> bytes = whole;
    for (std::uint64_t n = r.below(4) + 1; n > 0; --n) {
      bytes[r.below(bytes.size())] = static_cast<std::byte>(r.next());
    }
    queue::definition d;
    static_cast<void>(queue::decode(bytes, d));
  }
}

TEST(attributes_codec, a_number_that_is_none_is_no_definition) {
  queue_attributes a;
  a.stored = {{"DelaySeconds", "soon"}};
  queue::definition d;
  EXPECT_FALSE(queue::decode(encoded("orders", a), d));
}

TEST(valid_queue_name, has_1_to_80_letters_digits_hyphens_and_underscores) {
  EXPECT_TRUE(queue::valid_queue_name("a"));
  EXPECT_TRUE(queue::valid_queue_name("Az09-_"));
  EXPECT_TRUE(queue::valid_queue_name(std::string(80, 'x')));
  EXPECT_TRUE(queue::valid_queue_name(std::string(75, 'x') + ".fifo"));
  for (const std::string& bad :
       {std::string(), std::string(81, 'x'), std::string("a b"), std::string(".fifo"),
        std::string("a.b"), std::string("\xc3\xa4"), std::string("a\0", 2)}) {
    EXPECT_FALSE(queue::valid_queue_name(bad)) << bad;
  }
}

TEST(queue_attributes, are_checked_at_both_ends_of_each_range) {
  const auto refuses = [](auto change) {
    queue_attributes a;
    change(a);
    return a.check() == errc::invalid_attribute_value;
  };
  using a_t = queue_attributes&;
  EXPECT_FALSE(refuses([](a_t) {}));
  EXPECT_FALSE(refuses([](a_t a) { a = unusual(); }));
  EXPECT_TRUE(refuses([](a_t a) { a.delay_seconds = -1; }));
  EXPECT_TRUE(refuses([](a_t a) { a.delay_seconds = 901; }));
  EXPECT_TRUE(refuses([](a_t a) { a.maximum_message_size = 1023; }));
  EXPECT_TRUE(refuses([](a_t a) { a.maximum_message_size = 1048577; }));
  EXPECT_FALSE(refuses([](a_t a) { a.message_retention_period = 60; }));
  EXPECT_TRUE(refuses([](a_t a) { a.message_retention_period = 59; }));
  EXPECT_TRUE(refuses([](a_t a) { a.message_retention_period = 1209601; }));
  EXPECT_TRUE(refuses([](a_t a) { a.receive_message_wait_time_seconds = 21; }));
  EXPECT_TRUE(refuses([](a_t a) { a.receive_message_wait_time_seconds = -1; }));
  EXPECT_FALSE(refuses([](a_t a) { a.visibility_timeout = 43200; }));
  EXPECT_TRUE(refuses([](a_t a) { a.visibility_timeout = 43201; }));
  EXPECT_TRUE(refuses([](a_t a) { a.visibility_timeout = -1; }));
  EXPECT_TRUE(refuses([](a_t a) { a.redrive = {"dead", 0}; }));
  EXPECT_TRUE(refuses([](a_t a) { a.redrive = {"dead", 1001}; }));
}

}  // namespace
