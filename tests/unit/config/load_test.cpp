// What millraced runs with: layers, refusals and reloads.
#include "config/load.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

namespace {

using namespace millrace::config;
using words = std::vector<const char*>;

class settings_file {
 public:
  explicit settings_file(const std::string& text) {
    path_ = testing::TempDir() + "millrace_" + std::to_string(::getpid()) + "_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml";
    write(text);
  }
  ~settings_file() { std::filesystem::remove(path_); }
  settings_file(const settings_file&) = delete;
  settings_file& operator=(const settings_file&) = delete;

  void write(const std::string& text) { std::ofstream(path_, std::ios::trunc) << text; }
  [[nodiscard]] const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

or_error<loaded> load_from(const words& arguments, words variables = {}) {
  variables.push_back(nullptr);
  return load(arguments, variables.data());
}

void expect_refused(const or_error<loaded>& outcome, std::initializer_list<const char*> parts) {
  EXPECT_FALSE(outcome.value.has_value());
  for (const char* part : parts) {
    EXPECT_NE(outcome.error.find(part), std::string::npos) << outcome.error << " lacks " << part;
  }
}

TEST(load, without_anything_gives_the_defaults) {
  or_error<loaded> out = load_from({});
  ASSERT_TRUE(out) << out.error;
  EXPECT_EQ(out->what, action::run);
  for (const millrace::option_row& row : settings_table()) {
    EXPECT_EQ(get_setting(out->chosen, row.name), row.fallback) << row.name;
  }
}

TEST(load, flags_win_over_environment_and_environment_over_file) {
  const settings_file file("port = 1001\nlog-level = \"debug\"\nlimits = \"aws\"\n");
  or_error<loaded> out = load_from({"--config", file.path(), "--port", "1003"},
                                   {"MILLRACE_PORT=1002", "MILLRACE_LOG_LEVEL=error", "PATH=/bin"});
  ASSERT_TRUE(out) << out.error;
  EXPECT_EQ(out->chosen.port, 1003);
  EXPECT_EQ(out->chosen.level, log_level::error);
  EXPECT_EQ(out->chosen.engine.limits, millrace::limits_profile::aws);
}

TEST(load, environment_can_name_the_file) {
  const settings_file file("port = 1001\n");
  const std::string variable = std::string("MILLRACE_CONFIG=") + file.path();
  or_error<loaded> out = load_from({}, {variable.c_str()});
  ASSERT_TRUE(out) << out.error;
  EXPECT_EQ(out->chosen.port, 1001);
}

TEST(load, value_out_of_range_names_place_option_and_range) {
  const settings_file file("log-level = \"warn\"\nport = 99999\n");
  const std::string where = std::string(file.path()) + ":2";
  expect_refused(load_from({"--config", file.path()}),
                 {where.c_str(), "port", "99999", "1 to 65535"});
  expect_refused(load_from({"--port", "-1"}), {"--port", "-1", "1 to 65535"});
  expect_refused(load_from({}, {"MILLRACE_PORT=tcp://10.0.0.1:4566"}),
                 {"MILLRACE_PORT", "tcp://10.0.0.1:4566", "1 to 65535"});
  expect_refused(load_from({"--limits", "none"}), {"--limits", "open or aws"});
}

TEST(load, a_bad_value_is_refused_even_if_a_higher_layer_overrides_it) {
  expect_refused(load_from({"--port", "1"}, {"MILLRACE_PORT=zero"}), {"MILLRACE_PORT"});
}

TEST(load, unknown_key_names_its_line) {
  const settings_file file("\n# text\nprot = 1\n");
  const std::string where = std::string(file.path()) + ":3";
  expect_refused(load_from({"--config", file.path()}), {where.c_str(), "prot", "no option"});
}

TEST(load, unknown_flag_missing_value_and_stray_word_are_refused) {
  expect_refused(load_from({"--prot", "1"}), {"--prot", "--help"});
  expect_refused(load_from({"--port"}), {"--port"});
  expect_refused(load_from({"orders"}), {"orders"});
  expect_refused(load_from({"--port", "1", "--port", "2"}), {"--port"});
}

TEST(load, unknown_variable_is_only_a_warning) {
  or_error<loaded> out = load_from({}, {"MILLRACE_PROT=1"});
  ASSERT_TRUE(out) << out.error;
  ASSERT_EQ(out->warnings.size(), 1U);
  EXPECT_NE(out->warnings[0].find("MILLRACE_PROT"), std::string::npos);
}

TEST(load, files_that_are_missing_no_toml_or_nested_are_refused) {
  expect_refused(load_from({"--config", "/nonexistent/millrace.toml"}),
                 {"/nonexistent/millrace.toml", "No such file"});
  const settings_file broken("port = = 1\n");
  const std::string line_one = std::string(broken.path()) + ":1";
  expect_refused(load_from({"--config", broken.path()}), {line_one.c_str()});
  const settings_file nested("[server]\nport = 1\n");
  expect_refused(load_from({"--config", nested.path()}), {":1", "server", "must be"});
  const settings_file twice("port = 1\nport = 2\n");
  expect_refused(load_from({"--config", twice.path()}), {":2"});
  expect_refused(load_from({"--config", "/"}), {"/"});
}

TEST(load, auth_off_listens_on_loopback_only) {
  expect_refused(load_from({"--host", "0.0.0.0"}), {"auth", "0.0.0.0", "loopback"});
  expect_refused(load_from({}, {"MILLRACE_HOST=192.168.1.2"}), {"loopback"});
  EXPECT_TRUE(load_from({"--host", "127.0.0.2"}));
  expect_refused(load_from({"--host", "127.0.0.1.evil"}), {"--host", "IPv4"});
  expect_refused(load_from({"--auth", "sigv4"}), {"--auth", "off"});
}

TEST(load, durability_without_a_data_directory_is_refused_in_words) {
  expect_refused(load_from({"--durability", "disk"}), {"durability", "data"});
}

TEST(load, flag_needs_no_value_and_the_file_gives_it_as_a_boolean) {
  or_error<loaded> out = load_from({"--virtual-time"});
  ASSERT_TRUE(out) << out.error;
  EXPECT_EQ(out->chosen.engine.clock, millrace::clock_mode::virtual_time);
  const settings_file file("virtual-time = true\nmemory-max = \"4GiB\"\n");
  or_error<loaded> from_file = load_from({"--config", file.path()});
  ASSERT_TRUE(from_file) << from_file.error;
  EXPECT_EQ(from_file->chosen.engine.clock, millrace::clock_mode::virtual_time);
  EXPECT_EQ(from_file->chosen.engine.memory_max, std::uint64_t{4} << 30);
}

TEST(load, help_and_version_work_beside_bad_settings) {
  EXPECT_EQ(load_from({"--help", "--port", "x"})->what, action::help);
  EXPECT_EQ(load_from({"-h"})->what, action::help);
  EXPECT_EQ(load_from({"--version"}, {"MILLRACE_PORT=x"})->what, action::version);
  EXPECT_EQ(load_from({"--print-config"})->what, action::print_config);
  expect_refused(load_from({"--check-config", "--port", "x"}), {"--port"});
}

TEST(load, embedder_options_are_not_the_server_s) {
  expect_refused(load_from({"--threading", "own"}), {"--threading"});
  const settings_file file("clients-max = 3\n");
  expect_refused(load_from({"--config", file.path()}), {"clients-max", "no option"});
}

TEST(reload, applies_reloadable_rows_and_names_those_that_need_a_restart) {
  settings_file file("log-level = \"info\"\nport = 1001\n");
  or_error<loaded> out = load_from({"--config", file.path()});
  ASSERT_TRUE(out) << out.error;
  file.write("log-level = \"debug\"\nport = 1002\n");
  or_error<reloaded> again = reload(*out, out->chosen);
  ASSERT_TRUE(again) << again.error;
  EXPECT_EQ(again->applied, std::vector<std::string>{"log-level"});
  EXPECT_EQ(again->needs_restart, std::vector<std::string>{"port"});
  EXPECT_EQ(again->chosen.level, log_level::debug);
  EXPECT_EQ(again->chosen.port, 1001);
}

TEST(reload, refuses_the_whole_file_on_any_error) {
  settings_file file("log-level = \"info\"\n");
  or_error<loaded> out = load_from({"--config", file.path()});
  ASSERT_TRUE(out) << out.error;
  file.write("log-level = \"debug\"\nport = 0x1FFFF\n");
  or_error<reloaded> again = reload(*out, out->chosen);
  EXPECT_FALSE(again.value.has_value());
  EXPECT_NE(again.error.find(":2"), std::string::npos) << again.error;
}

TEST(reload, flags_still_win_over_the_file) {
  settings_file file("");
  or_error<loaded> out = load_from({"--config", file.path(), "--log-level", "error"});
  ASSERT_TRUE(out) << out.error;
  file.write("log-level = \"debug\"\n");
  or_error<reloaded> again = reload(*out, out->chosen);
  ASSERT_TRUE(again) << again.error;
  EXPECT_TRUE(again->applied.empty());
  EXPECT_EQ(again->chosen.level, log_level::error);
}

TEST(reload, without_a_file_is_refused) {
  or_error<loaded> out = load_from({});
  EXPECT_FALSE(reload(*out, out->chosen));
}

}  // namespace
