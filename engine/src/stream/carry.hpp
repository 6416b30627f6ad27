// Carrying streams forward (docs/design/journal.md): the walk that finds what lies in the oldest
// part of the log and says it again. The lane takes a step a turn. One thread (the lane).
#pragma once

#include "stream/state.hpp"

namespace millrace::stream {

class carry_walk {
 public:
  /// Starts over: everything whose latest full entry lies before `epoch`.
  void begin(std::uint32_t epoch);
  /// Logs about `bytes` more, each entry applied at once. True: all has been logged.
  bool step(state& all, entry_log& log, base::time_ms now_ms, std::size_t bytes);

 private:
  bool carry_records(state& all, shard& of, entry_log& log, base::time_ms now_ms);
  [[nodiscard]] bool used_up(const entry_log& log) const noexcept {
    return log.nearly_full() || log.bytes() >= bytes_until_ || visits_ == 0;
  }

  std::uint32_t epoch_ = 0;
  std::string stream_;       ///< that is walked, by name; empty: none yet
  std::uint64_t shard_ = 0;  ///< next of its shards, by number
  std::uint64_t index_ = 0;  ///< next of that shard's records
  std::size_t bytes_until_ = 0;
  std::size_t visits_ = 0;  ///< records that may still be looked at in this step
};

}  // namespace millrace::stream
