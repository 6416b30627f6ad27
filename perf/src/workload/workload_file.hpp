// Workload files: those of OpenMessaging Benchmark, unchanged, and keys of our own beside theirs
// (docs/benchmarking.md lists them). YAML, read with libyaml.
#pragma once

#include <string>
#include <string_view>

#include "workload/workload.hpp"

namespace millrace::perf {

/// What a file's text says; what it does not say is as in a new bench_workload, but that a file
/// without `service` describes a stream, since OpenMessaging's topics have partitions and
/// subscriptions. `name` is how errors call the file. Throws std::runtime_error with name, line and
/// reason: no YAML, a key that is unknown or given twice, a value that does not fit.
[[nodiscard]] bench_workload parse_workload(const std::string& text, const std::string& name);

/// The same of a file. A payloadFile is looked for from the working directory, then from the file's
/// folder and its parent. Throws std::runtime_error also when it cannot be read.
[[nodiscard]] bench_workload read_workload_file(const std::string& path);

}  // namespace millrace::perf
