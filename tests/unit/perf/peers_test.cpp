// What rivals answer, whole and in pieces.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "peers/amqp_connection.hpp"
#include "peers/fan_out_protocol.hpp"
#include "peers/nats_connection.hpp"
#include "peers/peer_protocol.hpp"
#include "peers/resp.hpp"

namespace millrace::perf {
namespace {

/// Every prefix is incomplete, and the whole is taken, with what follows left alone.
template <class Measure>
void expect_whole(const std::string& answer, Measure&& bytes_of) {
  for (std::size_t i = 0; i < answer.size(); ++i) {
    EXPECT_EQ(bytes_of(std::string_view(answer).substr(0, i)), 0u) << i;
  }
  EXPECT_EQ(bytes_of(answer), answer.size());
  EXPECT_EQ(bytes_of(answer + "+OK\r\n"), answer.size());
}

std::string record_of_redis(std::size_t number) {
  const std::string id = std::to_string(number) + "-0", body = numbered_record(number, 40);
  return "*2\r\n$" + std::to_string(id.size()) + "\r\n" + id + "\r\n*2\r\n$1\r\nd\r\n$40\r\n" +
         body + "\r\n";
}

TEST(resp, values_of_every_kind_are_measured) {
  expect_whole("+OK\r\n", resp::value_bytes);
  expect_whole(":17\r\n", resp::value_bytes);
  expect_whole("$3\r\na\r\n\r\n", resp::value_bytes);
  expect_whole("$-1\r\n", resp::value_bytes);
  expect_whole("*2\r\n" + record_of_redis(1) + record_of_redis(2), resp::value_bytes);
  EXPECT_EQ(resp::command({"XADD", "s"}), "*2\r\n$4\r\nXADD\r\n$1\r\ns\r\n");
}

TEST(resp, errors_are_told_in_the_servers_words) {
  try {
    (void)resp::value_bytes("-ERR no such thing\r\n");
    FAIL();
  } catch (const std::runtime_error& told) {
    EXPECT_NE(std::string(told.what()).find("no such thing"), std::string::npos);
  }
  EXPECT_THROW((void)resp::value_bytes("?\r\n"), std::runtime_error);
  EXPECT_THROW((void)resp::value_bytes("$x\r\n"), std::runtime_error);
}

TEST(redis_protocol, replay_wants_all_the_records_that_it_asked_for) {
  const auto protocol = redis_protocol(peer_workload::replay, 40);
  std::string answer = "*" + std::to_string(replay_records) + "\r\n";
  for (std::size_t i = 0; i < replay_records; ++i) answer += record_of_redis(i);
  EXPECT_EQ(protocol->answer_bytes(answer), answer.size());
  EXPECT_EQ(protocol->answered(0, answer), replay_records);
  EXPECT_THROW((void)protocol->answer_bytes("*1\r\n" + record_of_redis(1)), std::runtime_error);
}

/// What a consumer is given, in pieces of so many bytes.
std::vector<std::string> fan_out(const fan_out_protocol& protocol, const std::string& answers,
                                 std::size_t piece, std::string& next) {
  std::vector<std::string> records;
  std::string unread;
  for (std::size_t i = 0; i < answers.size(); i += piece) {
    unread += answers.substr(i, piece);
    unread.erase(0, protocol.take(
                        3, unread, [&](std::string_view r) { records.emplace_back(r); }, next));
  }
  EXPECT_EQ(unread, "");
  return records;
}

void expect_two_records(const fan_out_protocol& protocol, const std::string& answers,
                        bool asks_again) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, answers.size()}) {
    std::string next;
    const std::vector<std::string> wanted = {numbered_record(0, 40), numbered_record(1, 40)};
    EXPECT_EQ(fan_out(protocol, answers, piece, next), wanted) << piece;
    EXPECT_EQ(!next.empty(), asks_again);
  }
}

TEST(fan_out_protocols, records_are_taken_from_what_each_server_says) {
  expect_two_records(
      *redis_fan_out(),
      "*1\r\n*2\r\n$16\r\nmillrace-fan-out\r\n*2\r\n" + record_of_redis(0) + record_of_redis(1),
      true);
  const std::string first = numbered_record(0, 40), second = numbered_record(1, 40);
  expect_two_records(*amqp_fan_out(),
                     amqp::method_frame(1, amqp::method::basic_consume, "") +
                         amqp::publish("x", "", first, false) +
                         amqp::publish("x", "", second, false),
                     false);
  expect_two_records(*nats_fan_out(),
                     "PING\r\nMSG created.3 1 4\r\n{ok}\r\nMSG load 2 40\r\n" + first +
                         "\r\nMSG load 2 $JS.ACK.x 40\r\n" + second + "\r\n",
                     false);
}

/// A delivery as RabbitMQ makes one of a message that was published.
std::string delivery(std::uint64_t tag, const std::string& body) {
  amqp::writer head;
  head.short_text("ctag-1").u64(tag).u8(0).short_text("").short_text("q");
  const std::string published = amqp::publish("", "q", body, true);
  return amqp::method_frame(1, amqp::method::basic_deliver, head.bytes()) +
         published.substr(amqp::read_frame(published).bytes);
}

TEST(reading_protocols, each_goes_on_behind_what_it_was_given) {
  const std::string first = numbered_record(0, 40), second = numbered_record(1, 40);
  const std::string begun = amqp::method_frame(1, amqp::method::basic_consume_ok, "");
  expect_two_records(*amqp_read(), begun + delivery(17, first) + delivery(18, second), false);
  const std::string answers = delivery(1999, first) + delivery(2000, second);
  expect_two_records(*amqp_read(), begun + answers, true);
  std::string next;
  (void)fan_out(*amqp_read(), answers, answers.size(), next);
  const auto acked = amqp::read_frame(next);
  EXPECT_EQ(acked.what(), amqp::method::basic_ack);
  EXPECT_EQ(amqp::read_u64(acked.payload, 4), 2000u);
  EXPECT_THROW((void)amqp_read()->take(
                   0,
                   amqp::method_frame(1, amqp::method::basic_deliver,
                                      "\x06"
                                      "ctag"),
                   [](std::string_view) {}, next),
               std::runtime_error);

  EXPECT_THROW(
      (void)amqp_read()->take(
          0, amqp::method_frame(1, amqp::method::basic_ack, ""), [](std::string_view) {}, next),
      std::runtime_error);

  const std::string of_redis =
      "*1\r\n*2\r\n$16\r\nmillrace-fan-out\r\n*2\r\n" + record_of_redis(0) + record_of_redis(1);
  expect_two_records(*redis_read(), of_redis, true);
  (void)fan_out(*redis_read(), of_redis, of_redis.size(), next);
  EXPECT_EQ(next, resp::command({"XREAD", "COUNT", "100", "STREAMS", "millrace-fan-out", "1-0"}));
}

TEST(nats, refusals_are_errors) {
  EXPECT_THROW((void)nats::read("-ERR 'Slow Consumer'\r\n"), std::runtime_error);
  std::string next;
  EXPECT_THROW((void)nats_fan_out()->take(
                   0, "MSG created.0 1 11\r\n{\"error\":1}\r\n", [](std::string_view) {}, next),
               std::runtime_error);
  expect_whole("MSG a 1 2\r\nhi\r\n", [](std::string_view got) { return nats::read(got).bytes; });
}

TEST(cycles, redis_moves_a_message_on_and_counts_it_when_it_is_gone) {
  const auto protocol = redis_protocol(peer_workload::cycle, 4);
  protocol->greet(-1, 0);
  protocol->greet(-1, 1);
  EXPECT_EQ(protocol->request(1), resp::command({"LPUSH", "millrace-load", "xxxx"}));
  EXPECT_EQ(protocol->answered(1, ":1\r\n"), 0u);
  EXPECT_EQ(protocol->request(1),
            resp::command({"LMOVE", "millrace-load", "millrace-load-1", "RIGHT", "LEFT"}));
  EXPECT_EQ(protocol->answered(1, "$4\r\nxxxx\r\n"), 0u);
  EXPECT_EQ(protocol->request(1), resp::command({"RPOP", "millrace-load-1"}));
  EXPECT_EQ(protocol->answered(1, "$4\r\nxxxx\r\n"), 1u);
  EXPECT_EQ(protocol->request(1), protocol->request(0));
  (void)protocol->answered(1, ":1\r\n");
  EXPECT_THROW((void)protocol->answered(1, "$-1\r\n"), std::runtime_error);
  EXPECT_THROW((void)protocol->answered(1, "$4\r\nxxxy\r\n"), std::runtime_error);
}

TEST(cycles, a_message_of_rabbitmq_has_three_frames_or_is_an_error) {
  const auto protocol = amqp_protocol(peer_workload::cycle, 40);
  const std::string published = amqp::publish("", "q", std::string(40, 'x'), true);
  const std::string content = published.substr(amqp::read_frame(published).bytes);
  const std::string got =
      amqp::method_frame(1, amqp::method::basic_get_ok, amqp::writer().u64(7).u8(0).bytes());
  const auto bytes_of = [&](std::string_view bytes) { return protocol->answer_bytes(bytes); };
  expect_whole(got + content, bytes_of);
  expect_whole(amqp::method_frame(1, amqp::method::basic_ack, amqp::writer().u64(1).u8(0).bytes()),
               bytes_of);
  const auto nothing_there = static_cast<amqp::method>(60u << 16 | 72);
  EXPECT_THROW((void)bytes_of(amqp::method_frame(1, nothing_there, "")), std::runtime_error);
  const std::string other = amqp::publish("", "q", std::string(41, 'x'), true);
  EXPECT_THROW((void)bytes_of(got + other.substr(amqp::read_frame(other).bytes)),
               std::runtime_error);
}

TEST(peer_protocols, a_workload_that_a_rival_does_not_have_is_an_error) {
  EXPECT_THROW((void)amqp_protocol(peer_workload::replay, 10), std::runtime_error);
  EXPECT_THROW((void)nats_protocol(peer_workload::send, false, 10), std::runtime_error);
}

}  // namespace
}  // namespace millrace::perf
