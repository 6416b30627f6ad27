// The hand-written matchers against std::regex on the patterns of the model.
#include "sns/patterns.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "aws/tables/sns.hpp"

namespace millrace::sns {
namespace {

TEST(patterns, match_what_the_expressions_match) {
  const auto expressions = aws::sns::model.constraints->patterns;
  ASSERT_EQ(expressions.size(), pattern_matchers().size());
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const std::regex expression{std::string(expressions[i])};
    for (const std::string text :
         {"", "+", "0", "123456789", "1234567890", "+1234567", "+12345678", "+123456789012", "-1",
          "a", "ab", "abc", "A1", "1+", "+1234567a", " 1", "Zz"}) {
      EXPECT_EQ(pattern_matchers()[i](text), std::regex_match(text, expression))
          << expressions[i] << " and " << text;
    }
  }
}

}  // namespace
}  // namespace millrace::sns
