// queue_cuts: the purges of a queue and its ends: moments at which everything in it goes. Part of
// the ledger; one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/clock.hpp"

namespace millrace::sim {

/// A point of a history: a number that grows with whatever happens, and engine time.
struct instant {
  std::uint64_t moment = 0;
  base::time_ms ms = 0;     ///< rounded down
  base::time_ms ms_up = 0;  ///< rounded up
};

class queue_cuts {
 public:
  std::size_t tried(std::uint64_t now) {
    all_.push_back({now, UINT64_MAX, false});
    return all_.size() - 1;
  }
  void ended(std::size_t which, std::uint64_t now, bool acked) {
    all_[which].ended = now;
    all_[which].acked = acked;
  }
  /// It was refused, so it never was.
  void refused(std::size_t which) { all_[which].tried = all_[which].ended = 0; }
  /// Those without an answer have happened by now, or never will.
  void life_ended(std::uint64_t now) {
    for (cut& c : all_) c.ended = std::min(c.ended, now);
  }

  /// What was there at `since` cannot be delivered to whoever asked at `asked`.
  [[nodiscard]] bool has_gone(std::uint64_t since, std::uint64_t asked) const {
    return std::any_of(all_.begin(), all_.end(),
                       [&](const cut& c) { return c.acked && since < c.tried && c.ended < asked; });
  }
  /// What came at `since` or later may have gone.
  [[nodiscard]] bool may_have_gone(std::uint64_t since) const {
    return std::any_of(all_.begin(), all_.end(), [&](const cut& c) { return since <= c.ended; });
  }

 private:
  struct cut {
    std::uint64_t tried = 0;
    std::uint64_t ended = 0;  ///< UINT64_MAX: not yet
    bool acked = false;
  };
  std::vector<cut> all_;
};

}  // namespace millrace::sim
