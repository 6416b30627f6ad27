// Responses byte for byte.
#include "http/response.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::http {
namespace {

TEST(response, is_written_whole) {
  send_buffer out;
  write_response(out,
                 {.status = 200,
                  .content_type = "application/x-amz-json-1.0",
                  .request_id = "id-1",
                  .date = "Mon, 23 Nov 2026 04:45:18 GMT",
                  .fields = "X-A: b\r\nX-C: d\r\n"},
                 "{}");
  EXPECT_EQ(out.view(),
            "HTTP/1.1 200 OK\r\nx-amzn-RequestId: id-1\r\n"
            "Content-Type: application/x-amz-json-1.0\r\nDate: Mon, 23 Nov 2026 04:45:18 GMT\r\n"
            "X-A: b\r\nX-C: d\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(response, says_what_becomes_of_the_connection) {
  send_buffer out;
  write_response(out, {.status = 400, .connection = connection_field::close}, "");
  EXPECT_EQ(out.view(),
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  out.consume(out.size());
  write_response(out, {.connection = connection_field::keep_alive}, "");
  EXPECT_EQ(out.view(), "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
}

TEST(response, length_is_right_whatever_was_expected) {
  for (const std::size_t expected : {0, 9, 10, 300, 99999}) {
    for (const std::size_t size : {0, 1, 9, 10, 99, 100, 1000, 12345}) {
      send_buffer out(8);
      out.append("before");
      const open_response open = begin_response(out, {}, expected);
      const std::string body(size, 'b');
      out.append(body);
      finish_response(out, open);
      ASSERT_EQ(out.view(), "beforeHTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) +
                                "\r\n\r\n" + body);
    }
  }
}

TEST(response, to_head_has_the_length_and_not_the_body) {
  send_buffer out;
  write_response(out, {.omit_body = true}, "12345");
  EXPECT_EQ(out.view(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST(response, can_be_taken_back) {
  send_buffer out;
  out.append("first");
  const open_response open = begin_response(out, {});
  out.append("half a bo");
  abandon_response(out, open);
  EXPECT_EQ(out.view(), "first");
}

TEST(response, status_without_a_name_has_an_empty_reason) {
  send_buffer out;
  append_status_line(out, 299);
  EXPECT_EQ(out.view(), "HTTP/1.1 299 \r\n");
}

TEST(response, continue_is_interim) {
  send_buffer out;
  write_continue(out);
  EXPECT_EQ(out.view(), "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(response, connection_field_follows_the_request) {
  request r;
  EXPECT_EQ(connection_for(r), connection_field::none);
  r.http_1_0 = true;
  EXPECT_EQ(connection_for(r), connection_field::keep_alive);
  r.keep_alive = false;
  EXPECT_EQ(connection_for(r), connection_field::close);
}

}  // namespace
}  // namespace millrace::http
