// How far apart two processors are just now. On a virtual machine that is no constant: the host
// moves virtual processors, and everything that crosses between two threads changes with it by up
// to four times. So the measurements that cross record it beside their figures.
#pragma once

#include <optional>

namespace millrace::perf {

/// Mean time in ns for a value to go to another processor and come back through one cache line,
/// over a burst of about 10 ms. Nothing when this process may run on one processor only.
[[nodiscard]] std::optional<double> core_round_trip_ns();

}  // namespace millrace::perf
