// What else went on in the machine, a row a second, seen by a thread of its own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "results/environment.hpp"

namespace millrace::perf {

class noise_watch {
 public:
  noise_watch();
  ~noise_watch();
  noise_watch(const noise_watch&) = delete;
  noise_watch& operator=(const noise_watch&) = delete;

  /// Ends the watch: what was seen in each second since the construction, and in all of them.
  [[nodiscard]] std::vector<disturbance> finish();

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::vector<disturbance> rows_;
  std::thread thread_;
};

}  // namespace millrace::perf
