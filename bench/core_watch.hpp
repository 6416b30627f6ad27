// core_watch: keeps a run to the times in which the harness's two cores are two. A hypervisor may
// have one core work for both, for milliseconds or for seconds: whatever uses both then takes up to
// 1.8 times as long, and what uses one beside it does not. One thread, not real-time.
#pragma once

#include <cstdint>
#include <functional>

#include "burst.hpp"

namespace millrace::bench {

class core_watch {
 public:
  /// `seconds`: how long, in all, it may wait.
  explicit core_watch(int seconds) : waits_left_(seconds * waits_a_second) {}

  /// Waits until they are not one for long, if it may.
  void wait();
  /// Calls `prepare`, and `round` when they are two; both again, if they were one at its end.
  void measure(const std::function<void()>& prepare, const std::function<void()>& round);

  /// False: something was measured while they were one.
  [[nodiscard]] bool two() const noexcept { return two_; }
  /// How often something was measured again.
  [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }

 private:
  static constexpr int waits_a_second = 5;

  /// Whether they are two, after a wait if that is allowed.
  [[nodiscard]] bool become_two(sharing how);

  int waits_left_;
  bool two_ = true;
  std::uint64_t repeated_ = 0;
};

}  // namespace millrace::bench
