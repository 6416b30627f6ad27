// What is made from the settings table: help, a settings file that reads back, docs/options.md.
#include "config/render.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "config/load.hpp"

namespace {

using namespace millrace::config;

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(help_text, names_every_option_in_less_than_100_columns) {
  const std::string help = help_text();
  for (const millrace::option_row& row : settings_table()) {
    EXPECT_NE(help.find("\n  --" + std::string(row.name)), std::string::npos) << row.name;
  }
  std::size_t begin = 0;
  for (std::size_t end = help.find('\n'); end != std::string::npos; end = help.find('\n', begin)) {
    EXPECT_LE(end - begin, 100U) << help.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(config_text, reads_back_as_the_same_settings) {
  settings chosen;
  ASSERT_TRUE(set_setting(chosen, "port", "8080"));
  ASSERT_TRUE(set_setting(chosen, "memory-max", "1GiB"));
  ASSERT_TRUE(set_setting(chosen, "seed", "18446744073709551615"));
  ASSERT_TRUE(set_setting(chosen, "virtual-time", "true"));
  ASSERT_TRUE(set_setting(chosen, "log-level", "warn"));
  const std::string path = testing::TempDir() + "millrace_" + std::to_string(::getpid()) + ".toml";
  std::ofstream(path) << config_text(chosen);
  const char* const arguments[] = {"--config", path.c_str()};
  or_error<loaded> out = load(arguments, nullptr);
  std::filesystem::remove(path);
  ASSERT_TRUE(out) << out.error;
  for (const millrace::option_row& row : settings_table()) {
    EXPECT_EQ(get_setting(out->chosen, row.name), get_setting(chosen, row.name)) << row.name;
  }
}

TEST(config_text, quotes_what_toml_would_misread) {
  settings chosen;
  chosen.engine.data_dir = "a\"b\\c\nd";
  EXPECT_NE(config_text(chosen).find("data = \"a\\\"b\\\\c\\u000Ad\"\n"), std::string::npos);
}

TEST(address_text, is_a_url_and_empty_while_the_port_is_open) {
  EXPECT_EQ(address_text(settings{}), "http://127.0.0.1:4566");
  settings any;
  any.port = 0;
  EXPECT_EQ(address_text(any), "");
}

TEST(options_page, is_the_committed_one) {
  EXPECT_EQ(options_page(), text_of(MILLRACE_OPTIONS_PAGE))
      << "an option changed: run scripts/generate-options";
}

TEST(limits_page, is_the_committed_one) {
  EXPECT_EQ(limits_page(), text_of(MILLRACE_LIMITS_PAGE))
      << "a limit changed: run scripts/generate-options";
}

}  // namespace
