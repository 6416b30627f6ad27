// Runs the suites of `millrace ab` over two builds, or over two commands. One thread.
#pragma once

#include <functional>
#include <string>

#include "ab/ab_record.hpp"

namespace millrace::perf {

struct ab_plan {
  std::string base, head;        ///< directories of builds, or commands
  std::string suite = "gate";    ///< "gate", "quick", "http", "instructions"; "commands"
  ab_options rule{.pairs = 60};  // 30 found +10 % in 15 of 20 at ten tasks a core, 60 in 20
  std::size_t pairs_again_max = 30;
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

/// A comparison is made twice where the first finds a change, and counts when both agree. Throws
/// std::runtime_error when something cannot be run.
[[nodiscard]] ab_report compare_suites(const ab_plan& plan);

}  // namespace millrace::perf
