// What a parsed request says about itself, and how the parser uses memory.
#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "feed.hpp"

namespace millrace::http::test {
namespace {

/// A parser with its buffer, and what it said last.
struct connection {
  explicit connection(const limits& l = {})
      : parser(l), in({.initial = 256, .max = receive_bytes_max(l)}) {}

  parse_status take(std::string_view bytes) {
    const std::span<char> room = in.prepare(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    in.commit(bytes.size());
    return parser.parse(in);
  }
  const request& message() const { return parser.message(); }

  request_parser parser;
  receive_buffer in;
};

TEST(request, has_its_parts_and_fields) {
  connection c;
  ASSERT_EQ(
      c.take("POST /000000000000/orders?a=b HTTP/1.1\r\nHost: localhost:4566\r\n"
             "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n"
             "x-other: one\r\nX-Other: two\r\nContent-Length: 2\r\n\r\n{}"),
      parse_status::complete);
  const request& r = c.message();
  EXPECT_EQ(r.method, method::post);
  EXPECT_EQ(r.target, "/000000000000/orders?a=b");
  EXPECT_EQ(r.path, "/000000000000/orders");
  EXPECT_EQ(r.query, "a=b");
  EXPECT_EQ(r.host, "localhost:4566");
  EXPECT_EQ(r.header(field_name::content_type), "application/x-amz-json-1.0");
  EXPECT_EQ(r.header(field_name::x_amz_target), "AmazonSQS.SendMessage");
  EXPECT_EQ(r.header("X-OTHER"), "one");
  EXPECT_EQ(r.header("absent"), "");
  EXPECT_FALSE(r.has(field_name::authorization));
  EXPECT_EQ(r.fields.size(), 6u);
  EXPECT_EQ(r.body, "{}");
  EXPECT_TRUE(r.keep_alive);
}

TEST(request, connection_lives_on_as_rfc_9112_says) {
  const auto keeps = [](std::string_view version, std::string_view fields) {
    connection c;
    EXPECT_EQ(
        c.take("GET / " + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n"),
        parse_status::complete);
    return c.message().keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_TRUE(keeps("HTTP/1.1", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: foo , CLOSE\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: foo\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST(request, head_is_told_once_before_a_body_that_is_still_to_come) {
  connection c;
  EXPECT_EQ(c.take("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"), parse_status::need_more);
  EXPECT_EQ(c.take("Expect: 100-continue\r\n\r\n"), parse_status::head);
  EXPECT_TRUE(c.message().expects_continue);
  EXPECT_EQ(c.message().content_length, 3u);
  EXPECT_EQ(c.message().path, "/");
  EXPECT_EQ(c.take("a"), parse_status::need_more);
  EXPECT_EQ(c.take("bc"), parse_status::complete);
  EXPECT_EQ(c.message().body, "abc");
}

TEST(request, continue_is_not_for_http_1_0_nor_for_an_empty_body) {
  connection old;
  EXPECT_EQ(old.take("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
            parse_status::head);
  EXPECT_FALSE(old.message().expects_continue);
  connection empty;
  EXPECT_EQ(empty.take("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"),
            parse_status::complete);
  EXPECT_FALSE(empty.message().expects_continue);
}

TEST(request, views_follow_the_buffer_when_it_moves) {
  connection c;
  ASSERT_EQ(c.take("POST /queue?x HTTP/1.1\r\nHost: example:1\r\nContent-Length: 100000\r\n\r\n"),
            parse_status::head);
  for (int i = 0; i < 99; ++i) {
    ASSERT_EQ(c.take(std::string(1000, 'x')), parse_status::need_more);
  }
  ASSERT_EQ(c.take(std::string(1000, 'y')), parse_status::complete);
  const request& r = c.message();
  EXPECT_EQ(r.path, "/queue");
  EXPECT_EQ(r.query, "x");
  EXPECT_EQ(r.host, "example:1");
  EXPECT_EQ(r.header(field_name::host), "example:1");
  EXPECT_EQ(r.body, std::string(99000, 'x') + std::string(1000, 'y'));
}

TEST(request, body_has_64_readable_bytes_behind_it) {
  connection c;
  const std::string body(100, 'b');
  ASSERT_EQ(c.take("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n" + body),
            parse_status::complete);
  unsigned sum = 0;  // the address sanitizer is the judge
  for (std::size_t i = 0; i < receive_buffer::padding; ++i) {
    sum += static_cast<unsigned char>(c.message().body.data()[100 + i]);
  }
  EXPECT_GE(sum, 0u);
  EXPECT_LE(c.message().body.data() + 100, c.in.data() + c.in.size());
}

TEST(request_memory, an_announced_length_alone_costs_nothing) {
  connection c;
  ASSERT_EQ(c.take("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000\r\n\r\n"),
            parse_status::head);
  EXPECT_LE(c.parser.wanted(c.in), 16u * 1024);
  static_cast<void>(c.in.prepare(c.parser.wanted(c.in)));
  EXPECT_LE(c.in.capacity(), 16u * 1024);
}

TEST(request_memory, one_byte_chunks_do_not_fill_the_buffer) {
  connection c;
  std::size_t largest = 0;
  ASSERT_EQ(c.take("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
            parse_status::head);
  for (int i = 0; i < 20000; ++i) {
    ASSERT_EQ(c.take("1\r\nx\r\n"), parse_status::need_more);
    largest = std::max(largest, c.in.size());
  }
  ASSERT_EQ(c.take("0\r\n\r\n"), parse_status::complete);
  EXPECT_EQ(c.message().body, std::string(20000, 'x'));
  EXPECT_LE(largest, 20000u + 300);
}

TEST(request_memory, ten_megabytes_of_header_are_refused_after_16_kib) {
  connection c;
  std::size_t sent = 0;
  parse_status status = c.take("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  while (status == parse_status::need_more && sent < 10'000'000) {
    status = c.take(std::string(1000, 'x'));
    sent += 1000;
  }
  EXPECT_EQ(status, parse_status::failed);
  EXPECT_EQ(c.parser.failure().status, 431);
  EXPECT_LE(c.in.capacity(), 40u * 1024);
}

TEST(request_memory, failure_stays) {
  connection c;
  EXPECT_EQ(c.take("GET / HTTP/9.9\r\n"), parse_status::failed);
  EXPECT_EQ(c.take("Host: a\r\n\r\n"), parse_status::failed);
  EXPECT_EQ(c.parser.failure().status, 505);
}

TEST(request_memory, a_finished_message_is_found_where_its_bytes_have_moved) {
  for (const std::string body :
       {"Content-Length: 4\r\n\r\nbody",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"}) {
    connection c;
    ASSERT_EQ(c.take("POST /a?b HTTP/1.1\r\nHost: h\r\nX-Other: o\r\n" + body +
                     "GET /next HTTP/1.1\r\nHost: h\r\n\r\n"),
              parse_status::complete);
    const char* const before = c.in.data();
    c.in.fit();
    ASSERT_NE(c.in.data(), before);
    ASSERT_EQ(c.parser.parse(c.in), parse_status::complete);
    const request& r = c.message();
    EXPECT_EQ(r.method_name, "POST");
    EXPECT_EQ(r.path, "/a");
    EXPECT_EQ(r.query, "b");
    EXPECT_EQ(r.host, "h");
    EXPECT_EQ(r.header("x-other"), "o");
    EXPECT_EQ(r.body, "body");
    c.parser.next(c.in);
    ASSERT_EQ(c.parser.parse(c.in), parse_status::complete);
    EXPECT_EQ(c.message().path, "/next");
  }
}

TEST(request_memory, a_connection_before_its_first_request_is_small) {
  EXPECT_LE(sizeof(request_parser), 512u);
}

TEST(request_memory, finished_messages_stay_readable_until_the_next_prepare) {
  connection c;
  ASSERT_EQ(c.take("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\noneGET / HTTP/1.1\r\n"
                   "Host: a\r\n\r\n"),
            parse_status::complete);
  const std::string_view first = c.message().body;
  c.parser.next(c.in);
  ASSERT_EQ(c.parser.parse(c.in), parse_status::complete);
  EXPECT_EQ(first, "one");
}

}  // namespace
}  // namespace millrace::http::test
