// What the fan-out load reads: event streams in pieces of any size, and records by their stamps.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "fanout/event_reader.hpp"
#include "fanout/record_text.hpp"

namespace {

using namespace millrace::perf;

std::string number(std::size_t n) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xff);
  return out;
}

std::string message(const std::string& headers, const std::string& payload) {
  return number(16 + headers.size() + payload.size()) + number(headers.size()) + "sum1" + headers +
         payload + "sum2";
}

TEST(event_reader, finds_every_record_however_the_bytes_come) {
  const std::string stream =
      message("", "{}") +
      message("event", R"({"Records":[{"Data":"AAAA","PartitionKey":"k"},{"Data":"","X":1}]})") +
      message("event", R"({"Records":[]})") + message("event", R"({"Records":[{"Data":"last"}]})");
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    event_reader reader;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.feed(std::string_view(stream).substr(at, piece),
                  [&](std::string_view data) { seen.emplace_back(data); });
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"AAAA", "", "last"})) << piece;
  }
}

TEST(event_reader, refuses_what_is_no_event) {
  const auto ignore = [](std::string_view) {};
  EXPECT_THROW(event_reader().feed("HTTP/1.1 400 Bad Request", ignore), std::runtime_error);
  EXPECT_THROW(event_reader().feed(std::string(20, '\0'), ignore), std::runtime_error);
  EXPECT_THROW(event_reader().feed(message(":exception-type", "ResourceNotFound"), ignore),
               std::runtime_error);
  EXPECT_THROW(event_reader().feed(message("event", "\"Data\":\"without end"), ignore),
               std::runtime_error);
}

TEST(record_text, is_base64_of_the_size_asked_for_and_tells_its_stamp) {
  for (const std::size_t bytes : {24U, 1024U, 10'000U}) {
    const std::string text = record_text({.number = 77, .due_ns = 1'234'567'890'123}, bytes);
    EXPECT_EQ(text.size(), (bytes + 2) / 3 * 4);
    const record_stamp stamp = read_stamp(text);
    EXPECT_EQ(stamp.number, 77U);
    EXPECT_EQ(stamp.due_ns, 1'234'567'890'123U);
  }
}

}  // namespace
