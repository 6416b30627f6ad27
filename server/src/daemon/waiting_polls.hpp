// waiting_polls: the polls that wait and are not folded yet, in the order in which they began. Most
// are answered within the turn, so that to join and to leave costs a few stores and no look at the
// clock: time passes in ticks, and who has seen two of them has waited for a tick at least.
#pragma once

#include <cstdint>

#include "daemon/ticket.hpp"

namespace millrace::daemon {

class waiting_polls {
 public:
  static constexpr std::int64_t tick_ns = 25'000'000;

  [[nodiscard]] bool empty() const noexcept { return oldest_ == nullptr; }

  void add(ticket& t) noexcept {
    t.waits_since = tick_;
    t.older = newest_;
    (newest_ == nullptr ? oldest_ : newest_->newer) = &t;
    newest_ = &t;
  }
  /// Nothing if it is not in here.
  void remove(ticket& t) noexcept {
    if (t.waits_since == 0) return;
    (t.older == nullptr ? oldest_ : t.older->newer) = t.newer;
    (t.newer == nullptr ? newest_ : t.newer->older) = t.older;
    t.older = t.newer = nullptr;
    t.waits_since = 0;
  }

  void pass_time(std::int64_t now_ns) noexcept {
    if (now_ns < next_tick_ns_) return;
    next_tick_ns_ = now_ns + tick_ns;
    ++tick_;
  }
  /// The oldest if it has waited for 25 to 50 ms; else null.
  [[nodiscard]] ticket* long_waiting() const noexcept {
    return oldest_ != nullptr && oldest_->waits_since + 2 <= tick_ ? oldest_ : nullptr;
  }
  /// When pass_time() is to be called while this is not empty.
  [[nodiscard]] std::int64_t next_tick_ns() const noexcept { return next_tick_ns_; }

 private:
  ticket* oldest_ = nullptr;
  ticket* newest_ = nullptr;
  std::uint64_t tick_ = 1;  ///< 0: in no list
  std::int64_t next_tick_ns_ = 0;
};

}  // namespace millrace::daemon
