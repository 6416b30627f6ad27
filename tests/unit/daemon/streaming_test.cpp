// Answers that go on: pieces, back-pressure, clients that go, drain. The handlers under test are
// two: one follows a queue, one writes as much as it can.
#include <atomic>
#include <thread>

#include "aws/tables/sqs.hpp"
#include "http/response_stream.hpp"
#include "http2_client.hpp"
#include "worker_fixture.hpp"

namespace millrace::daemon {
namespace {

using aws::call;
using aws::progress;
using test::peer;
using test::running_worker;

std::atomic<int> states{0};
std::atomic<int> gone{0};
std::atomic<std::size_t> unsent_max{0};

struct following : aws::stream_state {
  following() { ++states; }
  ~following() override { --states; }
  int pieces = 0;
};

void say(call& c, std::string_view text) {
  const http::open_piece open = http::begin_piece(*c.out, c.head);
  c.out->append(text);
  http::finish_piece(*c.out, open);
}

progress end(call& c) {
  http::end_stream(*c.out, c.head);
  return progress::answered;
}

progress submitted(const result<void>& done) {
  EXPECT_TRUE(done);
  return progress::waiting;
}

progress follow(call& c) {
  receive_options wanted;
  wanted.wait_time_seconds = 20;
  return submitted(c.context->engine->submit_receive("followed", wanted, c.token));
}

progress start_following(call& c) {
  c.stream = std::make_unique<following>();
  http::begin_stream(*c.out, c.head);
  say(c, "hello ");
  return follow(c);
}

/// A message is a piece of the answer; one that reads "end" is its end.
progress resume_following(call& c, const completion& done) {
  if (c.context->ending) {
    say(c, "bye");
    return end(c);
  }
  for (const message_view& m : done.messages) {
    ++static_cast<following&>(*c.stream).pieces;
    const std::string_view body(reinterpret_cast<const char*>(m.body.data()), m.body.size());
    if (body == "end") return end(c);
    say(c, std::to_string(static_cast<following&>(*c.stream).pieces));
    say(c, body);
  }
  return follow(c);
}

void forget(aws::service_context&, aws::stream_state&) { ++gone; }

/// Many pieces of 32 KiB, as long as no more than 128 KiB are unsent.
progress fill(call& c) {
  static const std::string piece(32 * 1024, 'x');
  constexpr int pieces_max = 500;
  int& pieces = static_cast<following&>(*c.stream).pieces;
  while (pieces < pieces_max) {
    unsent_max = std::max(unsent_max.load(), c.out->size());
    if (c.out->size() > 128 * 1024) return progress::paused;
    say(c, piece);
    ++pieces;
  }
  return end(c);
}

progress start_filling(call& c) {
  c.stream = std::make_unique<following>();
  http::begin_stream(*c.out, c.head);
  return fill(c);
}

/// Sends the body of the request to the queue that is followed.
progress send(call& c) {
  const auto body = std::as_bytes(std::span(c.request->body));
  send_entry message;
  message.body = body;
  return submitted(c.context->engine->submit_send("followed", {&message, 1}, c.token));
}

progress sent(call& c, const completion& done) {
  EXPECT_EQ(done.status, errc::ok);
  http::write_response(*c.out, c.head, {});
  return progress::answered;
}

void nothing_to_reread(call&) {}
progress nothing_to_resume(call&, const completion&) { return progress::answered; }

constexpr aws::handler follower{start_following,   nullptr,         resume_following,
                                nothing_to_reread, start_following, forget};
constexpr aws::handler filler{start_filling,     nullptr, nothing_to_resume,
                              nothing_to_reread, fill,    forget};
constexpr aws::handler sender{send, nullptr, sent};

const aws::handler& handlers(const aws::service& service, std::size_t operation) {
  switch (static_cast<aws::sqs::operation>(operation)) {
    case aws::sqs::operation::receive_message: return follower;
    case aws::sqs::operation::list_queues: return filler;
    case aws::sqs::operation::send_message: return sender;
    default: return service.handler_of(operation);
  }
}

std::string request(std::string_view operation, std::string_view body = "",
                    std::string_view version = "1.1") {
  std::string text = "POST / HTTP/";
  text.append(version).append("\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\n");
  text.append("X-Amz-Target: AmazonSQS.").append(operation).append("\r\nContent-Length: ");
  return text.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

void send_message(running_worker& w, std::string_view body) {
  peer p(w.port());
  p.send(request("SendMessage", body));
  EXPECT_NE(p.take_until("\r\n\r\n").find("200 OK"), std::string::npos);
}

/// Within 10 s.
bool comes_true(auto&& condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

class streaming : public ::testing::Test {
 protected:
  void SetUp() override {
    gone = 0;
    unsent_max = 0;
  }
  void TearDown() override { EXPECT_EQ(states, 0); }
};

TEST_F(streaming, pieces_come_when_there_is_something_to_say) {
  running_worker w(handlers);
  peer p(w.port());
  p.send(request("ReceiveMessage"));
  const std::string head = p.take_until("\r\n\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked"), std::string::npos) << head;
  EXPECT_EQ(p.take_until("hello \r\n"), "00000006\r\nhello \r\n");
  send_message(w, "one");
  EXPECT_EQ(p.take_until("one\r\n"), "00000001\r\n1\r\n00000003\r\none\r\n");
  // Long enough to be folded: its state comes back with it.
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  send_message(w, "two");
  EXPECT_EQ(p.take_until("two\r\n"), "00000001\r\n2\r\n00000003\r\ntwo\r\n");
  p.send(request("SendMessage", "late"));  // pipelined: waits for the end of the answer
  send_message(w, "end");
  EXPECT_EQ(p.take_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_NE(p.take_until("\r\n\r\n").find("200 OK"), std::string::npos);
  w.stop();
  EXPECT_EQ(gone, 0);
}

TEST_F(streaming, tells_that_the_client_has_gone) {
  running_worker w(handlers);
  for (const int wait_ms : {0, 150}) {  // with its call, and folded
    gone = 0;
    peer p(w.port());
    p.send(request("ReceiveMessage"));
    p.take_until("hello ");
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
    p.close();
    EXPECT_TRUE(comes_true([] { return gone == 1 && states == 0; }));
  }
}

TEST_F(streaming, holds_back_for_a_client_that_does_not_read) {
  running_worker w(handlers);
  peer p(w.port());
  p.send(request("ListQueues"));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  p.take_until("\r\n\r\n");
  const std::string chunk = "00008000\r\n" + std::string(32 * 1024, 'x') + "\r\n";
  for (int i = 0; i < 500; ++i) ASSERT_EQ(p.take(chunk.size()), chunk) << i;
  EXPECT_EQ(p.take(5), "0\r\n\r\n");
  EXPECT_GT(unsent_max, 128u * 1024);
  EXPECT_LT(unsent_max, 256u * 1024);
  w.stop();
  EXPECT_EQ(gone, 0);
}

TEST_F(streaming, lets_go_of_a_client_that_does_not_read_and_goes) {
  running_worker w(handlers);
  peer p(w.port());
  p.send(request("ListQueues"));
  EXPECT_TRUE(comes_true([] { return unsent_max > 128 * 1024; }));
  EXPECT_EQ(states, 1);
  p.close();
  EXPECT_TRUE(comes_true([] { return gone == 1 && states == 0; }));
}

TEST_F(streaming, ends_when_the_server_drains) {
  running_worker w(handlers);
  peer p(w.port());
  p.send(request("ReceiveMessage"));
  p.take_until("hello \r\n");
  w.drain();
  EXPECT_EQ(p.take_until("0\r\n\r\n"), "00000003\r\nbye\r\n0\r\n\r\n");
  EXPECT_TRUE(p.at_end());
}

/// The same over HTTP/2.
struct http2_peer {
  explicit http2_peer(std::uint16_t port, std::uint32_t window = 65535)
      : socket(port), client(window) {}

  /// Until `condition` holds; false: the server has closed before.
  bool until(auto&& condition) {
    while (true) {
      socket.send(client.output());
      if (condition()) return true;
      if (!socket.read_some()) return false;
      client.receive(socket.take_all());
    }
  }
  /// The stream's body has come so far.
  bool has(std::int32_t id, std::string_view body) {
    return until([&] { return client.of(id).body == body; });
  }

  peer socket;
  http::test::http2_client client;
};

TEST_F(streaming, pieces_come_on_streams_of_http_2) {
  running_worker w(handlers);
  http2_peer p(w.port());
  const std::int32_t first = p.client.post("AmazonSQS.ReceiveMessage");
  EXPECT_TRUE(p.has(first, "hello "));
  EXPECT_EQ(p.client.of(first).fields[":status"], "200");
  send_message(w, "one");
  EXPECT_TRUE(p.has(first, "hello 1one"));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));  // folded
  const std::int32_t beside = p.client.post("AmazonSQS.SendMessage", "two");
  EXPECT_TRUE(p.has(first, "hello 1one2two"));
  EXPECT_TRUE(p.until([&] { return p.client.of(beside).closed; }));
  send_message(w, "end");
  EXPECT_TRUE(p.until([&] { return p.client.of(first).closed; }));
  EXPECT_EQ(p.client.of(first).body, "hello 1one2two");
  w.stop();
  EXPECT_EQ(gone, 0);
}

TEST_F(streaming, tells_that_a_stream_or_its_connection_has_gone) {
  running_worker w(handlers);
  for (const int wait_ms : {0, 150}) {
    for (const bool whole_connection : {false, true}) {
      gone = 0;
      http2_peer p(w.port());
      const std::int32_t id = p.client.post("AmazonSQS.ReceiveMessage");
      EXPECT_TRUE(p.has(id, "hello "));
      std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
      p.client.reset(id);
      if (whole_connection) {
        p.socket.close();
      } else {
        p.socket.send(p.client.output());
      }
      EXPECT_TRUE(comes_true([] { return gone == 1 && states == 0; }));
    }
  }
}

TEST_F(streaming, holds_back_for_a_stream_that_is_not_read) {
  running_worker w(handlers);
  http2_peer p(w.port(), 100'000);
  const std::int32_t full = p.client.post("AmazonSQS.ListQueues");
  EXPECT_TRUE(p.until([&] { return p.client.of(full).body.size() >= 65535; }));
  EXPECT_LT(unsent_max, 256u * 1024);
  // The connection's window is what both share: without it the other could not be answered.
  p.client.allow(full, 32 * 1024);
  const std::int32_t beside = p.client.post("AmazonSQS.SendMessage", "x");
  EXPECT_TRUE(p.until([&] { return p.client.of(beside).closed; }));
  for (std::size_t seen = 0; !p.client.of(full).closed;) {
    const std::size_t more =
        p.client.of(full).body.size() - std::exchange(seen, p.client.of(full).body.size());
    p.client.allow(full, more);
    ASSERT_TRUE(
        p.until([&] { return p.client.of(full).closed || p.client.of(full).body.size() != seen; }));
  }
  EXPECT_EQ(p.client.of(full).body.size(), 500u * 32 * 1024);
  EXPECT_LT(unsent_max, 256u * 1024);
  EXPECT_EQ(gone, 0);
}

TEST_F(streaming, lets_go_of_a_stream_that_is_not_read_and_is_reset) {
  running_worker w(handlers);
  http2_peer p(w.port());
  const std::int32_t full = p.client.post("AmazonSQS.ListQueues");
  EXPECT_TRUE(p.until([&] { return p.client.of(full).body.size() >= 65535; }));
  EXPECT_EQ(states, 1);
  p.client.reset(full);
  p.socket.send(p.client.output());
  EXPECT_TRUE(comes_true([] { return gone == 1 && states == 0; }));
}

TEST_F(streaming, a_stream_that_is_reset_in_the_turn_in_which_it_came_is_not_hashed) {
  running_worker w(handlers);
  for (int i = 0; i < 20; ++i) {
    http2_peer p(w.port());
    // Handled by the real operation, and given up before its bodies are hashed: what lies between
    // takes the worker a second read.
    const std::int32_t id = p.client.post(
        "AmazonSQS.SendMessageBatch",
        R"({"QueueUrl":"http://a/000000000000/followed","Entries":[{"Id":"1","MessageBody":")" +
            std::string(2000, 'x') + "\"}]}");
    std::string bytes = p.client.output();
    const std::int32_t other = p.client.post("AmazonSQS.SendMessage", std::string(8000, 'y'));
    bytes += p.client.output();
    p.client.reset(id);
    p.socket.send(bytes + p.client.output());
    EXPECT_TRUE(p.until([&] { return p.client.of(other).closed; }));
  }
}

TEST_F(streaming, ends_on_streams_of_http_2_when_the_server_drains) {
  running_worker w(handlers);
  http2_peer p(w.port());
  const std::int32_t id = p.client.post("AmazonSQS.ReceiveMessage");
  EXPECT_TRUE(p.has(id, "hello "));
  w.drain();
  EXPECT_TRUE(p.until([&] { return p.client.of(id).closed; }));
  EXPECT_EQ(p.client.of(id).body, "hello bye");
  EXPECT_TRUE(p.client.told_to_go());
  EXPECT_FALSE(p.until([] { return false; }));
}

TEST_F(streaming, is_not_for_http_1_0) {
  running_worker w(handlers);
  peer p(w.port());
  p.send(request("ReceiveMessage", "", "1.0"));
  EXPECT_NE(p.take_until("\r\n\r\n").find("HTTP/1.1 505"), std::string::npos);
}

}  // namespace
}  // namespace millrace::daemon
