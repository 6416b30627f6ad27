// Event stream messages byte for byte.
#include "aws/event_stream.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::aws {
namespace {

std::string hex_of(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(digits[c & 15]);
  }
  return hex;
}

// Accepted by two versions of boto3; without it they raise.
constexpr std::string_view initial_response =
    "0000007200000060ab820d9e0d3a6d6573736167652d747970650700056576656e740b3a6576656e742d74797065"
    "070010696e697469616c2d726573706f6e73650d3a636f6e74656e742d7479706507001a6170706c69636174696f"
    "6e2f782d616d7a2d6a736f6e2d312e317b7de16e66e4";

// Shows: fan-out.initial-response
TEST(event_stream, begins_with_the_initial_response) {
  http::send_buffer out;
  write_initial_response(out, "application/x-amz-json-1.1", "{}");
  EXPECT_EQ(hex_of(out.view()), initial_response);
}

TEST(event_stream, messages_stand_behind_each_other) {
  http::send_buffer out(1);
  out.append("before");
  for (int i = 0; i < 3; ++i) write_initial_response(out, "application/x-amz-json-1.1", "{}");
  std::string all = hex_of("before");
  for (int i = 0; i < 3; ++i) all += initial_response;
  EXPECT_EQ(hex_of(out.view()), all);
}

TEST(event_stream, takes_payloads_of_any_size) {
  for (const std::size_t size : {0, 1, 255, 256, 65536, 2'000'000}) {
    http::send_buffer out;
    const open_message open = begin_exception(out, "InternalFailureException", "text/plain");
    out.append(std::string(size, 'x'));
    finish_message(out, open);
    const std::size_t headers = 1 + 13 + 3 + 9 + 1 + 15 + 3 + 24 + 1 + 13 + 3 + 10;
    EXPECT_EQ(out.size(), 12 + headers + size + 4);
    EXPECT_EQ(hex_of(out.view().substr(4, 4)), "00000060");
  }
}

}  // namespace
}  // namespace millrace::aws
