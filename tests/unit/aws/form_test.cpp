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
  std::string_view out;
  ASSERT_TRUE(decode_form_text(text, memory, out));
  EXPECT_EQ(out.data(), text.data());
  EXPECT_EQ(out, text);
  EXPECT_EQ(memory.held_bytes(), 0u);
}

TEST(form_text, is_decoded) {
  arena memory;
  std::string_view out;
  ASSERT_TRUE(decode_form_text("a+b%20c%2B%c3%A9%00+", memory, out));
  EXPECT_EQ(out, std::string_view("a b c+\xc3\xa9\0 ", 10));
  std::string_view other;
  ASSERT_TRUE(decode_form_text("%41", memory, other));
  EXPECT_EQ(other, "A");
  EXPECT_EQ(out.substr(0, 3), "a b");
}

TEST(form_text, refuses_broken_escapes) {
  arena memory;
  std::string_view out;
  for (const std::string_view text :
       {"%", "a%4", "%4g", "%g4", "%%41", "%+1", "%-1", "%\xff\xff"}) {
    EXPECT_FALSE(decode_form_text(text, memory, out)) << text;
  }
}

TEST(form, is_searched_for_a_name) {
  EXPECT_EQ(find_in_form("Action=A&Version=v", "Version").text, "v");
  EXPECT_EQ(find_in_form("Action=A&action=B&XAction=C", "Action").count, 1u);
  EXPECT_EQ(find_in_form("Action=A&Action=B", "Action").text, "A");
  EXPECT_EQ(find_in_form("Action=A&Action=B", "Action").count, 2u);
  EXPECT_EQ(find_in_form("a=Action", "Action").count, 0u);
}

}  // namespace
}  // namespace millrace::aws
