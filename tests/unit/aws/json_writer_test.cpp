// JSON output byte for byte.
#include "aws/json_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "aws/tables/sqs.hpp"

namespace millrace::aws {
namespace {

std::string string_of(std::string_view text) {
  http::send_buffer out(1);
  append_json_string(out, text);
  return std::string(out.view());
}

TEST(json_writer, writes_structures_lists_and_maps_with_their_commas) {
  http::send_buffer out;
  json_writer w(out, sqs::model);
  w.begin_structure();
  w.member(sqs::receive_message_result::messages);
  w.begin_list();
  for (int i = 0; i < 2; ++i) {
    w.begin_structure();
    w.text(sqs::message::message_id, "m");
    w.member(sqs::message::attributes);
    w.begin_map();
    for (const char* const key : {"a", "b"}) {
      w.key(key);
      w.text("v");
    }
    w.end_map();
    w.text(sqs::message::body, "b");
    w.end_structure();
  }
  w.end_list();
  w.end_structure();
  const std::string one = R"({"MessageId":"m","Attributes":{"a":"v","b":"v"},"Body":"b"})";
  std::string all = R"({"Messages":[)";
  all.append(one).append(",").append(one).append("]}");
  EXPECT_EQ(out.view(), all);
}

TEST(json_writer, writes_tokens_as_texts) {
  for (const std::size_t length : {0u, 1u, 36u, 5000u}) {
    const std::string plain(length, 'x');
    http::send_buffer out(1);
    json_writer w(out, sqs::model);
    w.begin_structure();
    w.token(sqs::message::message_id, plain);
    w.text(sqs::message::body, plain);
    w.token(sqs::message::md5_of_body, plain);
    w.end_structure();
    EXPECT_EQ(out.view(), "{\"MessageId\":\"" + plain + "\",\"Body\":\"" + plain +
                              "\",\"MD5OfBody\":\"" + plain + "\"}");
  }
}

TEST(json_writer, writes_empty_things) {
  http::send_buffer out;
  json_writer w(out, sqs::model);
  w.begin_structure();
  w.member(sqs::receive_message_result::messages);
  w.begin_list();
  w.end_list();
  w.end_structure();
  EXPECT_EQ(out.view(), R"({"Messages":[]})");
}

TEST(json_writer, writes_scalars) {
  http::send_buffer out;
  json_writer w(out, sqs::model);
  w.begin_list();
  w.integer(0);
  w.integer(std::numeric_limits<std::int64_t>::min());
  w.integer(std::numeric_limits<std::int64_t>::max());
  w.boolean(true);
  w.boolean(false);
  w.blob("foobar");
  w.blob("");
  w.real(1500000000.123);
  w.real(INFINITY);
  w.end_list();
  EXPECT_EQ(out.view(),
            "[0,-9223372036854775808,9223372036854775807,true,false,\"Zm9vYmFy\",\"\","
            "1500000000.123,null]");
}

TEST(json_writer, writes_times_as_seconds) {
  http::send_buffer out;
  json_writer w(out, sqs::model);
  w.begin_list();
  for (const std::int64_t ms : {0L, 7L, 1'500'000'000'123L, 1'500'000'000'120L, 1'500'000'000'000L,
                                1'500'000'000'001L, -1500L}) {
    w.timestamp(ms);
  }
  w.end_list();
  EXPECT_EQ(out.view(), "[0,0.007,1500000000.123,1500000000.12,1500000000,1500000000.001,-1.5]");
}

TEST(json_writer, escapes_what_json_requires_and_nothing_else) {
  EXPECT_EQ(string_of("\"\\\n\r\t\b\f"), R"("\"\\\n\r\t\u0008\u000c")");
  EXPECT_EQ(string_of(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_EQ(string_of("/\x7f\xc3\xa9"), "\"/\x7f\xc3\xa9\"");
}

TEST(json_writer, escapes_at_every_place) {
  for (std::size_t size = 0; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '"';
      const std::string expected =
          std::string("\"").append(at, 'x').append("\\\"").append(size - at - 1, 'x').append("\"");
      ASSERT_EQ(string_of(text), expected);
    }
  }
}

TEST(json_writer, writes_long_texts_across_its_parts) {
  EXPECT_EQ(string_of(std::string(100'000, 'x')),
            std::string("\"").append(100'000, 'x').append("\""));
  std::string escaped;
  for (int i = 0; i < 10'000; ++i) escaped += "\\u0001";
  EXPECT_EQ(string_of(std::string(10'000, '\x01')), std::string("\"").append(escaped).append("\""));
}

}  // namespace
}  // namespace millrace::aws
