// Policies that are refused, with AWS's words. Where AWS was recorded, the column is its own.
#include "topic/filter_problem.hpp"

#include <gtest/gtest.h>

#include <string>

#include "topic/filter_policy.hpp"

using namespace millrace;
using namespace millrace::topic;

namespace {

std::string problem_of(std::string_view policy, filter_scope scope = filter_scope::body) {
  return filter_policy_problem(policy, scope);
}

struct refused {
  const char* policy;
  const char* why;
  int column = 0;  ///< 0: no place is named
};

void expect(const refused& row) {
  std::string wanted = std::string("FilterPolicy: ") + row.why;
  if (row.column != 0) {
    wanted += "\n at [Source: (String)\"" + std::string(row.policy) +
              "\"; line: 1, column: " + std::to_string(row.column) + "]";
  }
  EXPECT_EQ(problem_of(row.policy), wanted);
}

std::string values(const char* key, int count) {
  std::string out = '"' + std::string(key) + "\":[";
  for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + std::to_string(i);
  return out + "]";
}

}  // namespace

TEST(filter_problem, of_keys_is_recorded) {
  for (const refused& row : {
           refused{R"({"key":[["value"]]})",
                   "Match value must be String, number, true, false, or null", 10},
           refused{R"({"key":[{"wrong-operator":true}]})", "Unrecognized match type wrong-operator",
                   31},
           refused{R"({"key":[{"suffix":"value","prefix":"value2"}]})",
                   "Only one key allowed in match expression", 37},
           refused{R"({"key":[]})", "Empty arrays are not allowed", 10},
           refused{R"({"key":{"suffix":"value"}})", "\"suffix\" must be an object or an array", 19},
           refused{R"({"key":{"not-an-operator":"value"}})",
                   "\"not-an-operator\" must be an object or an array", 28},
           refused{R"({"key_a":"value_one"})", "\"key_a\" must be an object or an array", 11},
       }) {
    expect(row);
  }
}

TEST(filter_problem, of_texts_is_recorded) {
  constexpr auto suffix = "suffix match pattern must be a string";
  constexpr auto exists = "exists match pattern must be either true or false.";
  for (const refused& row : {
           refused{R"({"key":[{"suffix":100}]})", suffix, 22},
           refused{R"({"key":[{"suffix":null}]})", suffix, 23},
           refused{R"({"key":[{"suffix":[]}]})", suffix, 20},
           refused{R"({"key":[{"suffix":["test","test2"]}]})", suffix, 20},
           refused{R"({"key":[{"cidr":["bad-filter"]}]})", "prefix match pattern must be a string",
                   18},
           refused{R"({"key":[{"cidr":"bad-filter"}]})", "Malformed CIDR, one '/' required"},
           refused{R"({"key":[{"cidr":"bad-filter/64"}]})", "Nonstandard IP address: bad-filter"},
           refused{R"({"key":[{"cidr":"bad-/64filter"}]})",
                   "Malformed CIDR, mask bits must be an integer"},
           refused{R"({"key":[{"cidr":"xxxx:db8:1234:1a00::/64"}]})",
                   "Nonstandard IP address: xxxx:db8:1234:1a00::"},
           refused{R"({"key":[{"exists":null}]})", exists, 23},
           refused{R"({"key":[{"exists":"no"}]})", exists, 20},
           refused{R"({"key":[{"anything-but":{"wrong-operator":null}}]})",
                   "Unsupported anything-but pattern: wrong-operator", 47},
           refused{R"({"key":[{"anything-but":{"exists":false}}]})",
                   "Unsupported anything-but pattern: exists", 40},
           refused{R"({"key":[{"anything-but":{"prefix":false}}]})",
                   "prefix match pattern must be a string", 40},
       }) {
    expect(row);
  }
}

TEST(filter_problem, of_numbers_is_recorded) {
  for (const refused& row : {
           refused{R"({"key":[{"numeric":[]}]})", "Invalid member in numeric match: ]", 22},
           refused{R"({"key":[{"numeric":["operator"]}]})",
                   "Unrecognized numeric range operator: operator", 32},
           refused{R"({"key":[{"numeric":[1,"<="]}]})", "Invalid member in numeric match: 1", 22},
           refused{R"({"key":[{"numeric":["=","000"]}]})", "Value of equals must be numeric", 26},
           refused{R"({"key":[{"numeric":[">="]}]})", "Value of >= must be numeric", 26},
           refused{R"({"key":[{"numeric":["<",100,">",10]}]})",
                   "Too many elements in numeric expression", 30},
           refused{R"({"key":[{"numeric":[">=",1,">",2]}]})", "Bad numeric range operator: >", 31},
           refused{R"({"key":[{"numeric":[">",3,"<",1]}]})", "Bottom must be less than top", 33},
           refused{R"({"key":[{"numeric":[">",20,"<="]}]})", "Value of <= must be numeric", 33},
           refused{R"({"key":[{"numeric":[">",20,30]}]})", "Bad value in numeric range: 30", 30},
           refused{R"({"key":[{"numeric":[">",20,"test"]}]})", "Bad numeric range operator: test",
                   34},
           refused{R"({"key":[{"numeric":[">","20","<","30"]}]})", "Value of > must be numeric",
                   26},
           refused{R"({"key":[{"numeric":[">",20,"<","30"]}]})", "Value of < must be numeric", 33},
           refused{R"({"key":[{"numeric":[">",20,"<",30,"<",50]}]})",
                   "Too many terms in numeric range expression", 36},
       }) {
    expect(row);
  }
}

TEST(filter_problem, of_what_was_not_recorded_follows_the_same_rules) {
  for (const refused& row : {
           refused{"[]", "Filter is not an object", 2},
           refused{R"({"a":{}})", "Empty objects are not allowed", 8},
           refused{R"({"a":[{}]})", "Match expression name not found", 9},
           refused{R"({"a":[{"numeric":1}]})", "Value of numeric must be an array.", 19},
           refused{R"({"a":[{"prefix":{}}]})", "Prefix expression name not found", 19},
           refused{R"({"a":[{"suffix":{"x":1}}]})", "Unsupported suffix pattern: x", 23},
           refused{R"({"a":[{"wildcard":"a**"}]})", "Consecutive wildcard characters at pos 2", 24},
           refused{R"({"a":[{"anything-but":{}}]})", "Anything-But expression name not found", 25},
           refused{R"({"a":[{"anything-but":[]}]})",
                   "Inside anything but list, either all values are number or string, mixed type "
                   "is not supported",
                   25},
           refused{R"({"a":[{"anything-but":["x",1]}]})",
                   "Inside anything but list, either all values are number or string, mixed type "
                   "is not supported",
                   30},
           refused{R"({"a":[{"anything-but":["x",true]}]})",
                   "Inside anything but list, start|null|boolean is not supported.", 32},
           refused{R"({"a":[{"anything-but":true}]})",
                   "Value of anything-but must be an array or single string/number value.", 27},
           refused{R"({"a":[{"anything-but":{"prefix":""}}]})", "Null prefix/suffix not allowed",
                   35},
       }) {
    expect(row);
  }
}

TEST(filter_problem, names_lines_and_counts_characters) {
  EXPECT_TRUE(problem_of("{\n \"\xc3\xa9\": [[]]}").ends_with("; line: 2, column: 9]"));
}

TEST(filter_problem, shows_the_beginning_of_a_long_policy) {
  const std::string policy = R"({"a":[")" + std::string(600, 'x') + R"(",[]]})";
  const std::string problem = problem_of(policy);
  EXPECT_NE(problem.find(policy.substr(0, 500) + "\"[truncated 113 chars]; line: 1, column: 611]"),
            std::string::npos)
      << problem;
}

TEST(filter_problem, of_syntax_is_recorded) {
  constexpr auto source =
      "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: "
      "1, ";
  const auto wanted = [](const char* why, int column) {
    return std::string("FilterPolicy: failed to parse JSON. ") + why + source +
           "column: " + std::to_string(column) + "]";
  };
  EXPECT_EQ(problem_of("{invalidjson}"),
            wanted("Unexpected character ('i' (code 105)): was expecting double-quote to start "
                   "field name",
                   2));
  EXPECT_EQ(
      problem_of("invalid-json"),
      wanted("Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object "
             "or token 'null', 'true' or 'false')",
             8));
  EXPECT_EQ(problem_of("{\"a\":["), wanted("Unexpected end-of-input", 7));
  EXPECT_EQ(problem_of("{\"a\":[1;]}"), wanted("Unexpected character (';' (code 59))", 8));
}

TEST(filter_problem, of_scope_is_recorded) {
  constexpr auto policy = R"({"object":{"key":[{"prefix":"auto-"}]}})";
  EXPECT_EQ(problem_of(policy, filter_scope::attributes),
            "Filter policy scope MessageAttributes does not support nested filter policy");
  EXPECT_EQ(problem_of(policy, filter_scope::body), "");
}

TEST(filter_problem, a_policy_has_five_keys) {
  constexpr auto six = R"({"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]})";
  EXPECT_EQ(problem_of(six), "FilterPolicy: Filter policy can not have more than 5 keys");
  EXPECT_EQ(problem_of(R"({"a":[1],"b":[1],"c":[1],"d":[1],"e":[1]})"), "");
}

TEST(filter_problem, a_policy_has_150_combinations) {
  constexpr auto complex = "FilterPolicy: Filter policy is too complex";
  EXPECT_EQ(problem_of("{" + values("a", 150) + "}"), "");
  EXPECT_EQ(problem_of("{" + values("a", 151) + "}"), complex);
  EXPECT_EQ(problem_of("{" + values("a", 15) + "," + values("b", 10) + "}"), "");
  EXPECT_EQ(problem_of("{" + values("a", 100) + "," + values("b", 51) + "}"), complex);
  // Of nested keys the depth counts as well: 3 x 4 x 2 x 3 x 3.
  EXPECT_EQ(problem_of(R"({"a":{"b":{)" + values("c", 4) + R"(}},"d":{)" + values("e", 3) + "}," +
                       values("f", 3) + "}"),
            complex);
  EXPECT_EQ(problem_of(R"({"a":{"b":{)" + values("c", 4) + R"(}},"d":{)" + values("e", 3) + "}}"),
            "");
}

TEST(filter_problem, each_way_through_the_ors_counts) {
  constexpr auto complex = "FilterPolicy: Filter policy is too complex";
  const auto policy = [](int source, int name, int type, int id, int space) {
    return "{" + values("source", source) + R"(,"$or":[{)" + values("name", name) + "},{" +
           values("type", type) + R"(,"$or":[{)" + values("id", id) + "},{" +
           values("space", space) + "}]}]}";
  };
  EXPECT_EQ(problem_of(policy(4, 6, 4, 4, 4)), complex);  // 24 + 64 + 64
  EXPECT_EQ(problem_of(policy(3, 6, 4, 4, 7)), "");       // 18 + 48 + 84
  std::string ways = R"({"a":[1]})";
  for (int i = 0; i < 40; ++i) {
    ways = R"({"$or":[)" + ways + R"(,{"b":[1],"$or":[{"c":[1]},{"d":[1]}]}]})";
  }
  EXPECT_EQ(problem_of(ways), "");  // 81
  ways = R"({"a":[1]})";
  for (int i = 0; i < 40; ++i) {
    ways = R"({"$or":[{"b":[1]},{"c":[1]}],"x":)" + ways + "}";
  }
  EXPECT_EQ(problem_of(ways), complex);  // 2^40
}

TEST(filter_problem, wildcards_have_points) {
  constexpr auto complex = "FilterPolicy: Filter policy is too complex";
  const auto patterns = [](const char* pattern, int count) {
    std::string out = R"({"a":[)";
    for (int i = 0; i < count; ++i) out += std::string(i == 0 ? "" : ",") + pattern;
    return out + "]}";
  };
  EXPECT_EQ(problem_of(patterns(R"({"wildcard":"a*"})", 10)), "");       // 10 points x 10
  EXPECT_EQ(problem_of(patterns(R"({"wildcard":"a*"})", 11)), complex);  // 11 x 11
  EXPECT_EQ(problem_of(patterns(R"({"wildcard":"a*b*"})", 4)), "");      // 24 x 4
  EXPECT_EQ(problem_of(patterns(R"({"wildcard":"a*b*"})", 5)), complex);
  EXPECT_EQ(problem_of(patterns(R"({"anything-but":"a"})", 20)), "");  // no wildcard at all
  EXPECT_NE(problem_of(patterns(R"({"wildcard":"*a*b*c*"})", 1)), "");
}

TEST(filter_problem, numbers_have_a_range) {
  EXPECT_EQ(problem_of(R"({"a":[{"numeric":["=",1000000000]}]})"), "");
  EXPECT_NE(problem_of(R"({"a":[{"numeric":["=",1000000001]}]})"), "");
  EXPECT_NE(problem_of(R"({"a":[{"numeric":["<",-1e10]}]})"), "");
  EXPECT_EQ(problem_of(R"({"a":[123456789012]})"),
            "");  // a number that is only compared as spelled
}
