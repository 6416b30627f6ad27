// walks: what the random histories of all property tests have in common: time that passes, and
// state that is carried forward now and then.
#pragma once

#include <algorithm>
#include <cstdint>

#include "support/queue_bench.hpp"

namespace millrace::test {

/// From one due time to the next, as a lane goes that is polled all the while: what becomes due at
/// different times in one leap may be served in either order. settle() does what is due, and says
/// whether to go on; after the last step of time that is the caller's.
template <class Settle>
void pass_time(queue_bench& bench, base::time_ms to_ms, Settle&& settle) {
  for (;;) {
    const base::time_ms due = bench.queues.next_ms();
    if (due > to_ms) break;
    bench.queues.set_time(std::max(due, bench.now_ms() + 1) * base::ns_per_ms);
    if (bench.now_ms() >= to_ms || !settle()) break;
  }
  if (bench.now_ms() < to_ms) bench.queues.set_time(to_ms * base::ns_per_ms);
}

/// Begins to carry all state forward after some steps, then a little of it after each.
class carrying {
 public:
  /// `number` is the step's.
  void step(queue_bench& bench, std::uint64_t number) {
    if (!under_way_) {
      if ((number >> 40) % 8 != 0) return;
      under_way_ = true;
      began_ = bench.journal().size();
      bench.queues.set_log_epoch(++epoch_);
      bench.queues.begin_carry(epoch_);
    }
    if (!bench.carry(400)) return;
    under_way_ = false;
    needed_from_ = began_;
    ++rounds_;
  }
  /// Of the journal's entries: those before it were carried forward.
  [[nodiscard]] std::size_t needed_from() const { return needed_from_; }
  [[nodiscard]] std::uint64_t rounds() const { return rounds_; }

 private:
  std::uint32_t epoch_ = 1;
  bool under_way_ = false;
  std::size_t began_ = 0;
  std::size_t needed_from_ = 0;
  std::uint64_t rounds_ = 0;
};

}  // namespace millrace::test
