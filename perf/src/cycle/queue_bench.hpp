// Many empty queues: what each weighs, and how quickly they are made. Used by the program
// queue_cycle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <millrace/options.hpp>
#include <string>

namespace millrace::perf {

struct queues_settings {
  thread_mode threading = thread_mode::own;
  std::uint64_t count = 1'000'000;
  std::size_t outstanding = 64;  ///< calls in flight
  std::string data_dir = {};     ///< empty: in memory
  durability level = durability::memory;
};

struct queues_result {
  double seconds = 0;                 ///< from the first call to the last answer
  std::uint64_t resident_before = 0;  ///< of this process, with the engine open
  std::uint64_t resident_after = 0;
  std::size_t threads_more = 0;  ///< of this process, after minus before
  std::size_t files_more = 0;    ///< open ones
  std::uint64_t counted = 0;     ///< of these queues, by the engine, when all were made
};

/// Throws std::runtime_error when the engine refuses or an answer does not come.
[[nodiscard]] queues_result run_queues(const queues_settings& settings);

}  // namespace millrace::perf
