// The worker's connections with TLS: requests, polls, answers that go on, drain, a change of
// certificates, and peers that do not speak it.
#include <sys/time.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "http2_client.hpp"
#include "tls_client.hpp"
#include "worker_fixture.hpp"

namespace millrace::daemon {
namespace {

using test::peer;
using test::running_worker;
using tls::test::client_options;
using tls::test::tls_client;

tls::credentials_or_null new_credentials() {
  std::string why;
  tls::credentials_or_null made = tls::credentials::make_self_signed("127.0.0.1", why);
  EXPECT_NE(made, nullptr) << why;
  return made;
}

const aws::handler& own_handlers(const aws::service& service, std::size_t operation) {
  return service.handler_of(operation);
}

std::string request(std::string_view operation, std::string_view body = "{}") {
  std::string text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\n";
  text.append("X-Amz-Target: AmazonSQS.").append(operation).append("\r\nContent-Length: ");
  return text.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

constexpr std::string_view url = "http://a/000000000000/followed";

std::string send_of(std::string_view text) {
  return request("SendMessage", std::string("{\"QueueUrl\":\"")
                                    .append(url)
                                    .append("\",\"MessageBody\":\"")
                                    .append(text)
                                    .append("\"}"));
}

/// A client with TLS on a blocking socket.
class secure_peer {
 public:
  secure_peer(std::uint16_t port, const client_options& wanted) : socket_(port), tls_(wanted) {}

  void send(std::string_view text) {
    while (!tls_.established() && turn()) continue;
    EXPECT_TRUE(tls_.established()) << tls_.failure();
    if (!text.empty()) tls_.write(text);
    socket_.send(tls_.output());
  }
  std::string take_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = in_.find(end)) == std::string::npos) {
      if (!turn()) return std::exchange(in_, {}).append(" ...and no more");
    }
    std::string taken = in_.substr(0, at + end.size());
    in_.erase(0, at + end.size());
    return taken;
  }
  std::string take(std::size_t size) {
    while (in_.size() < size && turn()) continue;
    std::string taken = in_.substr(0, size);
    in_.erase(0, taken.size());
    return taken;
  }
  std::string take_all() { return std::exchange(in_, {}); }
  /// Reads once; false: the server has closed.
  bool turn() {
    if (const std::string out = step(); !out.empty()) socket_.send(out);
    if (tls_.ended()) return false;
    if (!socket_.read_some()) return false;
    tls_.receive(socket_.take_all());
    if (const std::string out = step(); !out.empty()) socket_.send(out);
    return true;
  }
  /// The server has said that it closes, and has.
  bool is_told_of_the_end() {
    while (turn()) continue;
    return tls_.ended() && socket_.at_end();
  }
  void say_the_end() {
    tls_.close();
    socket_.send(tls_.output());
  }
  void vanish() { socket_.close(); }
  [[nodiscard]] tls_client& tls() { return tls_; }

 private:
  std::string step() {
    in_ += tls_.read();
    return tls_.output();
  }

  peer socket_;
  tls_client tls_;
  std::string in_;
};

class with_tls : public ::testing::Test {
 protected:
  tls::credentials_or_null credentials_ = new_credentials();
  running_worker worker_{own_handlers, credentials_};
  client_options trusting_{.trusted = credentials_->certificate_pem()};

  std::string receive_in_the_clear() {
    peer p(worker_.port());
    p.send(request("ReceiveMessage",
                   R"({"QueueUrl":"http://a/000000000000/followed","WaitTimeSeconds":1})"));
    p.take_until("\r\n\r\n");
    return p.take_until("}");
  }
};

TEST_F(with_tls, requests_are_answered_one_behind_the_other) {
  secure_peer p(worker_.tls_port(), trusting_);
  for (int i = 0; i < 3; ++i) {
    p.send(send_of("one") + send_of("two"));
    for (int answers = 0; answers < 2; ++answers) {
      EXPECT_EQ(p.take_until("\r\n\r\n").substr(0, 15), "HTTP/1.1 200 OK");
      EXPECT_NE(p.take_until("}").find("MD5OfMessageBody"), std::string::npos);
    }
  }
}

TEST_F(with_tls, large_messages_go_in_and_come_out) {
  std::string text(1'000'000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i * i % 23);
  secure_peer p(worker_.tls_port(), trusting_);
  p.send(send_of(text));
  EXPECT_EQ(p.take_until("\r\n\r\n").substr(0, 15), "HTTP/1.1 200 OK");
  p.take_until("}");
  p.send(request("ReceiveMessage", R"({"QueueUrl":"http://a/000000000000/followed"})"));
  p.take_until("\"Body\":\"");
  EXPECT_TRUE(p.take(text.size()) == text);
}

TEST_F(with_tls, a_poll_waits_folded_and_is_answered) {
  secure_peer p(worker_.tls_port(), trusting_);
  p.send(request("ReceiveMessage",
                 R"({"QueueUrl":"http://a/000000000000/followed","WaitTimeSeconds":20})"));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  peer sender(worker_.port());
  sender.send(send_of("at last"));
  EXPECT_NE(p.take_until("at last").find("200 OK"), std::string::npos);
}

TEST_F(with_tls, a_poll_whose_client_goes_takes_no_message) {
  for (const bool says_so : {true, false}) {
    secure_peer p(worker_.tls_port(), trusting_);
    p.send(request("ReceiveMessage",
                   R"({"QueueUrl":"http://a/000000000000/followed","WaitTimeSeconds":20})"));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (says_so) p.say_the_end();
    p.vanish();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    peer sender(worker_.port());
    sender.send(send_of("for the next"));
    sender.take_until("}");
    EXPECT_NE(receive_in_the_clear().find("for the next"), std::string::npos);
  }
}

TEST_F(with_tls, urls_of_queues_say_https) {
  secure_peer p(worker_.tls_port(), trusting_);
  p.send(request("GetQueueUrl", R"({"QueueName":"followed"})"));
  EXPECT_NE(p.take_until("}").find("https://a/000000000000/followed"), std::string::npos);
  peer clear(worker_.port());
  clear.send(request("GetQueueUrl", R"({"QueueName":"followed"})"));
  EXPECT_NE(clear.take_until("}").find("http://a/000000000000/followed"), std::string::npos);
}

TEST_F(with_tls, http_2_is_spoken_where_it_is_chosen) {
  client_options wanted = trusting_;
  wanted.protocols = "\x02h2\x08http/1.1";
  secure_peer p(worker_.tls_port(), wanted);
  http::test::http2_client client;
  const std::int32_t first =
      client.post("AmazonSQS.SendMessage", R"({"QueueUrl":"http://a/000000000000/followed",)"
                                           R"("MessageBody":"over h2"})");
  const std::int32_t second = client.post("AmazonSQS.ListQueues");
  while (!client.of(first).closed || !client.of(second).closed) {
    p.send(client.output());
    ASSERT_TRUE(p.turn());
    client.receive(p.take_all());
  }
  EXPECT_EQ(p.tls().protocol(), "h2");
  EXPECT_EQ(client.of(first).fields[":status"], "200");
  EXPECT_NE(client.of(second).body.find("https://localhost:1/"), std::string::npos);
  EXPECT_NE(receive_in_the_clear().find("over h2"), std::string::npos);
}

TEST_F(with_tls, the_end_is_said_when_the_server_drains) {
  secure_peer idle(worker_.tls_port(), trusting_);
  idle.send(send_of("x"));
  idle.take_until("}");
  secure_peer waiting(worker_.tls_port(), trusting_);
  std::thread drainer([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    worker_.drain();
  });
  EXPECT_TRUE(idle.is_told_of_the_end());
  drainer.join();
}

TEST_F(with_tls, who_says_the_end_is_told_it_too) {
  secure_peer p(worker_.tls_port(), trusting_);
  p.send(send_of("x"));
  p.take_until("}");
  p.say_the_end();
  EXPECT_TRUE(p.is_told_of_the_end());
  secure_peer asking(worker_.tls_port(), trusting_);
  asking.send(send_of("y"));
  asking.say_the_end();
  EXPECT_NE(asking.take_until("}").find("200 OK"), std::string::npos);
  EXPECT_TRUE(asking.is_told_of_the_end());
}

TEST_F(with_tls, a_request_in_the_clear_is_told_where_it_is) {
  for (const std::string_view begin : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n"}) {
    peer p(worker_.tls_port());
    p.send(begin);
    const std::string head = p.take_until("\r\n\r\n");
    EXPECT_EQ(head.substr(0, 24), "HTTP/1.1 400 Bad Request") << head;
    EXPECT_NE(p.take_until("\n").find("use https://"), std::string::npos);
    EXPECT_TRUE(p.at_end());
  }
}

TEST_F(with_tls, garbage_is_answered_by_the_end) {
  for (const std::string& bytes : {std::string(5000, '\0'), std::string("\x16\x03\x01\xff\xff\x01"),
                                   std::string("\xff\xfe")}) {
    peer p(worker_.tls_port());
    p.send(bytes);
    while (p.read_some()) p.take_all();  // perhaps an alert
    EXPECT_TRUE(p.at_end());
  }
  secure_peer p(worker_.tls_port(), trusting_);
  p.send(send_of("still here"));
  EXPECT_NE(p.take_until("}").find("200 OK"), std::string::npos);
}

TEST_F(with_tls, a_new_certificate_is_for_new_connections) {
  secure_peer before(worker_.tls_port(), trusting_);
  before.send(send_of("x"));
  before.take_until("}");
  const tls::credentials_or_null fresh = new_credentials();
  worker_.use(fresh);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  secure_peer after(worker_.tls_port(), {.trusted = fresh->certificate_pem()});
  after.send(send_of("y"));
  EXPECT_NE(after.take_until("}").find("200 OK"), std::string::npos);
  before.send(send_of("z"));
  EXPECT_NE(before.take_until("}").find("200 OK"), std::string::npos);
  secure_peer distrusting(worker_.tls_port(), trusting_);
  while (!distrusting.tls().established() && distrusting.turn()) continue;
  EXPECT_FALSE(distrusting.tls().established());
}

}  // namespace
}  // namespace millrace::daemon
