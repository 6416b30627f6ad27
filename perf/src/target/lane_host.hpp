// An engine in this process whose lanes have threads of their own, and which can be made to stand
// still. The caller's thread is kept off the lanes' processors.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <millrace/engine.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace millrace::perf {

struct lane_host_settings {
  std::string data_dir;    ///< empty: in memory
  bool can_stall = false;  ///< lanes take a signal for it
  std::uint64_t seed = 1;
  std::uint32_t clients = 8;
};

/// One that can stall exists at a time in a process.
class lane_host {
 public:
  /// Throws std::runtime_error with the engine's error.
  explicit lane_host(const lane_host_settings& settings);
  ~lane_host();
  lane_host(const lane_host&) = delete;
  lane_host& operator=(const lane_host&) = delete;

  [[nodiscard]] engine& get() noexcept { return engine_; }
  /// All lanes stop where they are until resume().
  void stall();
  void resume() noexcept;

 private:
  static void note_thread(std::uint32_t lane, void* self);
  void keep_off_the_lanes() noexcept;
  void await_threads();

  bool can_stall_;
  cpu_set_t allowed_before_{};  ///< the caller's thread may use these again afterwards
  std::mutex mutex_;
  std::vector<pid_t> threads_;  ///< of lanes, under the mutex
  engine engine_;
};

}  // namespace millrace::perf
