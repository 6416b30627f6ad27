#include "topic/json_tree.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace millrace::topic;

namespace {

json_tree::outcome parse(std::string_view text) { return json_tree().parse(text); }

}  // namespace

TEST(json_tree, keeps_the_order_of_the_text_and_where_subtrees_end) {
  json_tree tree;
  ASSERT_EQ(tree.parse(R"( {"a":[1,{"b":null}],"c":true,"d":false} )"), json_tree::outcome::ok);
  const auto nodes = tree.nodes();
  ASSERT_EQ(nodes.size(), 7U);
  EXPECT_EQ(nodes[0].kind, json_kind::object);
  EXPECT_EQ(nodes[0].end, 7U);
  EXPECT_EQ(nodes[1].name, "a");
  EXPECT_EQ(nodes[1].end, 5U);
  EXPECT_EQ(nodes[2].kind, json_kind::number);
  EXPECT_EQ(nodes[2].text, "1");
  EXPECT_EQ(nodes[2].name, "");
  EXPECT_EQ(nodes[4].name, "b");
  EXPECT_EQ(nodes[4].kind, json_kind::null);
  EXPECT_EQ(nodes[5].kind, json_kind::yes);
  EXPECT_EQ(nodes[6].kind, json_kind::no);
}

TEST(json_tree, unescapes_strings_and_leaves_numbers_as_written) {
  json_tree tree;
  const std::string text = R"(["plain","t\tq\"u\u00e9s\ud83d\ude00","",-1.50e+3,{"\u006b":"\n"}])";
  ASSERT_EQ(tree.parse(text), json_tree::outcome::ok);
  const auto nodes = tree.nodes();
  EXPECT_EQ(nodes[1].text, "plain");
  EXPECT_EQ(nodes[2].text, "t\tq\"u\xc3\xa9s\xf0\x9f\x98\x80");
  EXPECT_EQ(nodes[3].text, "");
  EXPECT_EQ(nodes[4].text, "-1.50e+3");
  EXPECT_EQ(nodes[6].name, "k");
  EXPECT_EQ(nodes[6].text, "\n");
}

TEST(json_tree, counts_tokens_with_names_and_ends) {
  json_tree tree;
  ASSERT_EQ(tree.parse(R"({"a":[],"b":"x"})"), json_tree::outcome::ok);
  EXPECT_EQ(tree.nodes()[0].token, 0U);
  EXPECT_EQ(tree.nodes()[1].token, 2U);  // after its name
  EXPECT_EQ(tree.nodes()[2].token, 5U);  // after the end of the array and its name
}

TEST(json_tree, refuses_what_is_no_json) {
  for (const char* text :
       {"{a:1}", "[1,]", "{\"a\" 1}", "nulx", "01", "[1] x", "'a'", "\"\x80\"", "\"\x01\"", "+1"}) {
    EXPECT_EQ(parse(text), json_tree::outcome::not_json) << text;
  }
  for (const char* text : {"", " ", "{", "[1", "\"a", "{\"a\":", "nul"}) {
    EXPECT_EQ(parse(text), json_tree::outcome::ended_early) << text;
  }
}

TEST(json_tree, is_empty_after_a_failure_and_can_be_used_again) {
  json_tree tree;
  EXPECT_EQ(tree.parse("[1, x]"), json_tree::outcome::not_json);
  EXPECT_EQ(tree.failed_at(), 4U);
  EXPECT_TRUE(tree.nodes().empty());
  EXPECT_EQ(tree.parse("[1]"), json_tree::outcome::ok);
  EXPECT_EQ(tree.nodes().size(), 2U);
}

TEST(json_tree, bounds_depth_and_size) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(parse(nested(json_tree::depth_max)), json_tree::outcome::ok);
  EXPECT_EQ(parse(nested(json_tree::depth_max + 1)), json_tree::outcome::too_large);
  const auto wide = [](std::size_t values) {
    std::string out = "[0";
    for (std::size_t i = 1; i < values; ++i) out += ",0";
    return out + "]";
  };
  EXPECT_EQ(parse(wide(json_tree::nodes_max - 1)), json_tree::outcome::ok);
  EXPECT_EQ(parse(wide(json_tree::nodes_max)), json_tree::outcome::too_large);
}
