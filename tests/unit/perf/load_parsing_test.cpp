// The generator's two parsers and its message bodies.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "load/http_answer.hpp"
#include "load/json_members.hpp"
#include "load/message_body.hpp"
#include "load/sqs_requests.hpp"

namespace millrace::perf {
namespace {

TEST(http_answer, a_complete_one_gives_status_body_and_length) {
  const std::string text = "HTTP/1.1 200 OK\r\nServer: x\r\nCONTENT-LENGTH: 5\r\n\r\nhello+more";
  const http_answer answer = scan_answer(text);
  EXPECT_EQ(answer.state, answer_state::complete);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.consumed, text.size() - 5);
}

TEST(http_answer, every_proper_prefix_is_incomplete) {
  const std::string text = "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(scan_answer(text.substr(0, size)).state, answer_state::incomplete) << size;
  }
  EXPECT_EQ(scan_answer(text).status, 400);
}

TEST(http_answer, what_it_does_not_understand_is_malformed) {
  for (const char* text : {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                           "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n1",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "nonsense of some length\r\n"}) {
    EXPECT_EQ(scan_answer(text).state, answer_state::malformed) << text;
  }
  EXPECT_EQ(scan_answer("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'y')).state,
            answer_state::malformed);
}

TEST(json_members, walks_string_members_and_object_ends_in_order) {
  json_members members(R"({"a":"1","n":5,"list":["s",{"b" : "x\"}y"}],"c":"\\"})");
  using event = json_members::event;
  ASSERT_EQ(members.next(), event::string_member);
  EXPECT_EQ(members.key(), "a");
  ASSERT_EQ(members.next(), event::string_member);
  EXPECT_EQ(members.key(), "b");
  EXPECT_EQ(members.value(), R"(x\"}y)");
  ASSERT_EQ(members.next(), event::object_end);
  ASSERT_EQ(members.next(), event::string_member);
  EXPECT_EQ(members.key(), "c");
  EXPECT_EQ(members.value(), R"(\\)");
  ASSERT_EQ(members.next(), event::object_end);
  EXPECT_EQ(members.next(), event::end);
}

TEST(json_members, broken_text_ends_without_reading_past_it) {
  const std::string_view text = R"({"a":"unterminated)";
  EXPECT_EQ(find_string(text, "a"), "unterminated");
  EXPECT_EQ(find_string(R"({"a)", "a"), "");
  EXPECT_EQ(count_members("", "a"), 0u);
}

TEST(message_body, knows_its_own_and_no_other) {
  const message_body mine(64, 0xabcd), other(64, 0xabce);
  std::string text = mine.text();
  EXPECT_EQ(text.size(), 64u);
  message_body::write_sequence(text.data(), 9'876'543'210);
  EXPECT_EQ(mine.sequence_of(text), 9'876'543'210u);
  EXPECT_FALSE(other.sequence_of(text));
  EXPECT_FALSE(mine.sequence_of(text.substr(1)));
  text.back() ^= 1;
  EXPECT_FALSE(mine.sequence_of(text));
  EXPECT_THROW(message_body(10, 0), std::runtime_error);
}

TEST(sequence_ledger, tells_missing_duplicated_and_foreign_apart) {
  sequence_ledger ledger;
  for (int i = 0; i < 200; ++i) (void)ledger.take();
  ledger.acknowledged(200);
  for (std::uint64_t i = 0; i < 198; ++i) ledger.received(i);
  ledger.received(5);
  ledger.received(200);
  EXPECT_EQ(ledger.missing(), 2u);
  EXPECT_EQ(ledger.duplicated(), 1u);
  EXPECT_EQ(ledger.foreign(), 1u);
  EXPECT_EQ(ledger.distinct(), 198u);
}

TEST(sqs_requests, a_send_carries_its_sequences_and_a_right_length) {
  const message_body body(32, 7);
  sqs_requests requests({"h:1", "http://h:1/0/q", "/n"}, body);
  std::array<std::uint64_t, 10> sequences{};
  for (std::size_t i = 0; i < 10; ++i) sequences[i] = 1000 + i;
  for (const std::size_t count : {std::size_t{1}, std::size_t{10}}) {
    const std::string_view text = requests.send({sequences.data(), count});
    const auto body_at = text.find("\r\n\r\n") + 4;
    EXPECT_NE(text.find("Content-Length: " + std::to_string(text.size() - body_at) + "\r\n"),
              std::string_view::npos);
    json_members members(text.substr(body_at));
    std::size_t found = 0;
    for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
      if (event != json_members::event::string_member || members.key() != "MessageBody") continue;
      EXPECT_EQ(body.sequence_of(members.value()), sequences[found++]);
    }
    EXPECT_EQ(found, count);
  }
}

TEST(sqs_requests, messages_of_a_fifo_queue_go_round_its_groups_and_have_ids_of_their_own) {
  const message_body body(64, 7);
  sqs_requests requests({"h:1", "http://h:1/0/q.fifo", "/n", 4}, body);
  std::array<std::uint64_t, 10> sequences{};
  for (std::size_t i = 0; i < 10; ++i) sequences[i] = 1002 + i;
  for (const std::size_t count : {std::size_t{1}, std::size_t{10}}) {
    const std::string_view text = requests.send({sequences.data(), count});
    json_members members(text.substr(text.find("\r\n\r\n") + 4));
    std::vector<std::string> groups, ids;
    for (auto event = members.next(); event != json_members::event::end; event = members.next()) {
      if (event != json_members::event::string_member) continue;
      if (members.key() == "MessageGroupId") groups.emplace_back(members.value());
      if (members.key() == "MessageDeduplicationId") ids.emplace_back(members.value());
    }
    ASSERT_EQ(groups.size(), count);
    ASSERT_EQ(ids.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(groups[i], "g000000000000000" + std::to_string(sequences[i] % 4));
      EXPECT_EQ(ids[i], "000000000000" + std::to_string(sequences[i]) + "00000007");
    }
  }
}

TEST(sqs_requests, a_batch_of_deletes_names_every_receipt_once) {
  const message_body body(32, 7);
  sqs_requests requests({"h:1", "q", "/n"}, body);
  const std::array<std::string, 3> receipts{"r0", R"(r\/1)", "r2"};
  const std::string text(requests.remove(receipts, true));
  EXPECT_NE(text.find("AmazonSQS.DeleteMessageBatch"), std::string::npos);
  EXPECT_EQ(count_members(text.substr(text.find("\r\n\r\n")), "ReceiptHandle"), 3u);
  EXPECT_NE(text.find(R"("ReceiptHandle":"r\/1")"), std::string::npos);
  const std::string one(requests.remove({receipts.data(), 1}, false));
  EXPECT_EQ(find_string(one.substr(one.find("\r\n\r\n")), "ReceiptHandle"), "r0");
}

}  // namespace
}  // namespace millrace::perf
