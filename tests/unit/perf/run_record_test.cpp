// Writes a record into a temporary directory and reads it back.

#include "results/run_record.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace millrace::perf {
namespace {

namespace fs = std::filesystem;

class run_record_files : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("millrace_record_" + std::to_string(getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  static run_record example() {
    run_record record("unit_test");
    record.add_parameter("body_bytes", "64");
    record.add_metric({.name = "rate",
                       .value = 5,
                       .unit = "1/s",
                       .direction = better::higher,
                       .low = 4,
                       .high = 6,
                       .samples = {4, 5, 6}});
    record.add_metric({.name = "cost", .value = NAN, .unit = "ns", .direction = better::lower});
    record.add_goal({.name = "rate_goal", .value = 5, .relation = ">=", .bound = 4});
    record.add_note("An example.");
    return record;
  }

  fs::path root_;
};

TEST_F(run_record_files, run_json_holds_what_was_recorded) {
  const std::string id = example().write(root_);
  const auto run = nlohmann::json::parse(read(root_ / id / "run.json"));
  EXPECT_EQ(run["schema"], "millrace.run/1");
  EXPECT_EQ(run["id"], id);
  EXPECT_EQ(run["parameters"]["body_bytes"], "64");
  EXPECT_EQ(run["metrics"][0]["interval"]["high"], 6);
  EXPECT_EQ(run["metrics"][0]["samples"].size(), 3u);
  EXPECT_TRUE(run["metrics"][1]["value"].is_null()) << "JSON has no NaN";
  EXPECT_EQ(run["goals"][0]["met"], true);
  EXPECT_EQ(run["notes"][0], "An example.");
  const auto env = nlohmann::json::parse(read(root_ / id / "env.json"));
  EXPECT_EQ(env["env_key"], run["env_key"]);
  EXPECT_EQ(env["env_key"], environment_key(probe_environment()));
}

TEST_F(run_record_files, points_seconds_and_the_instrument_are_kept) {
  run_record record = example();
  record.add_point({.series = "send",
                    .offered_per_second = 1000,
                    .achieved_per_second = 999,
                    .withheld = {},
                    .percentiles = {{.percent = 99, .ns = 50, .low_ns = 40, .high_ns = 60},
                                    {.percent = 99.9, .ns = 90}},
                    .max_ns = 100});
  record.add_point({.series = "send",
                    .offered_per_second = 2000,
                    .achieved_per_second = 1000,
                    .withheld = "saturated",
                    .percentiles = {},
                    .samples = 4,
                    .lost = 1});
  record.set_instrument({.ns_per_message = 1.5, .percent = 0.5, .stamped_one_in = 16});
  disturbance stolen;
  stolen.seconds = 1;
  stolen.steal_percent = 5;
  record.add_second({.at_s = 1, .counts = {.offered = 10, .sent = 9, .done = 8}, .noise = {}});
  record.add_second(
      {.at_s = 2, .counts = {.sent = 19}, .noise = stolen, .resident_bytes = 123'456});
  const std::string id = record.write(root_);
  const auto run = nlohmann::json::parse(read(root_ / id / "run.json"));
  EXPECT_EQ(run["points"][0]["percentiles"][0]["interval"]["low"], 40);
  EXPECT_FALSE(run["points"][0]["percentiles"][1].contains("interval"));
  EXPECT_EQ(run["points"][1]["withheld"], "saturated");
  EXPECT_FALSE(run["points"][1].contains("percentiles"));
  EXPECT_EQ(run["points"][1]["checks"]["lost"], 1);
  EXPECT_EQ(run["instrument"]["stamped_one_in"], 16);
  EXPECT_EQ(run["series"]["rows"], 2);
  EXPECT_EQ(run["series"]["contaminated"], 1);
  const auto rows = parse_series(read(root_ / id / "series.csv"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].counts.sent, 19u);
  EXPECT_EQ(rows[1].at_s, 2);
  EXPECT_EQ(rows[1].noise.steal_percent, 5);
  EXPECT_EQ(rows[1].resident_bytes, 123'456u);
}

TEST_F(run_record_files, a_point_that_is_withheld_has_no_percentiles) {
  run_record record = example();
  EXPECT_THROW(
      record.add_point(
          {.series = "send", .withheld = "saturated", .percentiles = {{.percent = 99, .ns = 50}}}),
      std::invalid_argument);
}

TEST_F(run_record_files, every_member_is_in_the_committed_schema_and_every_required_one_is_there) {
  const std::string id = example().write(root_);
  const auto run = nlohmann::json::parse(read(root_ / id / "run.json"));
  const auto schema = nlohmann::json::parse(read(MILLRACE_RUN_SCHEMA));
  for (const auto& [name, value] : run.items()) {
    EXPECT_TRUE(schema["properties"].contains(name)) << name;
  }
  for (const auto& name : schema["required"]) EXPECT_TRUE(run.contains(name)) << name;
  for (const auto& name : schema["properties"]["metrics"]["items"]["required"]) {
    EXPECT_TRUE(run["metrics"][1].contains(name)) << name;
  }
}

TEST_F(run_record_files, the_index_gains_one_line_a_run) {
  const std::string first = example().write(root_);
  run_record missed = example();
  missed.add_goal({.name = "too_high", .value = 1, .relation = ">=", .bound = 2});
  missed.set_headline({"rate", "cost"});
  const std::string second = missed.write(root_);
  std::ifstream index(root_ / "index.jsonl");
  std::string line;
  ASSERT_TRUE(std::getline(index, line));
  auto entry = nlohmann::json::parse(line);
  EXPECT_EQ(entry["id"], first);
  EXPECT_EQ(entry["goals_met"], true);
  EXPECT_EQ(entry["headline"].size(), 1u);
  ASSERT_TRUE(std::getline(index, line));
  entry = nlohmann::json::parse(line);
  EXPECT_EQ(entry["id"], second);
  EXPECT_EQ(entry["goals_met"], false);
  EXPECT_EQ(entry["headline"].size(), 2u);
  EXPECT_FALSE(std::getline(index, line));
}

TEST_F(run_record_files, the_workload_hash_follows_the_parameters) {
  run_record other = example();
  other.add_parameter("batch", "10");
  const auto a = nlohmann::json::parse(read(root_ / example().write(root_) / "run.json"));
  const auto b = nlohmann::json::parse(read(root_ / example().write(root_) / "run.json"));
  const auto c = nlohmann::json::parse(read(root_ / other.write(root_) / "run.json"));
  EXPECT_EQ(a["workload_sha256"], b["workload_sha256"]);
  EXPECT_NE(a["workload_sha256"], c["workload_sha256"]);
}

TEST_F(run_record_files, an_attachment_lies_beside_the_record) {
  run_record record = example();
  record.add_attachment("raw.txt", "figures");
  EXPECT_EQ(read(root_ / record.write(root_) / "raw.txt"), "figures");
}

TEST_F(run_record_files, a_root_that_cannot_be_written_is_an_error_with_its_name) {
  std::ofstream(root_) << "a file where a directory is needed";
  try {
    (void)example().write(root_);
    FAIL() << "writing under a file succeeded";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(root_.string()), std::string::npos);
  }
}

TEST(run_record, loss_reported_by_the_run_makes_it_invalid) {
  run_record record("unit_test");
  record.set_facts({.lost = 1});
  EXPECT_EQ(record.verdict().value, trust::invalid);
}

TEST(run_record, an_ungated_goal_may_be_missed) {
  run_record record("unit_test");
  record.add_goal({.name = "n", .value = 1, .relation = ">=", .bound = 2, .gated = false});
  EXPECT_TRUE(record.all_gated_goals_met());
  record.add_goal({.name = "g", .value = 3, .relation = "<=", .bound = 2});
  EXPECT_FALSE(record.all_gated_goals_met());
}

}  // namespace
}  // namespace millrace::perf
