// Responses in pieces, byte for byte.
#include "http/response_stream.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::http {
namespace {

void append_piece(send_buffer& out, const response_head& head, std::string_view text) {
  const open_piece open = begin_piece(out, head);
  out.append(text);
  finish_piece(out, open);
}

TEST(response_stream, is_chunked_for_http_1_1) {
  const response_head head{.connection = connection_field::close,
                           .content_type = "application/vnd.amazon.eventstream",
                           .request_id = "id-1"};
  send_buffer out(1);
  begin_stream(out, head);
  EXPECT_EQ(out.view(),
            "HTTP/1.1 200 OK\r\nx-amzn-RequestId: id-1\r\n"
            "Content-Type: application/vnd.amazon.eventstream\r\nConnection: close\r\n"
            "Transfer-Encoding: chunked\r\n\r\n");
  out.consume(out.size());
  append_piece(out, head, "hello");
  append_piece(out, head, std::string(0x1234, 'x'));
  EXPECT_EQ(out.view(), "00000005\r\nhello\r\n00001234\r\n" + std::string(0x1234, 'x') + "\r\n");
  out.consume(out.size());
  end_stream(out, head);
  EXPECT_EQ(out.view(), "0\r\n\r\n");
}

TEST(response_stream, does_not_end_with_an_empty_piece) {
  send_buffer out;
  out.append("before");
  append_piece(out, {}, "");
  EXPECT_EQ(out.view(), "before");
}

TEST(response_stream, is_bare_where_the_head_is_detached) {
  detached_head detached;
  const response_head head{.status = 201,
                           .connection = connection_field::close,
                           .content_type = "text/plain",
                           .fields = "X-A: b\r\n",
                           .detached = &detached};
  send_buffer out;
  begin_stream(out, head);
  append_piece(out, head, "hello");
  append_piece(out, head, "");
  end_stream(out, head);
  EXPECT_EQ(out.view(), "hello");
  EXPECT_EQ(detached.status, 201);
  EXPECT_EQ(detached.fields, "Content-Type: text/plain\r\nX-A: b\r\n");
}

TEST(response, leaves_the_body_alone_where_the_head_is_detached) {
  detached_head detached;
  send_buffer out;
  out.append("before");
  write_response(out, {.status = 404, .request_id = "r", .detached = &detached}, "12345");
  EXPECT_EQ(out.view(), "before12345");
  EXPECT_EQ(detached.status, 404);
  EXPECT_EQ(detached.fields, "x-amzn-RequestId: r\r\nContent-Length: 5\r\n");
  write_response(out, {.omit_body = true, .detached = &detached}, "12345");
  EXPECT_EQ(out.view(), "before12345");
  EXPECT_EQ(detached.fields, "Content-Length: 5\r\n");
}

}  // namespace
}  // namespace millrace::http
