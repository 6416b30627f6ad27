// gathering: whether the next durable group waits for the commands that follow from the last one's
// acks. A write costs mostly the same whatever is in it, so callers that send again once they are
// answered are better served together than in two halves that take turns. It waits until the lanes
// have nothing left to do, for no longer than the last write took, and, from the second time in a
// row on, less and less often while that gains nothing. Used by the committer, on its thread; a
// value.
#pragma once

#include <cstdint>

namespace millrace::journal {

class gathering {
 public:
  /// A durable group was acknowledged at `now_ns` after a write of `write_ns`. True: the next one
  /// may have to wait.
  bool begin(std::int64_t now_ns, std::int64_t write_ns) noexcept;
  [[nodiscard]] bool active() const noexcept { return active_; }
  /// Whether to wait on, with that many entries at hand, which could be written now. `settled`: the
  /// lanes have none to come.
  /// Once false it is over, until the next begin().
  bool waits(bool settled, std::uint64_t entries, std::int64_t now_ns) noexcept;
  /// There is no waiting any more, for another reason.
  void end() noexcept { active_ = false; }
  /// When waits() is false at last.
  [[nodiscard]] std::int64_t until_ns() const noexcept { return until_ns_; }

 private:
  void learn(bool settled, std::uint64_t entries, std::int64_t now_ns) noexcept;

  bool active_ = false;
  std::int64_t until_ns_ = 0;
  std::int64_t write_ns_ = 0;
  std::uint64_t entries_first_ = 0;       ///< at hand when there were any; 0: there were none yet
  std::int64_t ready_at_ns_ = 0;          ///< since then
  bool was_in_vain_ = false;              ///< the last time
  std::uint32_t groups_skipped_max_ = 0;  ///< how many do not wait after one that did
  std::uint32_t skip_ = 0;                ///< of them, to come
};

}  // namespace millrace::journal
