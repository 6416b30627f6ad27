// The hand-written matchers against the expressions that they stand for.
#include "kinesis/patterns.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "aws/tables/kinesis.hpp"

namespace millrace::kinesis {
namespace {

std::vector<std::string> samples() {
  const std::string arn = "arn:aws:kinesis:us-east-1:123456789012:";
  std::vector<std::string> all{"",
                               "0",
                               "00",
                               "7",
                               "10",
                               "01",
                               "-1",
                               "a",
                               "aB9_.-",
                               "a b",
                               "a/b",
                               "\xc3\xa9",
                               std::string(38, '9'),
                               std::string(39, '9'),
                               std::string(40, '9'),
                               std::string(129, '1'),
                               std::string(130, '1'),
                               "abcdefghij0123456789-abc",
                               "abcdefghij0123456789-abC",
                               "abcdefghij0123456789abcd",
                               arn,
                               arn + "stream/",
                               arn + "stream/s",
                               arn + "stream/s t",
                               arn + "stream/s\n",
                               arn + "xstream/s",
                               arn + "a b stream/s",
                               arn + "stream/stream/",
                               arn + "stream/s/consumer/c:17",
                               arn + "stream/s/consumer/c:",
                               arn + "stream/s/consumer/:1",
                               arn + "stream/s/consumer/c",
                               arn + "stream//consumer/c:1",
                               arn + "s/consumer/c:1",
                               arn + "stream/s/consumer/c:1x",
                               arn + "any stream/s/consumer/c:1",
                               arn + "stream/a/consumer/b:1/consumer/c:2",
                               "arn:aws-cn:kinesis:x:123456789012:stream/s",
                               "arn:aws:sqs:us-east-1:123456789012:stream/s",
                               "arn:aws:kinesis:r:12345678901:stream/s",
                               "arn:aws:kinesis:r:1234567890123:stream/s",
                               "arn:aws:kinesis:123456789012:stream/s",
                               "arn:aws:kinesis::123456789012:stream/s",
                               "arn:aws:kinesis:kinesis:123456789012:stream/s",
                               "arn:aws:x:kinesis:a:b:000000000000:111111111111:stream/s",
                               "arn:aws:kinesis:r:000000000000:111111111111:stream/s",
                               "xarn" + arn + "stream/s"};
  return all;
}

TEST(patterns, each_matches_what_its_expression_matches) {
  const std::span<const std::string_view> patterns = aws::kinesis::model.constraints->patterns;
  ASSERT_EQ(patterns.size(), pattern_matchers().size());
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const std::regex expression(std::string(patterns[i]), std::regex::ECMAScript);
    for (const std::string& text : samples()) {
      EXPECT_EQ(pattern_matchers()[i](text), std::regex_match(text, expression))
          << patterns[i] << " on " << text;
    }
  }
}

TEST(patterns, take_one_pass_over_what_is_made_to_be_slow) {
  std::string text = "arn:aws";
  for (int i = 0; i < 200; ++i) text += ":kinesis:";
  for (int i = 0; i < 20; ++i) text += ":000000000000:stream/ ";
  for (const aws::pattern_matcher matches : pattern_matchers()) EXPECT_FALSE(matches(text));
}

}  // namespace
}  // namespace millrace::kinesis
