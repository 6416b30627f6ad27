// Is B slower than A? Interleaved measurements (ABBA) and one rule: Mann-Whitney p < .01 and
// medians more than 3 % apart; with it the smallest change that this many pairs would have found.
// Blocks and block means drift with the machine, so nothing but interleaved pairs is ever compared.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace millrace::perf {

enum class ab_verdict : std::uint8_t { no_change_found, b_costs_less, b_costs_more };

[[nodiscard]] const char* to_string(ab_verdict verdict) noexcept;

struct ab_options {
  int pairs = 30;
  double p_max = 0.01;
  double median_percent_min = 3;
};

struct ab_result {
  std::vector<double> a, b;   ///< cost of each measurement, in order
  double change_percent = 0;  ///< median of b against median of a
  double low_percent = 0;     ///< bootstrap interval of 95 % of it
  double high_percent = 0;
  double p = 1;
  double detectable_percent = 0;  ///< found in 80 % of cases at this size and noise; inf if none
  ab_verdict verdict = ab_verdict::no_change_found;
};

/// Judges measurements that were taken interleaved; both sets of one size >= 1, costs > 0.
[[nodiscard]] ab_result judge_ab(std::vector<double> a, std::vector<double> b,
                                 const ab_options& options = {});

/// Calls a and b, which give the cost of one measurement (any unit, > 0), in the order A B B A ...
/// after one unrecorded call of each, on this thread, and judges.
[[nodiscard]] ab_result run_ab(const std::function<double()>& a, const std::function<double()>& b,
                               const ab_options& options = {});

/// Thread CPU time in ns that `work` takes: the cost for run_ab of a callable.
[[nodiscard]] double thread_cost_ns(const std::function<void()>& work);

/// CPU time in ns (user and system, children included) of a program run to its end with its output
/// discarded. Throws std::runtime_error when it cannot start or does not exit with 0.
[[nodiscard]] double command_cost_ns(const std::vector<std::string>& command);

/// One line for people: medians' change, interval, p, verdict and the detectable change.
[[nodiscard]] std::string describe(const ab_result& result, const std::string& name);

}  // namespace millrace::perf
