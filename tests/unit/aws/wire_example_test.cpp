// How the layers fit together, in the order that server/net and server/sqs use them: raw bytes in,
// a decoded SendMessage, response bytes out. Everything in here is reused from request to request.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "allocation_count.hpp"
#include "aws/base64.hpp"
#include "aws/error_of.hpp"
#include "aws/json_reader.hpp"
#include "aws/json_writer.hpp"
#include "aws/md5.hpp"
#include "aws/route.hpp"
#include "aws/tables/sqs.hpp"
#include "http/request_parser.hpp"
#include "http/response.hpp"

namespace millrace::aws {
namespace {

/// What a connection does with one complete request.
void answer(const http::request& request, document& decoded, http::send_buffer& out) {
  http::response_head head{.connection = http::connection_for(request),
                           .content_type = "application/x-amz-json-1.0",
                           .request_id = "0f4a2d2e-0000-4000-8000-000000000000"};
  const destination to = find_route(request);
  if (!to) return write_failure(out, to, head);
  if (!admits(to.row->verdict(), {.loopback_listener = true, .auth_off = true})) return;
  const service_model& service = *to.row->service();
  head.content_type = content_type_of(to.row->wire());

  const shape_id input = service.operations[to.operation].input;
  if (const decode_result read = read_json(decoded, service, input, request.body); !read) {
    return write_json_error(out, error_of(read), &service, head);
  }
  if (const member_row* missing = decoded.missing()) {
    return write_json_error(out, missing_parameter(missing->name()), &service, head);
  }

  namespace in = sqs::send_message_request;
  namespace result = sqs::send_message_result;
  const std::string_view body = decoded[in::message_body].text();
  md5_digest digest;
  const md5_job jobs[] = {{body, &digest}};  // in truth: all bodies of the epoll turn
  md5_many(jobs);
  char hex[32];
  hex_encode(digest, hex);

  const http::open_response open = http::begin_response(out, head);
  json_writer json(out, service);
  json.begin_structure();
  json.text(result::md5_of_message_body, {hex, sizeof hex});
  json.text(result::message_id, "m-1");
  json.end_structure();
  http::finish_response(out, open);
}

std::string http_bytes(std::string_view json) {
  std::string bytes =
      "POST / HTTP/1.1\r\nHost: localhost:4566\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n"
      "Content-Type: application/x-amz-json-1.0\r\nContent-Length: ";
  return bytes.append(std::to_string(json.size())).append("\r\n\r\n").append(json);
}

/// What a connection owns.
struct connection {
  http::request_parser parser;
  http::receive_buffer in{{}};
  http::send_buffer out;
  document decoded;

  void receive(std::string_view bytes) {
    const std::span<char> room = in.prepare(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());  // in truth: read(fd, room...)
    in.commit(bytes.size());
    while (parser.parse(in) == http::parse_status::complete) {
      answer(parser.message(), decoded, out);
      parser.next(in);
    }
  }
};

std::string exchange(std::string_view json) {
  connection c;
  c.receive(http_bytes(json));
  return std::string(c.out.view());  // in truth: write(fd, out.data(), out.size())
}

TEST(wire_example, send_message_is_answered) {
  EXPECT_EQ(
      exchange(R"({"QueueUrl":"http://localhost:4566/000000000000/q","MessageBody":"hello"})"),
      "HTTP/1.1 200 OK\r\nx-amzn-RequestId: 0f4a2d2e-0000-4000-8000-000000000000\r\n"
      "Content-Type: application/x-amz-json-1.0\r\nContent-Length: 73\r\n\r\n"
      R"({"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592","MessageId":"m-1"})");
}

TEST(wire_example, nothing_is_allocated_in_steady_state) {
  if (!test::counts_allocations) GTEST_SKIP() << "a sanitizer owns the heap";
  std::string json = R"({"QueueUrl":"q","MessageAttributes":{"a":{"DataType":"String"}},)";
  json.append(R"("MessageBody":"\u00e9\n)").append(1024, 'x').append("\"}");
  const std::string bytes = http_bytes(json);
  connection c;
  std::size_t before = 0;
  for (int request = 0; request < 1000; ++request) {
    if (request == 10) before = test::allocations();
    c.receive(bytes);
    c.out.consume(c.out.size());
  }
  EXPECT_GT(before, 0u);
  EXPECT_EQ(test::allocations(), before);
}

TEST(wire_example, mistakes_are_told) {
  EXPECT_NE(
      exchange(R"({"QueueUrl":"q"})").find("The request must contain the parameter MessageBody."),
      std::string::npos);
  EXPECT_NE(exchange(R"({"QueueUrl":"q","MessageBody":5})")
                .find("NUMBER_VALUE cannot be converted to a String for MessageBody."),
            std::string::npos);
  EXPECT_NE(exchange("{").find("com.amazon.coral.service#SerializationException"),
            std::string::npos);
}

}  // namespace
}  // namespace millrace::aws
