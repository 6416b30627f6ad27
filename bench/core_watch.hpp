// core_watch: keeps a run to the times in which the harness's two cores are two, and its own. A
// hypervisor may have one core work for both, for milliseconds or for seconds, or have them work
// for others: whatever uses both then takes up to ten times as long, and what uses one does not.
// One thread, not real-time.
#pragma once

#include <cstdint>
#include <functional>

#include "burst.hpp"

namespace millrace::bench {

class core_watch {
 public:
  /// `seconds`: how long, in all, it may wait.
  explicit core_watch(int seconds) : waits_left_(seconds * waits_a_second) {}

  /// May wait so much longer, with what is left: for who shares the time out among what it
  /// measures.
  void allow(int seconds) { waits_left_ += seconds * waits_a_second; }
  /// Waits until they are not one for long, if it may.
  void wait();
  /// Calls `prepare`, and `round` when they are two; both again, if they were one at its end or
  /// more than stolen_most of its time, which it returns as a share, was stolen.
  void measure(const std::function<void()>& prepare, const std::function<double()>& round);

  static constexpr double stolen_most = .02;

  /// False: something was measured while they were one.
  [[nodiscard]] bool two() const noexcept { return two_; }
  /// False: something was measured of which more than stolen_most was stolen.
  [[nodiscard]] bool own() const noexcept { return own_; }
  /// How often something was measured again.
  [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }

 private:
  static constexpr int waits_a_second = 5;

  /// Whether they are two, after a wait if that is allowed.
  [[nodiscard]] bool become_two(sharing how);

  int waits_left_;
  bool two_ = true;
  bool own_ = true;
  std::uint64_t repeated_ = 0;
};

}  // namespace millrace::bench
