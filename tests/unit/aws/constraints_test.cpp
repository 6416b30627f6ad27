#include "aws/constraints.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "aws/json_reader.hpp"
#include "aws/query_reader.hpp"
#include "aws/tables/kinesis.hpp"
#include "aws/tables/sns.hpp"
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

TEST(constraints, of_structures_in_maps_and_lists_are_told_with_the_way_to_them) {
  const std::vector<pattern_matcher> matchers(sns::model.constraints->patterns.size(), anything);
  const auto told_of = [&](shape_id shape, std::string_view form) {
    document request;
    EXPECT_TRUE(read_query(request, sns::model, shape, form));
    return violations(sns::model, shape, request.root(), matchers);
  };
  EXPECT_EQ(told_of(sns::publish_input::shape,
                    "Message=a&MessageAttributes.entry.1.Name=Color&"
                    "MessageAttributes.entry.1.Value.StringValue=b"),
            "1 validation error detected: Value null at 'messageAttributes.Color.member.dataType' "
            "failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(told_of(sns::publish_batch_input::shape,
                    "TopicArn=t&PublishBatchRequestEntries.member.1.Id=1&"
                    "PublishBatchRequestEntries.member.1.Message=a&"
                    "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name=c&"
                    "PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value."
                    "StringValue=b"),
            "1 validation error detected: Value null at 'publishBatchRequestEntries.1.member."
            "messageAttributes.c.member.dataType' failed to satisfy constraint: Member must not "
            "be null");
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

TEST(constraints, of_texts_in_a_list_or_map_name_the_whole) {
  constexpr std::string_view short_key =
      ": [Member must have length less than or equal to 128, Member must have length greater than "
      "or "
      "equal to 1]";
  EXPECT_EQ(told(kinesis::remove_tags_from_stream_input::shape, R"({"TagKeys": ["a", "", "b"]})"),
            "1 validation error detected: Value '[a, , b]' at 'tagKeys' failed to satisfy "
            "constraint: Member must satisfy constraint" +
                std::string(short_key));
  const auto tags = [](const std::string& key, const std::string& value) {
    return told(kinesis::add_tags_to_stream_input::shape,
                R"({"Tags": {")" + key + R"(": ")" + value + R"("}})");
  };
  EXPECT_EQ(tags(std::string(128, 'k'), std::string(256, 'v')), "");
  EXPECT_TRUE(tags(std::string(129, 'k'), "v")
                  .ends_with("Map keys must satisfy constraint" + std::string(short_key)));
  EXPECT_TRUE(
      tags("k", std::string(257, 'v'))
          .ends_with("=" + std::string(257, 'v') +
                     "}' at 'tags' failed to satisfy constraint: Map value must satisfy "
                     "constraint: [Member must have length less than or equal to 256, Member "
                     "must have length greater than or equal to 0]"));
  EXPECT_EQ(told(kinesis::enable_enhanced_monitoring_input::shape,
                 R"({"ShardLevelMetrics": ["ALL", "None"]})")
                .find("at 'shardLevelMetrics' failed to satisfy constraint: Member must satisfy "
                      "constraint: [Member must satisfy enum value set: ["),
            std::string("1 validation error detected: Value '[ALL, None]' ").size());
}

}  // namespace
}  // namespace millrace::aws
