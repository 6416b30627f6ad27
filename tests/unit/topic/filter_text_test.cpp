#include "topic/filter_text.hpp"

#include <gtest/gtest.h>

using namespace millrace::topic;

namespace {

bool match(text_operator kind, std::string_view pattern, std::string_view value) {
  return text_pattern(kind, pattern).match(value);
}
bool wildcard(std::string_view pattern, std::string_view value) {
  EXPECT_EQ(wildcard_problem(pattern), "") << pattern;
  return match(text_operator::wildcard, pattern, value);
}

}  // namespace

TEST(text_pattern, prefix_and_suffix_are_compared_in_their_case) {
  EXPECT_TRUE(match(text_operator::prefix, "auto-", "auto-test"));
  EXPECT_FALSE(match(text_operator::prefix, "auto-", "Auto-test"));
  EXPECT_FALSE(match(text_operator::prefix, "auto-", "aut"));
  EXPECT_TRUE(match(text_operator::prefix, "", "anything"));
  EXPECT_TRUE(match(text_operator::suffix, ".png", "a.png"));
  EXPECT_FALSE(match(text_operator::suffix, ".png", "a.png "));
}

TEST(text_pattern, any_case_compares_letters_of_every_script) {
  constexpr auto equal = text_operator::equals_any_case;
  EXPECT_TRUE(match(equal, "Tennis", "tENNIS"));
  EXPECT_FALSE(match(equal, "Tennis", "tennis "));
  EXPECT_FALSE(match(equal, "tennis ", "tennis"));
  EXPECT_FALSE(match(equal, "[", "{"));  // 32 apart, as letters are
  EXPECT_FALSE(match(equal, "@", "`"));
  EXPECT_TRUE(match(equal,
                    "\xc3\x9c"
                    "ber",
                    "\xc3\xbc"
                    "BER"));                                          // U with diaeresis
  EXPECT_TRUE(match(equal, "\xce\xa9\xd0\x96", "\xcf\x89\xd0\xb6"));  // Greek, Cyrillic
  EXPECT_TRUE(match(equal, "\xc8\xba", "\xe2\xb1\xa5"));              // 2 bytes and 3
  EXPECT_FALSE(match(equal, "\xc3\x97", "\xc3\xb7"));                 // times, divided by
  EXPECT_TRUE(match(equal, "\xe5\xa4\xa7", "\xe5\xa4\xa7"));          // has no case
  EXPECT_TRUE(match(text_operator::prefix_any_case,
                    "\xc3\x84"
                    "B",
                    "\xc3\xa4"
                    "bc"));
  EXPECT_FALSE(match(text_operator::prefix_any_case, "ab", "a"));
  EXPECT_TRUE(match(text_operator::suffix_any_case, "B\xc3\x84", "cb\xc3\xa4"));
  EXPECT_FALSE(match(text_operator::suffix_any_case, "ab", "b"));
  EXPECT_TRUE(match(text_operator::suffix_any_case, "\xf0\x9f\x98\x80X", "a\xf0\x9f\x98\x80x"));
}

TEST(text_pattern, bytes_that_are_no_utf8_are_equal_only_to_themselves) {
  constexpr auto equal = text_operator::equals_any_case;
  EXPECT_TRUE(match(equal, "\xc3", "\xc3"));
  EXPECT_FALSE(match(equal, "\xc3", "\xc4"));
  EXPECT_FALSE(match(equal, "a", "\xe1"));
  EXPECT_TRUE(match(text_operator::suffix_any_case, "\xa4", "x\xa4"));
}

TEST(text_pattern, wildcard_stands_for_any_text) {
  EXPECT_TRUE(wildcard("*", ""));
  EXPECT_TRUE(wildcard("*", "abc"));
  EXPECT_TRUE(wildcard("a*", "a"));
  EXPECT_FALSE(wildcard("a*", "ba"));
  EXPECT_TRUE(wildcard("*.jar", "lib.jar"));
  EXPECT_FALSE(wildcard("*.jar", "lib.jar2"));
  EXPECT_TRUE(wildcard("a*a", "aa"));
  EXPECT_FALSE(wildcard("a*a", "a"));
  EXPECT_TRUE(wildcard("*/bin/*.jar", "/usr/bin/x.jar"));
  EXPECT_TRUE(wildcard("a*b*c", "abbc"));
  EXPECT_FALSE(wildcard("a*b*c", "acb"));
  EXPECT_TRUE(wildcard("*ab*", "aab"));
  EXPECT_FALSE(wildcard("ab*ba", "aba"));
  EXPECT_TRUE(wildcard("plain", "plain"));
  EXPECT_FALSE(wildcard("plain", "plains"));
}

TEST(text_pattern, backslash_takes_an_asterisk_at_its_word) {
  EXPECT_TRUE(wildcard(R"(a\*b)", "a*b"));
  EXPECT_FALSE(wildcard(R"(a\*b)", "axb"));
  EXPECT_TRUE(wildcard(R"(a\\*)", R"(a\xyz)"));
  EXPECT_TRUE(wildcard(R"(\**\*)", "*x*"));
  EXPECT_EQ(count_wildcards(R"(\**\\*)"), 2U);
}

TEST(text_pattern, says_what_is_wrong_with_a_wildcard) {
  EXPECT_EQ(wildcard_problem("a**"), "Consecutive wildcard characters at pos 2");
  EXPECT_EQ(wildcard_problem(R"(a\b)"), "Invalid escape character at pos 2");
  EXPECT_EQ(wildcard_problem(R"(\)"), "Invalid escape character at pos 1");
  EXPECT_EQ(wildcard_problem(R"(\***)"), "Consecutive wildcard characters at pos 3");
}

TEST(text_pattern, wildcards_cost_no_more_than_the_text_is_long) {
  // Tried from each place anew this would be 10^15 steps.
  const std::string value(1U << 20, 'a');
  const std::string half(1U << 16, 'a');
  EXPECT_FALSE(wildcard("*" + half + "b*" + half + "b*", value));
}
