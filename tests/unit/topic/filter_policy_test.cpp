#include "topic/filter_policy.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

using namespace millrace;
using namespace millrace::topic;

namespace {

filter_policy compile(std::string_view text, filter_scope scope) {
  std::string problem;
  auto policy = filter_policy::parse(text, scope, problem);
  EXPECT_TRUE(policy) << text << ": " << problem;
  return policy.value_or(filter_policy());
}

bool in_body(std::string_view policy, std::string_view body) {
  filter_subject subject;
  subject.reset({}, as_bytes(body));
  return compile(policy, filter_scope::body).matches(subject);
}

struct attribute {
  const char* name;
  const char* type;
  const char* value;
};
bool in_attributes(std::string_view policy, std::initializer_list<attribute> attributes) {
  std::vector<std::byte> encoded;
  for (const attribute& a : attributes) {
    EXPECT_EQ(append_attribute(encoded, {a.name, a.type, as_bytes(a.value)}), errc::ok);
  }
  filter_subject subject;
  subject.reset(encoded, {});
  return compile(policy, filter_scope::attributes).matches(subject);
}

struct value_case {
  const char* patterns;  ///< the array behind the key
  const char* passes;    ///< JSON values
  const char* stopped;
};

}  // namespace

TEST(filter_policy, values) {
  for (const value_case& row : {
           value_case{R"("rugby")", R"("rugby")", R"("rugby ")"},
           value_case{R"("a","b")", R"("b")", R"("c")"},
           value_case{R"("")", R"("")", R"(null)"},
           value_case{R"("\u0061\n")", R"("a\n")", R"("a\\n")"},
           value_case{"3", "3.0", R"("3")"},
           value_case{"301.8", "3.018e2", "301.80001"},
           value_case{"1.000001", "1.000002", "1.00002"},  // five digits after the point
           value_case{"123456789012", "123456789012", "123456789012.0"},
           value_case{"true", "true", "false"},
           value_case{"false", "false", R"("false")"},
           value_case{"null", "null", R"("null")"},
           value_case{R"({"exactly":"10.0.0.1"})", R"("10.0.0.1")", R"("010.0.0.1")"},
           value_case{R"("10.0.0.1")", R"("010.0.0.1")", R"("10.0.0.2")"},
           value_case{R"("2001:db8::1")", R"("2001:0db8:0:0::1")", R"("2001:db8::2")"},
           value_case{R"({"prefix":"auto-"})", R"("auto-x")", R"("Auto-x")"},
           value_case{R"({"prefix":{"equals-ignore-case":"auto"}})", R"("AUTOx")", R"("xAUTO")"},
           value_case{R"({"suffix":".png"})", R"("a.png")", R"("a.PNG")"},
           value_case{R"({"suffix":{"equals-ignore-case":".png"}})", R"("a.PNG")", R"("a.jpg")"},
           value_case{R"({"equals-ignore-case":"Tennis"})", R"("TENNIS")", R"("tennis2")"},
           value_case{R"({"wildcard":"a*c"})", R"("abc")", R"("abd")"},
           value_case{R"({"cidr":"10.0.0.0/24"})", R"("10.0.0.255")", R"("10.0.0.256")"},
           value_case{R"({"cidr":"2001:db8::/64"})", R"("2001:db8::ff")", R"("10.0.0.1")"},
           value_case{R"({"numeric":["=",3e2]})", "300", "301"},
           value_case{R"({"numeric":[">",0,"<=",100]})", "100", "0"},
           value_case{R"({"numeric":[">=",0,"<",100]})", "0", "100"},
           value_case{R"({"numeric":["<",10]})", "-1000000000", "10"},
           value_case{R"({"numeric":[">",0]})", "0.00001", R"("1")"},
           value_case{R"({"numeric":[">",0]})", "1000000000", "1000000001"},  // out of range
           value_case{R"({"exists":true})", "null", "{}"},
       }) {
    const std::string policy = R"({"k":[)" + std::string(row.patterns) + "]}";
    EXPECT_TRUE(in_body(policy, R"({"k":)" + std::string(row.passes) + "}")) << policy;
    EXPECT_FALSE(in_body(policy, R"({"k":)" + std::string(row.stopped) + "}")) << policy;
  }
}

TEST(filter_policy, anything_but) {
  for (const value_case& row : {
           value_case{R"("a")", R"("b")", R"("a")"},
           value_case{R"("a")", "1", R"("a")"},
           value_case{"100", R"("100")", "1e2"},
           value_case{R"(["a","b"])", R"("c")", R"("b")"},
           value_case{"[1,2]", "3", "2.0"},
           value_case{R"({"prefix":"a"})", R"("ba")", R"("ab")"},
           value_case{R"({"prefix":["a","b"]})", R"("c")", R"("bc")"},
           value_case{R"({"suffix":"a"})", R"("ab")", R"("ba")"},
           value_case{R"({"suffix":["a","b"]})", "7", R"("cb")"},
           value_case{R"({"equals-ignore-case":"a"})", R"("b")", R"("A")"},
           value_case{R"({"equals-ignore-case":["a","b"]})", "null", R"("B")"},
           value_case{R"({"wildcard":"*/bin/*.jar"})", R"("/bin/a.class")", R"("/bin/a.jar")"},
           value_case{R"({"wildcard":["a*","b*"]})", R"("ca")", R"("b")"},
           // An array passes if one of its elements does.
           value_case{R"(["a","b"])", R"(["a","c"])", R"(["a","b"])"},
       }) {
    const std::string policy = R"({"k":[{"anything-but":)" + std::string(row.patterns) + "}]}";
    EXPECT_TRUE(in_body(policy, R"({"k":)" + std::string(row.passes) + "}")) << policy;
    EXPECT_FALSE(in_body(policy, R"({"k":)" + std::string(row.stopped) + "}")) << policy;
    EXPECT_FALSE(in_body(policy, R"({"other":1})")) << policy;
  }
}

TEST(filter_policy, exists_false_means_no_value_under_the_key) {
  constexpr auto policy = R"({"k":[{"exists":false}]})";
  EXPECT_TRUE(in_body(policy, "{}"));
  EXPECT_TRUE(in_body(policy, R"({"k":[]})"));
  EXPECT_TRUE(in_body(policy, R"({"k":{"x":1}})"));
  EXPECT_FALSE(in_body(policy, R"({"k":null})"));
  EXPECT_FALSE(in_body(policy, R"({"k":[[1]]})"));
  constexpr auto either = R"({"k":["a",{"exists":false}],"l":[1]})";
  EXPECT_TRUE(in_body(either, R"({"k":"a","l":1})"));
  EXPECT_TRUE(in_body(either, R"({"l":1})"));
  EXPECT_FALSE(in_body(either, R"({"k":"b","l":1})"));
}

TEST(filter_policy, keys_are_and_values_are_or) {
  constexpr auto policy = R"({"a":["x","y"],"b":[{"numeric":[">",1]}]})";
  EXPECT_TRUE(in_body(policy, R"({"a":"y","b":2,"c":3})"));
  EXPECT_FALSE(in_body(policy, R"({"a":"y","b":1})"));
  EXPECT_FALSE(in_body(policy, R"({"a":"y"})"));
}

TEST(filter_policy, dots_in_names_are_steps) {
  constexpr auto policy = R"({"a.b.c":["v"]})";
  for (const char* body : {R"({"a":{"b":{"c":"v"}}})", R"({"a.b.c":"v"})", R"({"a.b":{"c":"v"}})",
                           R"({"a":{"b.c":"v"}})", R"({"a":{"x":1},"a.b":{"c":"v"}})"}) {
    EXPECT_TRUE(in_body(policy, body)) << body;
    EXPECT_TRUE(in_body(R"({"a":{"b":{"c":["v"]}}})", body)) << body;
  }
  EXPECT_FALSE(in_body(policy, R"({"a":{"b":{"c":"w"}}})"));
  EXPECT_FALSE(in_body(policy, R"({"a":{"bc":"v"}})"));
}

TEST(filter_policy, keys_below_one_array_are_of_one_element) {
  constexpr auto policy = R"({"Records":{"s3":{"object":{"key":[{"prefix":"auto-"}]}},)"
                          R"("eventName":[{"prefix":"Created:"}]}})";
  EXPECT_TRUE(in_body(
      policy, R"({"Records":[{"eventName":"Created:Put","s3":{"object":[[{"key":"auto-1"}]]}},
    {"eventName":"Removed:","s3":{"object":{"key":"home-1"}}}]})"));
  EXPECT_FALSE(
      in_body(policy, R"({"Records":[{"eventName":"Created:Put","s3":{"object":{"key":"home"}}},
    {"eventName":"Removed:","s3":{"object":{"key":"auto-1"}}}]})"));
  EXPECT_TRUE(in_body(R"({"a":{"x":[1],"y":[1]}})", R"({"a":{"x":[0,1],"y":[1,0]}})"));
  // Inner arrays of one element, and arrays beside each other.
  constexpr auto two = R"({"a":{"x":[1],"b":{"y":[2]}}})";
  EXPECT_TRUE(in_body(two, R"({"a":[{"x":1,"b":[{"y":3},{"y":2}]}]})"));
  EXPECT_FALSE(in_body(two, R"({"a":[{"x":1,"b":[{"y":3}]},{"x":2,"b":[{"y":2}]}]})"));
  EXPECT_TRUE(
      in_body(R"({"a":{"x":[1]},"b":{"x":[2]}})", R"({"a":[{},{"x":1}],"b":[{"x":2},{}]})"));
}

TEST(filter_policy, a_missing_key_is_missing_in_the_element_of_the_keys_before_it) {
  constexpr auto later = R"({"a":{"b":["v"],"c":[{"exists":false}]}})";
  EXPECT_TRUE(in_body(later, R"({"a":[{"c":1},{"b":"v"}]})"));
  EXPECT_FALSE(in_body(later, R"({"a":[{"b":"v","c":1}]})"));
  constexpr auto earlier = R"({"a":{"b":[{"exists":false}],"c":["v"]}})";
  EXPECT_FALSE(in_body(earlier, R"({"a":[{"b":1},{"c":"v"}]})"));
  EXPECT_TRUE(in_body(earlier, R"({"a":[{"c":"v"}]})"));
}

TEST(filter_policy, or_takes_one_of_its_objects) {
  constexpr auto policy =
      R"({"$or":[{"m":["x"]},{"n":["y"]}],"d":{"s":["z"],"$or":[{"p":[1]},{"q":[2]}]}})";
  EXPECT_TRUE(in_body(policy, R"({"m":"x","d":{"s":"z","p":1}})"));
  EXPECT_TRUE(in_body(policy, R"({"n":"y","d":{"s":"z","q":2}})"));
  EXPECT_FALSE(in_body(policy, R"({"n":"y","d":{"s":"z","q":1}})"));
  EXPECT_FALSE(in_body(policy, R"({"m":"y","d":{"s":"z","q":2}})"));
  EXPECT_FALSE(in_body(policy, R"({"m":"x","n":"y","d":{"p":1,"q":2}})"));
}

TEST(filter_policy, or_is_a_key_like_any_other_unless_it_has_two_objects_of_keys) {
  EXPECT_TRUE(in_body(R"({"$or":["a","b"]})", R"({"$or":"b"})"));
  EXPECT_TRUE(in_body(R"({"$or":[{"prefix":"a"},{"prefix":"b"}]})", R"({"$or":"bc"})"));
  EXPECT_TRUE(in_body(R"({"$or":{"a":[1]}})", R"({"$or":{"a":1}})"));
}

TEST(filter_policy, a_key_given_twice_is_as_given_last) {
  EXPECT_TRUE(in_body(R"({"a":[1],"a":[2]})", R"({"a":2})"));
  EXPECT_FALSE(in_body(R"({"a":[1],"a":[2]})", R"({"a":1})"));
}

TEST(filter_policy, what_is_no_json_object_does_not_pass) {
  constexpr auto policy = R"({"a":[{"exists":false}]})";
  for (const char* body : {"Regular text", "\"text\"", "[{}]", "", "null", "{} {}"}) {
    EXPECT_FALSE(in_body(policy, body)) << body;
  }
}

TEST(filter_policy, an_empty_one_lets_everything_pass) {
  EXPECT_TRUE(in_body("{}", "no JSON"));
  EXPECT_TRUE(in_attributes("{}", {}));
}

TEST(filter_policy, looks_at_attributes) {
  constexpr auto policy = R"({"store":["x",{"prefix":"y"}],"price":[{"numeric":[">=",10]}]})";
  EXPECT_TRUE(in_attributes(policy, {{"store", "String", "yz"}, {"price", "Number", "10.0"}}));
  EXPECT_TRUE(
      in_attributes(policy, {{"store", "String.kind", "x"}, {"price", "Number.int", "1e3"}}));
  EXPECT_FALSE(in_attributes(policy, {{"store", "String", "yz"}, {"price", "String", "10"}}));
  EXPECT_FALSE(in_attributes(policy, {{"store", "String", "yz"}}));
  EXPECT_FALSE(in_attributes(policy, {}));
}

TEST(filter_policy, each_element_of_an_array_attribute_counts) {
  constexpr auto policy = R"({"k":["a",2,null,true]})";
  for (const char* array : {R"(["x","a"])", "[1,2]", "[null]", "[true]"}) {
    EXPECT_TRUE(in_attributes(policy, {{"k", "String.Array", array}})) << array;
  }
  for (const char* array : {R"(["x"])", "[]", "[{\"k\":\"a\"}]", "no array", "\"a\""}) {
    EXPECT_FALSE(in_attributes(policy, {{"k", "String.Array", array}})) << array;
  }
}

TEST(filter_policy, an_attribute_that_has_no_value_is_not_there) {
  constexpr auto policy = R"({"k":[{"exists":false}]})";
  EXPECT_TRUE(in_attributes(policy, {{"l", "String", "x"}}));
  EXPECT_TRUE(in_attributes(policy, {{"k", "Binary", "x"}}));
  EXPECT_TRUE(in_attributes(policy, {{"k", "String.Array", "[]"}}));
  EXPECT_FALSE(in_attributes(policy, {{"k", "String", "x"}}));
  EXPECT_FALSE(in_attributes(R"({"k":[null,{"anything-but":"x"}]})", {}));
}

TEST(filter_policy, one_subject_serves_message_after_message) {
  const filter_policy on_body = compile(R"({"k":["a"]})", filter_scope::body);
  const filter_policy on_attribute = compile(R"({"k":["a"]})", filter_scope::attributes);
  std::vector<std::byte> encoded;
  ASSERT_EQ(append_attribute(encoded, {"k", "String.Array", as_bytes(R"(["b","\u0061"])")}),
            errc::ok);
  filter_subject subject;
  for (int i = 0; i < 3; ++i) {
    subject.reset(encoded, as_bytes(R"({"k":"b"})"));
    EXPECT_FALSE(on_body.matches(subject));
    EXPECT_TRUE(on_attribute.matches(subject));
    subject.reset({}, as_bytes(R"({"k":"\u0061"})"));
    EXPECT_TRUE(on_body.matches(subject));
    EXPECT_FALSE(on_attribute.matches(subject));
  }
}
