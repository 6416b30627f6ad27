// How long received messages live, and what large ones look like.
#include <gtest/gtest.h>

#include <millrace/millrace.hpp>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace millrace;

struct received_messages : testing::Test {
  engine e = engine::open().value();
  client c = e.connect().value();
  queue_handle q = c.create_queue("orders").value();
};

TEST_F(received_messages, keep_their_bytes_after_the_delete_the_purge_and_the_queues_end) {
  const std::string body(50'000, 'x');
  c.send(q, body).value();
  c.send(q, "small").value();
  received got = c.receive(q, {.max_messages = 10}).value();
  for (const auto& m : got) c.delete_message(q, m.receipt).value();
  c.purge_queue(q).value();
  c.delete_queue(q).value();
  for (int i = 0; i < 100; ++i) e.poll(0);
  auto other = c.create_queue("others").value();
  for (int i = 0; i < 1000; ++i) c.send(other, "overwrites what is free").value();
  EXPECT_EQ(as_text(got[0].body), body);
  EXPECT_EQ(as_text(got[1].body), "small");
}

TEST_F(received_messages, move_and_are_released_on_any_thread) {
  c.send(q, "x").value();
  received a = c.receive(q).value();
  received b = std::move(a);
  EXPECT_TRUE(a.empty());
  ASSERT_EQ(b.size(), 1U);
  EXPECT_EQ(as_text(b[0].body), "x");
  std::thread([held = std::move(b)]() mutable { received gone = std::move(held); }).join();
  a = received();
  received& same = a;
  a = std::move(same);
}

TEST_F(received_messages, of_a_completion_may_be_taken_along) {
  c.send(q, "x").value();
  c.submit_receive(q, {}, 7).value();
  std::optional<received> kept;
  for (int i = 0; i < 10 && !kept; ++i) {
    e.poll(0);
    c.poll([&](const completion& done) {
      EXPECT_EQ(done.token, 7U);
      kept = c.take_messages();
    });
  }
  ASSERT_TRUE(kept && kept->size() == 1);
  for (int i = 0; i < 1000; ++i) c.send(q, "more").value();
  EXPECT_EQ(as_text((*kept)[0].body), "x");
  EXPECT_TRUE(c.take_messages().empty()) << "outside of a handler there is nothing to take";
}

TEST_F(received_messages, of_one_mebibyte_come_back_whole_and_one_byte_more_is_refused) {
  std::string body(message_bytes_max, 'a');
  for (std::size_t i = 0; i < body.size(); i += 4096) body[i] = static_cast<char>('a' + i % 23);
  EXPECT_TRUE(c.send(q, body).has_value());
  EXPECT_EQ(as_text(c.receive(q).value()[0].body), body);
  EXPECT_EQ(c.send(q, body + "x").error(), errc::message_too_long);
}

TEST_F(received_messages, carry_attributes_system_attributes_and_digest) {
  std::vector<std::byte> attributes, system;
  append_attribute(attributes, {"kind", "String", as_bytes("black")});
  append_attribute(system, {"AWSTraceHeader", "String", as_bytes("Root=1")});
  const digest md5{1, 2, 3};
  send_entry entry;
  entry.body = as_bytes("x");
  entry.attributes = attributes;
  entry.system_attributes = system;
  entry.body_digest = &md5;
  c.send(q, entry).value();
  const received got = c.receive(q).value();
  EXPECT_EQ(as_text(got[0].attributes), as_text(attributes));
  EXPECT_EQ(as_text(got[0].system_attributes), as_text(system));
  ASSERT_NE(got[0].body_digest, nullptr);
  EXPECT_EQ(*got[0].body_digest, md5);
}

TEST_F(received_messages, have_system_attributes_of_one_mebibyte_at_most) {
  const std::string name = "AWSTraceHeader";
  for (const std::size_t more : {0U, 1U}) {
    const std::string value(message_bytes_max - name.size() - 6 + more, 'x');
    std::vector<std::byte> system;
    append_attribute(system, {name, "String", as_bytes(value)});
    send_entry entry;
    entry.body = as_bytes("x");
    entry.system_attributes = system;
    const auto sent = c.send(q, entry);
    EXPECT_EQ(sent.has_value(), more == 0);
    if (more == 0) {
      EXPECT_EQ(c.receive(q).value()[0].system_attributes.size(), system.size());
    } else {
      EXPECT_EQ(sent.error(), errc::message_too_long);
    }
  }
  EXPECT_TRUE(c.receive(q).value().empty());
}

TEST_F(received_messages, attributes_count_towards_the_size_and_system_attributes_do_not) {
  auto small = c.create_queue("small", {.maximum_message_size = 1024}).value();
  std::vector<std::byte> attributes;
  append_attribute(attributes, {"n", "String", as_bytes("123")});
  send_entry entry;
  const std::string body(1024 - 10, 'x');
  entry.body = as_bytes(body);
  entry.attributes = attributes;
  entry.system_attributes = attributes;
  EXPECT_TRUE(c.send(small, entry).has_value());
  const std::string longer = body + "y";
  entry.body = as_bytes(longer);
  EXPECT_EQ(c.send(small, entry).error(), errc::message_too_long);
}

}  // namespace
