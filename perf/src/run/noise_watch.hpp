// What else went on in the machine, a row a second, seen by a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "results/series.hpp"

namespace millrace::perf {

class noise_watch {
 public:
  /// Rows end on whole seconds from `zero_ns` (monotonic) on, and before it; the first begins now.
  explicit noise_watch(std::uint64_t zero_ns);
  ~noise_watch();
  noise_watch(const noise_watch&) = delete;
  noise_watch& operator=(const noise_watch&) = delete;

  /// Ends the watch: rows without counts, their times from `zero_ns`. A rest of a second that is
  /// too short to say anything belongs to the row before.
  [[nodiscard]] std::vector<series_row> finish();

 private:
  void watch();
  void add_row(const machine_sample& before, const machine_sample& after);

  const std::uint64_t zero_ns_;
  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::vector<series_row> rows_;
  std::thread thread_;
};

}  // namespace millrace::perf
