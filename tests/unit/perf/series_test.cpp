// The time line as text and back, and which rows count as contaminated.

#include "results/series.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "results/trust.hpp"

namespace millrace::perf {
namespace {

series_row example() {
  series_row row;
  row.at_s = 1.0025;
  row.counts = {.offered = 1000,
                .sent = 999,
                .done = 998,
                .backlog = 7,
                .p50_ns = 1500.5,
                .p99_ns = 2e6,
                .schedule_lag_p99_ns = 800};
  row.noise = {.seconds = 1.0025,
               .steal_percent = 0.25,
               .pressure_percent = 3,
               .involuntary_switches_per_second = 2,
               .has_pressure = true};
  row.mhz = 2300.5;
  row.resident_bytes = 5'000'000'000;
  return row;
}

TEST(series, what_is_written_is_read_again) {
  const auto rows = parse_series(to_csv({example(), example()}, false));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].at_s, 1.0025);
  EXPECT_EQ(rows[1].counts.sent, 999u);
  EXPECT_EQ(rows[1].counts.backlog, 7u);
  EXPECT_EQ(rows[1].counts.p50_ns, 1500.5);
  EXPECT_EQ(rows[1].noise.steal_percent, 0.25);
  EXPECT_EQ(rows[1].noise.involuntary_switches_per_second, 2);
  EXPECT_EQ(rows[1].mhz, 2300.5);
  EXPECT_EQ(rows[1].resident_bytes, 5'000'000'000u);
}

TEST(series, a_column_of_a_later_version_is_passed_over) {
  const auto rows = parse_series("at_s,colour,sent\n2,3,4\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at_s, 2);
  EXPECT_EQ(rows[0].counts.sent, 4u);
}

TEST(series, what_cannot_be_read_is_refused_with_its_line) {
  for (const char* text :
       {"at_s,sent\n1,2\n1\n", "at_s,sent\n1,2\n1,x\n", "at_s,sent\n1,2\n1,2z\n"}) {
    try {
      (void)parse_series(text);
      FAIL() << text;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("line 3"), std::string::npos) << error.what();
    }
  }
}

TEST(series, a_row_is_contaminated_by_steal_by_pressure_and_by_switches_of_pinned_threads) {
  EXPECT_FALSE(is_contaminated(example().noise, true));
  series_row row = example();
  row.noise.steal_percent = 2.1;
  EXPECT_TRUE(is_contaminated(row.noise, false));
  row = example();
  row.noise.pressure_percent = 21;
  EXPECT_TRUE(is_contaminated(row.noise, false));
  EXPECT_NE(to_csv({row}, false).find(",1\n"), std::string::npos);
  row = example();
  row.noise.involuntary_switches_per_second = 51;
  EXPECT_FALSE(is_contaminated(row.noise, false));
  EXPECT_TRUE(is_contaminated(row.noise, true));
}

}  // namespace
}  // namespace millrace::perf
