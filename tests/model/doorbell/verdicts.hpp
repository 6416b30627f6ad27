// How the models of this folder become GoogleTest tests: each runs a suite under random schedules
// until relacy finds a fault or the iterations are used up.
#pragma once

#include <ostream>
#include <streambuf>
#include <string>

#include "relacy_sync.hpp"

namespace millrace::model {

struct verdict {
  rl::test_result_e result = rl::test_result_success;
  std::string trace = {};  ///< relacy's, of the schedule that failed

  /// Each schedule was right, and so was the whole run.
  [[nodiscard]] bool sound() const { return result == rl::test_result_success; }
};

/// Keeps the first 64 KiB written to it without allocating: relacy writes while its own operator
/// new is in force, and what that returned must not be freed later.
class fixed_buffer : public std::streambuf {
 public:
  fixed_buffer() { clear(); }
  void clear() { setp(bytes_, bytes_ + sizeof(bytes_)); }
  [[nodiscard]] std::string text() const { return {pbase(), pptr()}; }

 private:
  char bytes_[64 * 1024];
};

/// Schedules tried: every mutant here fails within a few hundred.
inline constexpr rl::iteration_t schedules = 200'000;

/// Runs `Suite` under random schedules, the same ones each time; or under all there are, which ends
/// only for the smallest suites.
template <class Suite>
verdict check(rl::scheduler_type_e search = rl::random_scheduler_type) {
  static fixed_buffer progress_bytes;
  static fixed_buffer trace_bytes;
  progress_bytes.clear();
  trace_bytes.clear();
  std::ostream progress(&progress_bytes);
  std::ostream trace(&trace_bytes);
  rl::test_params params;
  params.search_type = search;
  params.iteration_count = schedules;
  params.progress_stream = &progress;
  params.output_stream = &trace;
  const bool sound = rl::simulate<Suite>(params);
  return {sound ? rl::test_result_success : params.test_result, trace_bytes.text()};
}

}  // namespace millrace::model
