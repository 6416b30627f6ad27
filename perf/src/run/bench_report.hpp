// What `millrace bench` prints: a line a run for people while it goes on, and one JSON object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "run/load_result.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

struct bench_report {
  const bench_workload& plan;
  std::string target = {};  ///< in one sentence
  std::uint64_t seed = 1;
  double stamp_ns = 0;  ///< what a time stamp and its recording cost
  std::vector<std::unique_ptr<load_result>> results = {};
  bool searched = false;
  double max_rate = 0;  ///< of a search; 0: none was borne
};

/// CPU time of one clock reading and one record, measured now.
[[nodiscard]] double measure_stamp_ns();
/// Of the generator's time in a run, in percent: two stamps a message.
[[nodiscard]] double instrument_percent(const bench_report& report, const load_result& result);

[[nodiscard]] std::string text_head(const bench_report& report);
/// A line of the table; what was wrong in lines below it.
[[nodiscard]] std::string text_row(const bench_report& report, const load_result& result);
[[nodiscard]] std::string text_end(const bench_report& report);

[[nodiscard]] std::string report_json(const bench_report& report);

/// 1: wrong answers. 3: nothing to believe: saturated, or errors. 0 otherwise; of several runs, a
/// good one is enough.
[[nodiscard]] int exit_code(const bench_report& report);

}  // namespace millrace::perf
