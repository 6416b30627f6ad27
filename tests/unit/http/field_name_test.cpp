// recognise() against every name, in every case, and against its near misses.
#include "http/field_name.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "http/scan.hpp"

namespace millrace::http {
namespace {

field_name recognised(std::string name) {
  const std::size_t size = name.size();
  name.resize(size + 64, ':');
  return recognise(name.data(), size);
}

TEST(field_name, knows_each_name_in_any_case) {
  for (std::size_t i = 1; i < field_name_count; ++i) {
    const auto id = static_cast<field_name>(i);
    std::string name(to_string(id));
    EXPECT_EQ(recognised(name), id) << name;
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(recognised(name), id) << name;
  }
}

TEST(field_name, is_other_for_anything_else) {
  for (std::size_t i = 1; i < field_name_count; ++i) {
    const std::string name(to_string(static_cast<field_name>(i)));
    EXPECT_EQ(recognised(name + "x"), field_name::other);
    EXPECT_EQ(recognised(name.substr(0, name.size() - 1)), field_name::other);
    std::string changed = name;
    changed.back() = changed.back() == 'q' ? 'r' : 'q';
    EXPECT_EQ(recognised(changed), field_name::other) << changed;
  }
  EXPECT_EQ(recognised(std::string(200, 'a')), field_name::other);
}

TEST(scan, only_letters_have_two_cases) {
  for (int a = 0; a < 256; ++a) {
    for (const char lower : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789-")) {
      const std::string text(32, static_cast<char>(a));
      const std::string wanted(32, lower);
      const bool same = a == lower || (a >= 'A' && a <= 'Z' && a + 32 == lower);
      EXPECT_EQ(same_name(text.data(), wanted.data(), 32), same) << a << ' ' << lower;
    }
  }
}

TEST(scan, finds_the_colon_within_256_bytes) {
  for (std::size_t at = 0; at < 300; ++at) {
    std::string text(300 + 64, 'x');
    text[at] = ':';
    const char* hit = find_colon(text.data(), text.data() + 300);
    EXPECT_EQ(hit - text.data(), at < 256 ? static_cast<std::ptrdiff_t>(at) : 256);
    hit = find_colon(text.data(), text.data() + 10);
    EXPECT_EQ(hit - text.data(), at < 10 ? static_cast<std::ptrdiff_t>(at) : 10);
  }
}

TEST(scan, finds_each_control_character_at_each_place) {
  for (int c = 0; c < 256; ++c) {
    const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
    for (std::size_t at = 0; at < 40; ++at) {
      std::string text(40 + 64, 'x');
      text[at] = static_cast<char>(c);
      const char* hit = find_control(text.data(), text.data() + 40);
      EXPECT_EQ(hit - text.data(), control ? static_cast<std::ptrdiff_t>(at) : 40);
    }
  }
}

TEST(scan, does_not_see_what_lies_behind_the_end) {
  const std::string text = "abc\r\n" + std::string(64, '\0');
  EXPECT_EQ(find_control(text.data(), text.data() + 3), text.data() + 3);
}

}  // namespace
}  // namespace millrace::http
