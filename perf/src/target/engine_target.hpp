// Queues or streams of an engine in this process, by asynchronous calls: a client a sender, and one
// for all readers.
#pragma once

#include <memory>

#include "target/target.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

struct engine_target_settings {
  std::string data_dir;  ///< empty: in memory
  std::uint64_t seed = 1;
};

/// Opens the engine and makes what the workload names. Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<target> open_engine_queues(const bench_workload& plan,
                                                         const engine_target_settings& settings);
[[nodiscard]] std::unique_ptr<target> open_engine_streams(const bench_workload& plan,
                                                          const engine_target_settings& settings);

}  // namespace millrace::perf
