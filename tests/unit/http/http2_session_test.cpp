// HTTP/2 between our session and nghttp2's client, in memory: requests, answers, limits, and peers
// that mean no good.
#include "http/http2_session.hpp"

#include <gtest/gtest.h>

#include <string>

#include "http/response_stream.hpp"
#include "http2_client.hpp"

namespace millrace::http {
namespace {

using test::header_list;
using test::http2_client;

const header_list get = {
    {":method", "GET"}, {":scheme", "http"}, {":authority", "h:80"}, {":path", "/"}};

header_list with(header_list all, std::string name, std::string value) {
  all.emplace_back(std::move(name), std::move(value));
  return all;
}

/// Both ends, and how bytes go between them.
struct both {
  explicit both(const http2_limits& l = {}, std::uint32_t window = 65535)
      : client(window), session(l) {}

  /// Until neither has anything to say. False: the session has given up.
  bool exchange() {
    while (true) {
      const std::string asked = client.output();
      bearable = bearable && session.receive(asked);
      session.write(out, SIZE_MAX);
      const std::string told(out.view());
      out.consume(out.size());
      client.receive(told);
      if (asked.empty() && told.empty()) return bearable;
    }
  }
  void answer(http2_stream& s, std::string_view body) {
    write_response(s.out, {.content_type = "text/plain", .detached = &s.head}, body);
    session.answer(s);
  }

  http2_client client;
  http2_session session;
  send_buffer out;
  bool bearable = true;
};

TEST(http2_session, gives_out_requests_and_sends_answers) {
  both b;
  const std::int32_t id = b.client.ask({{":method", "POST"},
                                        {":scheme", "http"},
                                        {":authority", "localhost:4566"},
                                        {":path", "/a/b?c=d"},
                                        {"x-amz-target", "AmazonSQS.SendMessage"},
                                        {"X-Other", "1"}},
                                       "hello");
  ASSERT_TRUE(b.exchange());
  http2_stream* const s = b.session.next_request();
  ASSERT_NE(s, nullptr);
  const request& r = s->message();
  EXPECT_EQ(r.method, method::post);
  EXPECT_EQ(r.method_name, "POST");
  EXPECT_EQ(r.path, "/a/b");
  EXPECT_EQ(r.query, "c=d");
  EXPECT_EQ(r.host, "localhost:4566");
  EXPECT_EQ(r.body, "hello");
  EXPECT_EQ(r.content_length, 5u);
  EXPECT_TRUE(r.keep_alive);
  EXPECT_EQ(r.header(field_name::x_amz_target), "AmazonSQS.SendMessage");
  EXPECT_EQ(r.header("x-other"), "1");
  EXPECT_EQ(b.session.next_request(), nullptr);
  EXPECT_EQ(b.session.receiving(), 0u);
  b.answer(*s, "world");
  b.exchange();
  EXPECT_EQ(b.client.of(id).fields[":status"], "200");
  EXPECT_EQ(b.client.of(id).fields["content-type"], "text/plain");
  EXPECT_EQ(b.client.of(id).fields["content-length"], "5");
  EXPECT_EQ(b.client.of(id).body, "world");
  EXPECT_TRUE(b.client.of(id).closed);
  EXPECT_EQ(b.session.streams(), 0u);
  EXPECT_FALSE(b.session.over());
}

TEST(http2_session, does_not_care_how_bytes_are_cut) {
  for (const std::size_t cut : {1, 2, 3, 7, 100}) {
    both b;
    b.client.ask(get);
    b.client.post("A.B", std::string(100, 'x'));
    const std::string all = b.client.output();
    for (std::size_t at = 0; at < all.size(); at += cut) {
      ASSERT_TRUE(b.session.receive(std::string_view(all).substr(at, cut)));
    }
    EXPECT_EQ(b.session.next_request()->message().method, method::get);
    EXPECT_EQ(b.session.next_request()->message().body, std::string(100, 'x'));
  }
}

TEST(http2_session, answers_streams_in_any_order) {
  both b;
  std::vector<std::int32_t> ids;
  std::vector<http2_stream*> streams;
  for (int i = 0; i < 100; ++i) ids.push_back(b.client.post("A.B", std::to_string(i)));
  b.exchange();
  for (int i = 0; i < 100; ++i) {
    streams.push_back(b.session.next_request());
    EXPECT_EQ(streams.back()->message().body, std::to_string(i));
  }
  for (int i = 99; i >= 0; --i) b.answer(*streams[static_cast<std::size_t>(i)], std::to_string(i));
  b.exchange();
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(b.client.of(ids[i]).body, std::to_string(i));
    EXPECT_TRUE(b.client.of(ids[i]).closed);
  }
}

TEST(http2_session, takes_large_bodies_and_no_larger_ones) {
  both b({.request = {.body_bytes = 3'000'000}});
  b.client.post("A.B", std::string(3'000'000, 'x'));
  const std::int32_t larger = b.client.post("A.B", std::string(3'000'001, 'x'));
  b.exchange();
  EXPECT_EQ(b.session.next_request()->message().body.size(), 3'000'000u);
  EXPECT_EQ(b.session.next_request(), nullptr);
  EXPECT_EQ(b.client.of(larger).fields[":status"], "413");
  EXPECT_TRUE(b.client.of(larger).closed);
  EXPECT_EQ(b.session.receiving(), 0u);
}

TEST(http2_session, holds_the_bodies_of_a_connection_within_a_limit) {
  both b({.received_bytes_max = 1'000'000});
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(b.client.post("A.B", std::string(400'000, 'x')));
  b.exchange();
  std::size_t refused = 0;
  for (const std::int32_t id : ids) {
    refused += b.client.of(id).reset_with == NGHTTP2_REFUSED_STREAM ? 1 : 0;
  }
  EXPECT_GE(refused, 2u);
  while (http2_stream* const s = b.session.next_request()) b.answer(*s, "");
  b.exchange();
  b.client.post("A.B", std::string(900'000, 'x'));
  b.exchange();
  EXPECT_NE(b.session.next_request(), nullptr) << "what was answered counts no more";
}

TEST(http2_session, sends_no_more_than_the_peer_allows) {
  both b({}, 1000);
  const std::int32_t id = b.client.ask(get);
  b.exchange();
  b.answer(*b.session.next_request(), std::string(5000, 'x'));
  b.exchange();
  EXPECT_EQ(b.client.of(id).body.size(), 1000u);
  EXPECT_EQ(b.session.unsent_bytes(), 4000u);
  b.client.allow(id, 4000);
  b.exchange();
  EXPECT_EQ(b.client.of(id).body, std::string(5000, 'x'));
  EXPECT_TRUE(b.client.of(id).closed);
}

TEST(http2_session, sends_answers_that_go_on) {
  both b;
  const std::int32_t id = b.client.ask(get);
  b.exchange();
  http2_stream& s = *b.session.next_request();
  int owner = 0;
  s.owner = &owner;
  const response_head head{.content_type = "text/plain", .detached = &s.head};
  b.session.more(s);
  b.exchange();
  EXPECT_TRUE(b.client.of(id).fields.empty()) << "no head, nothing to send";
  begin_stream(s.out, head);
  b.session.more(s);
  b.exchange();
  EXPECT_EQ(b.client.of(id).fields[":status"], "200");
  EXPECT_FALSE(b.client.of(id).fields.contains("content-length"));
  for (const std::string text : {"one", "two", "three"}) {
    b.client.of(id).body.clear();
    const open_piece open = begin_piece(s.out, head);
    s.out.append(text);
    finish_piece(s.out, open);
    b.session.more(s);
    b.exchange();
    EXPECT_EQ(b.client.of(id).body, text);
    EXPECT_EQ(s.out.size(), 0u);
    EXPECT_FALSE(b.client.of(id).ended);
  }
  end_stream(s.out, head);
  b.session.answer(s);
  b.exchange();
  EXPECT_TRUE(b.client.of(id).ended);
  EXPECT_TRUE(b.client.of(id).closed);
}

TEST(http2_session, tells_which_requests_are_given_up) {
  both b;
  const std::int32_t first = b.client.ask(get);
  const std::int32_t second = b.client.ask(get);
  b.exchange();
  int owner = 0;
  b.session.next_request()->owner = &owner;
  b.client.reset(first);
  b.client.reset(second);  // not given out yet: nobody has to be told
  b.exchange();
  http2_stream* const lost = b.session.next_lost();
  ASSERT_NE(lost, nullptr);
  EXPECT_EQ(lost->owner, &owner);
  EXPECT_EQ(b.session.next_lost(), nullptr);
  EXPECT_EQ(b.session.next_request(), nullptr);
  EXPECT_EQ(b.session.streams(), 0u);
}

TEST(http2_session, refuses_what_http_1_1_refuses) {
  struct {
    header_list headers;
    const char* status;
  } cases[] = {
      {{{":method", "GET"}, {":scheme", "http"}, {":authority", "h@x"}, {":path", "/"}}, "400"},
      {{{":method", "GET"}, {":scheme", "http"}, {":authority", "h:99999"}, {":path", "/"}}, "400"},
      {with(get, "host", "other"), "400"},
      {with(with(get, "x-amz-target", "a"), "x-amz-target", "b"), "400"},
      {with(get, "expect", "200-ok"), "417"},
      {{{":method", "CONNECT"}, {":authority", "h:80"}}, "501"},
      {with(get, "x-long", std::string(16 * 1024, 'x')), "431"},
      {with(get, std::string(300, 'n'), "x"), "431"},
  };
  for (const auto& c : cases) {
    both b;
    const std::int32_t id = b.client.ask(c.headers);
    EXPECT_TRUE(b.exchange());
    EXPECT_EQ(b.client.of(id).fields[":status"], c.status) << c.headers.back().second;
    EXPECT_EQ(b.session.next_request(), nullptr);
    EXPECT_TRUE(b.client.of(id).closed);
    EXPECT_EQ(b.session.streams(), 0u);
  }
  for (const header_list& malformed :
       {header_list{{":method", "GET"}, {":scheme", "http"}, {":authority", "h"}, {":path", "x"}},
        header_list{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}},
        with(get, "transfer-encoding", "chunked"), with(get, "connection", "close")}) {
    both b;
    const std::int32_t id = b.client.ask(malformed);
    EXPECT_TRUE(b.exchange());
    EXPECT_EQ(b.client.of(id).reset_with, NGHTTP2_PROTOCOL_ERROR);
    EXPECT_EQ(b.session.next_request(), nullptr);
    EXPECT_EQ(b.session.streams(), 0u);
  }
  header_list many = get;
  for (int i = 0; i < 65; ++i) many.emplace_back("x-" + std::to_string(i), "x");
  both b;
  const std::int32_t id = b.client.ask(many);
  b.exchange();
  EXPECT_EQ(b.client.of(id).fields[":status"], "431");
}

TEST(http2_session, takes_the_host_field_for_a_missing_authority) {
  both b;
  b.client.ask({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"host", "h:1"}});
  b.exchange();
  EXPECT_EQ(b.session.next_request()->message().host, "h:1");
}

TEST(http2_session, says_go_on_to_who_waits_for_it) {
  both b;
  header_list asked = with(get, "expect", "100-continue");
  asked[0].second = "POST";
  const std::int32_t id = b.client.ask(asked, "body", true);
  b.exchange();
  EXPECT_EQ(b.client.of(id).interim, std::vector<std::string>{"100"});
  EXPECT_EQ(b.session.receiving(), 1u);
  EXPECT_EQ(b.session.next_request(), nullptr);
}

TEST(http2_session, refuses_streams_above_the_limit) {
  both b({.streams_max = 3});
  const std::string before = b.client.output();  // settings: the client knows no limit yet
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(b.client.ask(get));
  ASSERT_TRUE(b.session.receive(before + b.client.output()));
  std::size_t given_out = 0;
  while (b.session.next_request() != nullptr) ++given_out;
  EXPECT_EQ(given_out, 3u);
}

TEST(http2_session, can_refuse_a_request_for_now) {
  both b;
  const std::int32_t id = b.client.ask(get);
  b.exchange();
  b.session.refuse(*b.session.next_request());
  b.exchange();
  EXPECT_EQ(b.client.of(id).reset_with, NGHTTP2_REFUSED_STREAM);
  EXPECT_EQ(b.session.streams(), 0u);
}

TEST(http2_session, drains) {
  both b;
  const std::int32_t id = b.client.ask(get);
  b.exchange();
  http2_stream& s = *b.session.next_request();
  b.session.drain();
  b.exchange();
  EXPECT_TRUE(b.client.told_to_go());
  EXPECT_EQ(b.client.told_why(), NGHTTP2_NO_ERROR);
  EXPECT_FALSE(b.session.over());
  b.answer(s, "last");
  b.exchange();
  EXPECT_EQ(b.client.of(id).body, "last");
  EXPECT_TRUE(b.session.over());
}

TEST(http2_session, ends_with_a_peer_that_resets_rapidly) {
  both b({.resets_burst = 50, .resets_per_second = 1});
  for (int i = 0; i < 200 && b.bearable && !b.session.over(); ++i) {
    b.client.reset(b.client.ask(get));
    b.client.output();  // the request and its reset leave together...
    const std::int32_t id = b.client.ask(get);
    std::string bytes = b.client.output();
    b.client.reset(id);
    bytes += b.client.output();
    b.bearable = b.session.receive(bytes);
    b.session.write(b.out, SIZE_MAX);
    while (b.session.next_request() != nullptr) continue;
  }
  EXPECT_TRUE(!b.bearable || b.session.over());
}

TEST(http2_session, ends_with_a_peer_that_pings_and_does_not_read) {
  both b;
  std::string pings = b.client.output();
  for (int i = 0; i < 1000; ++i) {
    b.client.ping();
    pings += b.client.output();
  }
  EXPECT_FALSE(b.session.receive(pings));
  EXPECT_TRUE(b.session.over());
}

TEST(http2_session, ends_with_a_peer_that_speaks_something_else) {
  for (const std::string_view bytes : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                                       "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET / HTTP/1.1\r\n"}) {
    both b;
    static_cast<void>(b.session.receive(bytes));
    b.session.write(b.out, SIZE_MAX);
    EXPECT_TRUE(b.session.over());
  }
}

TEST(http2_session, ends_with_a_peer_whose_head_is_far_too_large) {
  // One entry of 4,000 bytes in the table, then a byte for each time that it is named again.
  both b;
  std::string block = "\x82\x86\x84\x41\x01h";  // GET, http, /, :authority h
  block += std::string("\x40\x01x\x7f\xa1\x1e", 6) + std::string(4000, 'v');
  block += std::string(10'000, '\xbe');
  std::string bytes = b.client.output();
  const auto size = block.size();
  bytes += {static_cast<char>(size >> 16), static_cast<char>(size >> 8), static_cast<char>(size)};
  bytes += std::string("\x01\x05\0\0\0\x01", 6) + block;
  EXPECT_FALSE(b.session.receive(bytes));
  EXPECT_TRUE(b.session.over());
}

}  // namespace
}  // namespace millrace::http
