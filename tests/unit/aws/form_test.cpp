// Fields of a form and their decoding.
#include "aws/form.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::aws {
namespace {

std::string fields_of(std::string_view form) {
  std::string all;
  form_reader reader(form);
  form_field field;
  while (reader.next(field)) all.append(field.name).append(":").append(field.value).append(";");
  return all;
}

TEST(form_reader, finds_fields_whatever_stands_between_them) {
  EXPECT_EQ(fields_of(""), "");
  EXPECT_EQ(fields_of("&&&"), "");
  EXPECT_EQ(fields_of("a=1"), "a:1;");
  EXPECT_EQ(fields_of("a=1&b=2&"), "a:1;b:2;");
  EXPECT_EQ(fields_of("&a&b=&=c&d=e=f"), "a:;b:;:c;d:e=f;");
}

TEST(form_text, without_escapes_is_left_where_it_is) {
  arena memory;
  const std::string_view text = "plain/text";
  form_text out;
  ASSERT_TRUE(decode_form_text(text, memory, out));
  EXPECT_EQ(out.bytes.data(), text.data());
  EXPECT_EQ(out.bytes, text);
  EXPECT_EQ(memory.held_bytes(), 0u);
}

TEST(form_text, is_decoded) {
  arena memory;
  form_text out;
  ASSERT_TRUE(decode_form_text("a+b%20c%2B%c3%A9%00+", memory, out));
  EXPECT_EQ(out.bytes, std::string_view("a b c+\xc3\xa9\0 ", 10));
  form_text other;
  ASSERT_TRUE(decode_form_text("%41", memory, other));
  EXPECT_EQ(other.bytes, "A");
  EXPECT_EQ(out.bytes.substr(0, 3), "a b");
}

TEST(form_text, refuses_broken_escapes) {
  arena memory;
  form_text out;
  for (const std::string_view text :
       {"%", "a%4", "%4g", "%g4", "%%41", "%+1", "%-1", "%\xff\xff", "%4\xc1",
        "0123456789abcdefghi%4", "0123456789abcdefghi%4:", "0123456789abcdefghi%/0"}) {
    EXPECT_FALSE(decode_form_text(text, memory, out)) << text;
  }
}

/// As decode_form_text(), a byte at a time.
form_text decoded_slowly(std::string_view encoded, std::string& bytes) {
  form_text out{{}, true};
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    char c = encoded[i] == '+' ? ' ' : encoded[i];
    if (c == '%') {
      c = static_cast<char>(std::stoi(std::string(encoded.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
    bytes += c;
    out.plain = out.plain && c >= 0x20 && static_cast<unsigned char>(c) < 0x80;
  }
  out.bytes = bytes;
  return out;
}

TEST(form_text, is_the_same_wherever_its_bytes_stand) {
  for (const std::string_view one :
       {"a", "%41", "%0a", "%C3", "+", "\x01", "\xe9", "*", "%2f%2B"}) {
    for (std::size_t before = 0; before < 70; ++before) {
      for (const std::size_t behind : {0u, 1u, 15u, 16u, 17u, 64u, 80u}) {
        std::string text = std::string(before, 'x') + std::string(one) + std::string(behind, 'y');
        text.shrink_to_fit();
        arena memory;
        form_text out;
        ASSERT_TRUE(decode_form_text(text, memory, out));
        std::string bytes;
        const form_text wanted = decoded_slowly(text, bytes);
        ASSERT_EQ(out.bytes, wanted.bytes) << text;
        ASSERT_EQ(out.plain, wanted.plain) << text;
        ASSERT_TRUE(decode_form_text("%41" + text, memory, out));
        ASSERT_EQ(out.bytes, "A" + std::string(wanted.bytes)) << text;
        ASSERT_EQ(out.plain, wanted.plain) << text;
      }
    }
  }
}

TEST(form, is_searched_for_a_name) {
  EXPECT_EQ(find_address("Action=A&Version=v").action.text, "A");
  EXPECT_EQ(find_address("Action=A&Version=v").version.text, "v");
  EXPECT_EQ(find_address("Action=A&action=B&XAction=C").action.count, 1u);
  EXPECT_EQ(find_address("Action=A&Action=B").action.text, "A");
  EXPECT_EQ(find_address("Action=A&Action=B").action.count, 2u);
  EXPECT_EQ(find_address("Version=A&Version=B").version.count, 2u);
  EXPECT_EQ(find_address("a=Action&b=Version").action.count, 0u);
}

}  // namespace
}  // namespace millrace::aws
