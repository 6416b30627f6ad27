// The engine's option table: rows, defaults, ranges and what validate() refuses.
#include <gtest/gtest.h>

#include <millrace/option_table.hpp>
#include <set>
#include <string>

namespace {

using millrace::durability;
using millrace::errc;
using millrace::option_kind;
using millrace::option_row;
using millrace::options;

const option_row& row(std::string_view name) {
  const option_row* found = millrace::find_option(millrace::option_table(), name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

TEST(option_table, default_of_each_row_is_the_default_of_its_member) {
  const options fresh;
  for (const option_row& each : millrace::option_table()) {
    EXPECT_EQ(millrace::get_option(fresh, each.name), each.fallback) << each.name;
    EXPECT_TRUE(millrace::check_option(each, each.fallback)) << each.name;
  }
}

TEST(option_table, each_row_has_a_name_of_its_own_and_a_sentence) {
  std::set<std::string_view> names;
  for (const option_row& each : millrace::option_table()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_TRUE(each.sentence.ends_with('.')) << each.name;
  }
}

// A value other than the default that the row allows.
std::string another_value(const option_row& each) {
  if (each.name == "account-id") return "123456789012";
  switch (each.kind) {
    case option_kind::number:
    case option_kind::bytes: return std::to_string(each.max);
    case option_kind::text: return "other";
    case option_kind::choice: return std::string(each.choices.substr(each.choices.rfind('|') + 1));
    case option_kind::flag: return "true";
  }
  return {};
}

TEST(option_table, setting_one_row_changes_that_row_alone) {
  for (const option_row& each : millrace::option_table()) {
    options changed;
    const std::string value = another_value(each);
    ASSERT_TRUE(millrace::set_option(changed, each.name, value)) << each.name;
    for (const option_row& other : millrace::option_table()) {
      const std::string expected = other.name == each.name ? value : std::string(other.fallback);
      EXPECT_EQ(millrace::get_option(changed, other.name), expected)
          << "after " << each.name << ": " << other.name;
    }
  }
}

TEST(option_table, numbers_outside_their_range_are_refused_and_change_nothing) {
  options target;
  for (const char* bad : {"257", "-1", "", " 1", "1 ", "1.5", "0x10", "1KiB", "one",
                          "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(millrace::set_option(target, "lanes", bad).error(), errc::invalid_option) << bad;
  }
  EXPECT_EQ(target.lanes, 0U);
  EXPECT_TRUE(millrace::set_option(target, "lanes", "256"));
  EXPECT_EQ(target.lanes, 256U);
}

TEST(option_table, zero_is_allowed_only_where_the_row_says_what_it_means) {
  options target;
  EXPECT_TRUE(millrace::set_option(target, "memory-max", "0"));
  EXPECT_EQ(millrace::set_option(target, "client-window", "0").error(), errc::invalid_option);
}

TEST(option_table, sizes_take_a_binary_suffix) {
  options target;
  ASSERT_TRUE(millrace::set_option(target, "memory-max", "4GiB"));
  EXPECT_EQ(target.memory_max, std::uint64_t{4} << 30);
  for (const char* bad : {"4GB", "4gib", "GiB", "4 GiB", "1KiB", "20000000TiB"}) {
    EXPECT_EQ(millrace::set_option(target, "memory-max", bad).error(), errc::invalid_option) << bad;
  }
}

TEST(option_table, unknown_name_is_refused) {
  options target;
  EXPECT_EQ(millrace::set_option(target, "lane", "1").error(), errc::invalid_option);
  EXPECT_EQ(millrace::get_option(target, "lane"), "");
}

TEST(option_table, texts_must_have_their_form) {
  options target;
  for (const char* bad : {"", "12345678901", "1234567890123", "12345678901a"}) {
    EXPECT_FALSE(millrace::set_option(target, "account-id", bad)) << bad;
  }
  for (const char* bad : {"", "EU-WEST-1", "eu west", "1eu", "eu/west"}) {
    EXPECT_FALSE(millrace::set_option(target, "region", bad)) << bad;
  }
  EXPECT_FALSE(millrace::set_option(target, "data", std::string_view("a\0b", 3)));
}

TEST(option_table, allowed_values_are_said_in_words) {
  EXPECT_EQ(millrace::allowed_values(row("limits")), "open or aws");
  EXPECT_EQ(millrace::allowed_values(row("client-window")), "64 to 262144");
  EXPECT_EQ(millrace::allowed_values(row("memory-max")),
            "16MiB to 1024TiB, or 0 for 75 % of what the cgroup, or else the machine, has");
  EXPECT_EQ(millrace::allowed_values(row("account-id")), "twelve digits");
}

TEST(options, defaults_are_valid) { EXPECT_TRUE(options{}.validate()); }

TEST(options, validate_refuses_members_set_out_of_range) {
  EXPECT_EQ(options{.lanes = 257}.validate().error(), errc::invalid_option);
  EXPECT_EQ(options{.memory_max = 1}.validate().error(), errc::invalid_option);
  EXPECT_EQ(options{.client_window = 63}.validate().error(), errc::invalid_option);
  EXPECT_EQ(options{.in_flight_max = 0}.validate().error(), errc::invalid_option);
  EXPECT_EQ(options{.account_id = "x"}.validate().error(), errc::invalid_option);
}

TEST(options, a_level_above_memory_needs_a_data_directory) {
  EXPECT_EQ(options{.level = durability::os}.validate().error(), errc::durability_missing);
  EXPECT_EQ(options{.level = durability::memory}.validate().error(), errc::ok);
  EXPECT_EQ((options{.data_dir = "x", .level = durability::disk}.validate().error()), errc::ok);
  EXPECT_EQ((options{.data_dir = "x", .level = durability::replicated}.validate().error()),
            errc::invalid_option);
}

}  // namespace
