// A run as one page of HTML that needs nothing else: its own style for light and dark, inline SVG,
// no script, no network. Made by run_record and by `millrace results html`.
#pragma once

#include <string>

#include "results/stored_run.hpp"

namespace millrace::perf {

[[nodiscard]] std::string report_html(const stored_run& run);

}  // namespace millrace::perf
