// Carrying state forward (docs/design/journal.md): entries that say everything about a slot, a
// queue or a message, and the walk that finds what lies in the oldest part of the log. The lane
// takes a step a turn. One thread (the lane).
#pragma once

#include <string>

#include "journal/entry_log.hpp"
#include "queue/state.hpp"

namespace millrace::queue {

struct carry_how {
  base::time_ms at_ms = 0;
  queue_state* into = nullptr;  ///< moves it there as a dead letter, at that queue's level
  std::uint64_t order = 0;      ///< of a FIFO message there
};
/// Everything about a message.
void log_message(entry_log& log, const state& all, message& m, const carry_how& how);

class carry_walk {
 public:
  /// Starts over: everything whose latest full entry lies before `epoch`.
  void begin(state& all, std::uint32_t epoch);
  /// Logs about `bytes` more, each entry applied at once. True: all has been logged.
  bool step(state& all, entry_log& log, base::time_ms now_ms, std::size_t bytes);

 private:
  bool step_slots(state& all, entry_log& log, base::time_ms now_ms);
  bool step_queues(state& all, entry_log& log, base::time_ms now_ms);
  bool step_duplicates(state& all, entry_log& log, base::time_ms now_ms);
  bool step_messages(state& all, entry_log& log, base::time_ms now_ms);
  [[nodiscard]] bool used_up(const entry_log& log) const noexcept {
    return log.nearly_full() || log.bytes() >= bytes_until_;
  }

  std::uint32_t epoch_ = 0;
  int slot_ = 0;       ///< next whose numbers are logged
  std::string queue_;  ///< last that was looked at, by name
  bool queues_done_ = false;
  int messages_of_ = 0;  ///< slot whose messages are walked
  std::size_t bytes_until_ = 0;
};

}  // namespace millrace::queue
