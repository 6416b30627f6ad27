// Carrying topics forward (docs/design/journal.md): the walk that finds what lies in the oldest
// part of the log and says it again. The lane takes a step a turn. One thread (the lane).
#pragma once

#include "topic/state.hpp"

namespace millrace::topic {

class carry_walk {
 public:
  /// Starts over: everything whose latest full entry lies before `epoch`.
  void begin(state& all, std::uint32_t epoch);
  /// Logs about `bytes` more, each entry applied at once. True: all has been logged.
  bool step(state& all, entry_log& log, base::time_ms now_ms, std::size_t bytes);

 private:
  bool step_slots(const state& all, entry_log& log, base::time_ms now_ms);
  bool step_topics(state& all, entry_log& log, base::time_ms now_ms);
  bool step_subscriptions(state& all, topic_state& t, entry_log& log, base::time_ms now_ms);
  bool step_publications(state& all, entry_log& log, base::time_ms now_ms);
  bool step_duplicates(state& all, entry_log& log, base::time_ms now_ms);
  [[nodiscard]] bool used_up(const entry_log& log) const noexcept {
    return log.nearly_full() || log.bytes() >= bytes_until_;
  }

  std::uint32_t epoch_ = 0;
  int slot_ = 0;
  std::string topic_;             ///< that is walked, by name; empty: none yet
  subscription_id subscription_;  ///< the last of its subscriptions that was looked at
  bool topics_done_ = false;
  std::size_t bytes_until_ = 0;
};

}  // namespace millrace::topic
