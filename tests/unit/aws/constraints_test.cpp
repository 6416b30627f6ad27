#include "aws/constraints.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "aws/json_reader.hpp"
#include "aws/tables/kinesis.hpp"
#include "padded.hpp"

namespace millrace::aws {
namespace {

bool anything(std::string_view) noexcept { return true; }
bool nothing(std::string_view) noexcept { return false; }

std::string told(shape_id shape, std::string_view json, pattern_matcher matcher = anything) {
  const std::vector<pattern_matcher> matchers(kinesis::model.constraints->patterns.size(), matcher);
  const test::padded body(json);
  document request;
  EXPECT_TRUE(read_json(request, kinesis::model, shape, body.view()));
  return violations(kinesis::model, shape, request.root(), matchers);
}

TEST(constraints, of_a_request_that_meets_them_say_nothing) {
  EXPECT_EQ(told(kinesis::create_stream_input::shape, R"({"StreamName": "s", "ShardCount": 1})"),
            "");
  EXPECT_EQ(told(kinesis::put_records_input::shape,
                 R"({"Records": [{"Data": "", "PartitionKey": "k"}]})"),
            "");
}

TEST(constraints, name_the_value_its_place_and_the_demand) {
  EXPECT_EQ(told(kinesis::create_stream_input::shape, "{}"),
            "1 validation error detected: Value null at 'streamName' failed to satisfy constraint: "
            "Member must not be null");
  EXPECT_EQ(told(kinesis::create_stream_input::shape, R"({"StreamName": "a b"})", nothing),
            "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  EXPECT_EQ(told(kinesis::put_records_input::shape,
                 R"({"Records": [{"Data": "", "PartitionKey": ""}], "StreamARN": ""})"),
            "2 validation errors detected: Value '' at 'records.1.member.partitionKey' failed to "
            "satisfy constraint: Member must have length greater than or equal to 1; Value '' at "
            "'streamARN' failed to satisfy constraint: Member must have length greater than or "
            "equal to 1");
}

TEST(constraints, count_characters_not_bytes) {
  std::string key;
  for (int i = 0; i < 256; ++i) key += "\xc3\xa9";
  const auto with = [](const std::string& k) {
    return told(kinesis::put_record_input::shape, R"({"Data": "", "PartitionKey": ")" + k + "\"}");
  };
  EXPECT_EQ(with(key), "");
  EXPECT_NE(with(key + "e").find("less than or equal to 256"), std::string::npos);
}

TEST(constraints, tell_ten_at_most) {
  std::string json = R"({"Records": [)";
  for (int i = 0; i < 30; ++i) json += std::string(i == 0 ? "" : ",") + R"({"Data": ""})";
  const std::string text = told(kinesis::put_records_input::shape, json + "]}");
  EXPECT_TRUE(text.starts_with("10 validation errors detected: ")) << text;
}

}  // namespace
}  // namespace millrace::aws
