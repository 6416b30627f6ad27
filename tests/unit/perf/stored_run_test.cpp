// What run_record writes is read back; and every record that the repository holds can be read.

#include "results/stored_run.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

#include "hist/hlog.hpp"

namespace millrace::perf {
namespace {

namespace fs = std::filesystem;

class stored_runs : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("millrace_stored_" + std::to_string(getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  static run_record example(const std::string& suite = "unit_test") {
    run_record record(suite);
    record.add_parameter("body_bytes", "64");
    record.add_metric({.name = "rate",
                       .value = 5,
                       .unit = "1/s",
                       .direction = better::higher,
                       .low = 4,
                       .high = 6,
                       .samples = {4, 5, 6}});
    record.add_metric({.name = "cost", .value = NAN, .unit = "ns"});
    record.add_point({.series = "send",
                      .offered_per_second = 1000,
                      .achieved_per_second = 999,
                      .withheld = {},
                      .percentiles = {{.percent = 99, .ns = 50, .low_ns = 40, .high_ns = 60}},
                      .max_ns = 100,
                      .samples = 77});
    record.add_point(
        {.series = "send", .offered_per_second = 2000, .withheld = "saturated", .percentiles = {}});
    record.add_second({.at_s = 1, .counts = {.offered = 10, .sent = 9, .done = 8}, .noise = {}});
    histogram values;
    for (std::uint64_t i = 1; i < 1000; ++i) values.record(i * 1000);
    hlog_writer log(0);
    log.add(0, 1, values, "");
    log.add(1, 1, values, "");
    record.add_attachment("send.hlog", log.text());
    return record;
  }

  fs::path root_;
};

TEST_F(stored_runs, what_was_recorded_is_read_back) {
  const std::string id = example().write(root_);
  const stored_run run = read_run(root_ / id);
  EXPECT_EQ(run.id, id);
  EXPECT_EQ(run.suite, "unit_test");
  ASSERT_EQ(run.metrics.size(), 2u);
  EXPECT_EQ(run.metrics[0].high, 6);
  EXPECT_EQ(run.metrics[0].samples.size(), 3u);
  EXPECT_EQ(run.metrics[0].direction, better::higher);
  EXPECT_TRUE(std::isnan(run.metrics[1].value));
  ASSERT_EQ(run.points.size(), 2u);
  EXPECT_EQ(run.points[0].percentiles[0].low_ns, 40);
  EXPECT_EQ(run.points[0].samples, 77u);
  EXPECT_EQ(run.points[1].withheld, "saturated");
  ASSERT_EQ(run.seconds.size(), 1u);
  EXPECT_EQ(run.seconds[0].counts.sent, 9u);
  ASSERT_EQ(run.histograms.size(), 1u);
  EXPECT_EQ(run.histograms[0].name, "send");
  EXPECT_EQ(run.histograms[0].values.count(), 1998u);
  EXPECT_EQ(run.workload_sha256, workload_hash(run.suite, run.parameters));
  environment env;
  env.identity = run.identity;
  EXPECT_EQ(environment_key(env), run.env_key);
}

TEST_F(stored_runs, a_run_is_found_by_its_beginning_or_as_the_newest_of_its_suite) {
  const std::string first = example("alpha").write(root_);
  const std::string second = example("beta").write(root_);
  EXPECT_EQ(find_run(root_, first), first);
  EXPECT_EQ(find_run(root_, "latest:alpha"), first);
  EXPECT_EQ(find_run(root_, "latest:beta"), second);
  EXPECT_THROW((void)find_run(root_, "2"), std::runtime_error) << "two runs begin so";
  EXPECT_THROW((void)find_run(root_, "latest:gamma"), std::runtime_error);
  EXPECT_THROW((void)find_run(root_, "x"), std::runtime_error);
}

TEST_F(stored_runs, a_damaged_file_is_told_by_its_path) {
  const std::string id = example().write(root_);
  for (const char* name : {"run.json", "env.json", "series.csv", "send.hlog"}) {
    const fs::path path = root_ / id / name;
    fs::rename(path, path.string() + ".kept");
    std::ofstream(path) << "at_s\nno number\n";
    try {
      (void)read_run(root_ / id);
      ADD_FAILURE() << name;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
    fs::rename(path.string() + ".kept", path);
  }
  EXPECT_EQ(read_run(root_ / id).id, id);
}

TEST(committed_records, all_are_readable_and_in_the_index) {
  const fs::path root(MILLRACE_RESULTS);
  const auto index = read_index(root);
  ASSERT_GT(index.size(), 10u);
  for (const index_entry& entry : index) {
    const stored_run run = read_run(root / entry.id);
    EXPECT_EQ(run.id, entry.id);
    EXPECT_EQ(run.suite, entry.suite);
    EXPECT_EQ(run.verdict, entry.trust);
    EXPECT_FALSE(run.metrics.empty()) << entry.id;
  }
}

}  // namespace
}  // namespace millrace::perf
