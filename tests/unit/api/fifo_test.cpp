// FIFO queues as programs see them: ids in, ids and sequence numbers out.
#include <gtest/gtest.h>

#include <millrace/millrace.hpp>
#include <string>
#include <vector>

namespace {

using namespace millrace;

struct fifo_client : testing::Test {
  fifo_client() {
    options o;
    o.clock = clock_mode::virtual_time;
    e = engine::open(o).value();
    c = e.connect().value();
    queue_attributes a;
    a.fifo_queue = true;
    a.content_based_deduplication = true;
    q = c.create_queue("orders.fifo", a, given_fifo).value();
  }
  send_result send(const send_entry& entry) {
    send_result out;
    const auto sent = c.send_batch(q, {&entry, 1}, {&out, 1});
    if (!sent.has_value()) out.status = sent.error();
    return out;
  }
  engine e;
  client c;
  queue_handle q;
};

TEST_F(fifo_client, gets_back_what_it_sent) {
  const send_result first = send({.body = as_bytes("abc"), .message_group_id = "g"});
  const send_result again = send({.body = as_bytes("abc"), .message_group_id = "h"});
  const send_result second =
      send({.body = as_bytes("abc"), .message_group_id = "g", .message_deduplication_id = "mine"});
  ASSERT_EQ(first.status, errc::ok);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_GT(second.sequence, first.sequence);
  const received got = c.receive(q, {.max_messages = 10}).value();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].message_group_id, "g");
  EXPECT_EQ(got[0].message_deduplication_id,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(got[0].sequence, first.sequence);
  EXPECT_EQ(as_text(got[1].body), "abc");
  EXPECT_EQ(got[1].message_deduplication_id, "mine");
}

TEST_F(fifo_client, ids_are_1_to_128_printable_characters) {
  EXPECT_EQ(send({.body = as_bytes("x")}).status, errc::message_group_id_missing);
  const std::string longest(128, 'x');
  EXPECT_EQ(send({.body = as_bytes("x"), .message_group_id = longest}).status, errc::ok);
  for (const std::string& bad : {longest + "x", std::string("a b"), std::string("\xc3\xa4")}) {
    EXPECT_EQ(send({.body = as_bytes("x"), .message_group_id = bad}).status,
              errc::invalid_message_group_id);
    EXPECT_EQ(
        send({.body = as_bytes("x"), .message_group_id = "g", .message_deduplication_id = bad})
            .status,
        errc::invalid_message_deduplication_id);
  }
}

TEST_F(fifo_client, of_a_standard_queue_gives_no_deduplication_id) {
  q = c.create_queue("orders").value();
  EXPECT_EQ(send({.body = as_bytes("x"), .message_deduplication_id = "i"}).status,
            errc::not_for_standard_queues);
  EXPECT_EQ(send({.body = as_bytes("x"), .message_group_id = "tenant"}).status, errc::ok);
  const received got = c.receive(q, {}).value();
  EXPECT_EQ(got[0].message_group_id, "tenant");
  EXPECT_EQ(got[0].message_deduplication_id, "");
  EXPECT_EQ(got[0].sequence, 0U);
}

TEST_F(fifo_client, sends_nothing_of_a_batch_in_which_an_id_is_missing) {
  queue_attributes a;
  ASSERT_TRUE(c.set_queue_attributes(q, a, given_content_based_deduplication).has_value());
  send_entry entries[2] = {
      {.body = as_bytes("x"), .message_group_id = "g", .message_deduplication_id = "1"},
      {.body = as_bytes("y"), .message_group_id = "g"}};
  send_result results[2];
  EXPECT_EQ(c.send_batch(q, entries, results).error(), errc::message_deduplication_id_missing);
  entries[1] = {.body = as_bytes("y"), .message_deduplication_id = "2"};
  EXPECT_EQ(c.send_batch(q, entries, results).error(), errc::message_group_id_missing);
  EXPECT_EQ(c.describe_queue(q)->messages, 0U);
}

TEST_F(fifo_client, knows_the_ids_of_a_batch_from_single_sends_whatever_their_lengths) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 10; ++i)
    texts.emplace_back(1 + i * 127 / 9, static_cast<char>('a' + i));
  std::vector<send_entry> entries;
  std::vector<send_result> alone;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    entries.push_back({.body = as_bytes(texts[i]), .message_group_id = texts[9 - i]});
    if (i % 3 != 0)
      entries.back().message_deduplication_id = texts[i];  // else it is of the content
    alone.push_back(send(entries.back()));
    ASSERT_EQ(alone.back().status, errc::ok);
  }
  entries[4].body = {};  // fails alone
  std::vector<send_result> batch(entries.size());
  ASSERT_TRUE(c.send_batch(q, entries, batch).has_value());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(batch[i].status, i == 4 ? errc::empty_message : errc::ok) << i;
    if (i != 4) {
      EXPECT_EQ(batch[i].id, alone[i].id) << i;
    }
  }
}

TEST_F(fifo_client, receives_the_same_again_under_the_same_attempt_id) {
  ASSERT_EQ(send({.body = as_bytes("x"), .message_group_id = "g"}).status, errc::ok);
  const receive_options mine{.receive_request_attempt_id = "attempt-1"};
  const received first = c.receive(q, mine).value();
  const received again = c.receive("orders.fifo", mine).value();
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receipt, first[0].receipt);
  EXPECT_TRUE(c.receive(q, {}).value().empty());
  ASSERT_TRUE(c.delete_message(q, first[0].receipt).has_value());
  EXPECT_EQ(c.receive(q, mine).error(), errc::receive_attempt_over);
  EXPECT_EQ(c.receive(q, {.receive_request_attempt_id = "a b"}).error(),
            errc::invalid_receive_request_attempt_id);
}

}  // namespace
