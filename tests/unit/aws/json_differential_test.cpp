// read_json against simdjson on damaged and random documents: both accept the same texts, except
// where the reader is bounded or typed, and read the same strings.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>

#include "aws/json_reader.hpp"
#include "aws/json_writer.hpp"
#include "aws/tables/sqs.hpp"
#include "padded.hpp"

namespace millrace::aws {
namespace {

using test::padded;
namespace send = sqs::send_message_request;

std::string random_json(std::mt19937& random, int depth) {
  static const char* const strings[] = {"\"\"",
                                        "\"a\"",
                                        "\"\\u00e9\\n\"",
                                        "\"\xc3\xa9\xf0\x9f\x98\x80\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"long enough to cross a vector\""};
  static const char* const numbers[] = {"0", "-1", "12.5", "1e5", "-0.0E-2", "123456789"};
  static const char* const words[] = {"true", "false", "null"};
  switch (depth > 4 ? random() % 3 : random() % 5) {
    case 0: return strings[random() % 6];
    case 1: return numbers[random() % 6];
    case 2: return words[random() % 3];
    default: break;
  }
  const bool object = random() % 2 == 0;
  std::string text(1, object ? '{' : '[');
  const unsigned count = random() % 4;
  for (unsigned i = 0; i < count; ++i) {
    if (i != 0) text += random() % 2 == 0 ? "," : " ,\n";
    if (object) {
      text += strings[random() % 6];
      text += ':';
    }
    text += random_json(random, depth + 1);
  }
  return text += object ? '}' : ']';
}

void damage(std::mt19937& random, std::string& text) {
  static constexpr std::string_view spice = "\"\\{}[],:0eE+-.u \n\xc3\xff";
  for (unsigned count = random() % 3; count != 0 && !text.empty(); --count) {
    const std::size_t at = random() % text.size();
    switch (random() % 3) {
      case 0: text[at] = spice[random() % spice.size()]; break;
      case 1: text.erase(at, 1); break;
      default: text.insert(at, 1, spice[random() % spice.size()]); break;
    }
  }
}

/// An exponent of three digits: simdjson refuses numbers that no double holds, JSON does not.
bool beyond_doubles(std::string_view text) {
  const auto digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != 'e') continue;
    const std::size_t first = i + (digit(i + 1) ? 1 : 2);
    if (digit(first) && digit(first + 1) && digit(first + 2)) return true;
  }
  return false;
}

TEST(json_differential, accepts_what_simdjson_accepts_in_unknown_members) {
  std::mt19937 random(20261123);
  simdjson::dom::parser reference;
  document into;
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text = "{\"x\":";
    text += random_json(random, 0);
    text += '}';
    damage(random, text);
    if (text.empty() || text[0] != '{' || beyond_doubles(text)) continue;
    const padded body(text);
    simdjson::dom::element element;
    const bool expected = reference.parse(text).get(element) == simdjson::SUCCESS;
    const decode_result got =
        read_json(into, sqs::model, sqs::list_queues_request::shape, body.view());
    ASSERT_EQ(static_cast<bool>(got), expected)
        << text << " status " << static_cast<int>(got.status);
    accepted += expected ? 1 : 0;
  }
  EXPECT_GT(accepted, 20'000);
  EXPECT_LT(accepted, 90'000);
}

TEST(json_differential, reads_the_strings_that_simdjson_reads) {
  std::mt19937 random(7);
  simdjson::dom::parser reference;
  document into;
  for (int round = 0; round < 50'000; ++round) {
    std::string content;
    for (unsigned count = random() % 40; count != 0; --count) {
      static const char* const parts[] = {"a",
                                          "\\n",
                                          "\\\"",
                                          "\\\\",
                                          "\\u0041",
                                          "\\u20ac",
                                          "\xc3\xa9",
                                          "\\ud83d\\ude00",
                                          "0123456789abcdef",
                                          "\\/",
                                          "\xf0\x9f\x98\x80",
                                          "\\ud83d"};
      content += parts[random() % (round % 4 == 0 ? 12 : 11)];
    }
    std::string text = "{\"QueueUrl\":\"\",\"MessageBody\":\"";
    text += content;
    text += "\"}";
    const padded body(text);
    simdjson::dom::element element;
    const bool expected = reference.parse(text).get(element) == simdjson::SUCCESS;
    const decode_result got = read_json(into, sqs::model, send::shape, body.view());
    ASSERT_EQ(static_cast<bool>(got), expected) << text;
    if (!expected) continue;
    ASSERT_EQ(into[send::message_body].text(), std::string_view(element["MessageBody"])) << text;
  }
}

TEST(json_differential, written_strings_read_back) {
  std::mt19937 random(8);
  simdjson::dom::parser reference;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned count = random() % 60; count != 0; --count) {
      static const char* const parts[] = {"plain text of some length", "\xc3\xa9",
                                          "\xf0\x9f\x98\x80"};
      if (random() % 3 == 0) {
        text += parts[random() % 3];
      } else {
        text += static_cast<char>(random() % 128);
      }
    }
    http::send_buffer out(16);
    append_json_string(out, text);
    simdjson::dom::element element;
    ASSERT_EQ(reference.parse(out.data(), out.size()).get(element), simdjson::SUCCESS)
        << out.view();
    ASSERT_EQ(std::string_view(element), text);
  }
}

}  // namespace
}  // namespace millrace::aws
