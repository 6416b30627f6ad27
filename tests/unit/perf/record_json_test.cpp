// What a script may say of a record, and what is refused.

#include "results/record_json.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace millrace::perf {
namespace {

TEST(record_json, a_full_description_is_taken) {
  run_record record("unit_test");
  add_json(record, R"({"parameters":{"a":"1"},
    "metrics":[{"name":"m","value":2,"unit":"1/s","better":"higher",
                "low":1,"high":3,"samples":[1,3]}],
    "goals":[{"name":"g","value":2,"relation":"<=","bound":1}],
    "notes":["n"],"facts":{"lost":1},"headline":["m"],"attachments":{"raw.json":"{}"}})");
  EXPECT_FALSE(record.all_gated_goals_met());
  EXPECT_EQ(record.verdict().value, trust::invalid) << "one message was lost";
}

TEST(record_json, a_slip_is_an_error_that_names_it) {
  const auto message = [](const char* text) -> std::string {
    run_record record("unit_test");
    try {
      add_json(record, text);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(message(R"({"metric":[]})").find("unknown member metric"), std::string::npos);
  EXPECT_NE(message(R"({"metrics":[{"name":"m","unit":"s"}]})").find("value"), std::string::npos);
  EXPECT_NE(message(R"({"metrics":[{"name":"m","value":1,"unit":"s","better":"up"}]})").find("up"),
            std::string::npos);
  EXPECT_NE(
      message(R"({"goals":[{"name":"g","value":1,"relation":"=","bound":1}]})").find("relation"),
      std::string::npos);
  EXPECT_NE(message(R"({"attachments":{"../x":"y"}})").find("../x"), std::string::npos);
  EXPECT_NE(message("[]"), "accepted");
  EXPECT_NE(message("{"), "accepted");
}

}  // namespace
}  // namespace millrace::perf
