// attempts: what receives with a ReceiveRequestAttemptId were given in the last five minutes, so
// that the same call again is given the same. Not journaled: a restart ends them. One thread.
#pragma once

#include <array>
#include <millrace/queue.hpp>

#include "base/clock.hpp"
#include "base/list.hpp"
#include "base/pointer_table.hpp"
#include "queue/fifo_key.hpp"
#include "sync/slab.hpp"

namespace millrace::queue {

/// How long an attempt may be repeated (SQS API reference, ReceiveMessage: five minutes).
constexpr base::time_ms attempt_ms = receive_attempt_seconds * 1000;

struct attempt_tag;

struct attempt : base::list_hook<attempt_tag> {
  fifo_key id;
  std::uint64_t queue = 0;  ///< uid
  base::time_ms until_ms = 0;
  base::time_ms visible_at_ms = 0;  ///< when its messages come back, unless something changes that
  std::array<std::uint64_t, batch_entries_max> sequences;
  std::array<std::uint32_t, batch_entries_max> receive_counts;
  std::uint8_t count = 0;
};
static_assert(sizeof(attempt) == 184);

class attempts {
 public:
  explicit attempts(sync::arena& memory) : all_(memory) {}

  /// Null: none, or its time is over.
  [[nodiscard]] attempt* find(std::uint64_t queue, const fifo_key& id,
                              base::time_ms now_ms) const noexcept;
  /// Memory for one more. False: there is none.
  [[nodiscard]] bool reserve() noexcept;
  /// The reserved one; it takes the place of an earlier one of that id.
  attempt& begin(std::uint64_t queue, const fifo_key& id, base::time_ms until_ms);

  /// Forgets up to `budget` whose time is over. False: there are more.
  bool advance(base::time_ms now_ms, std::size_t budget) noexcept;
  [[nodiscard]] base::time_ms next_ms() const noexcept {
    return window_.empty() ? INT64_MAX : window_.front()->until_ms;
  }

 private:
  struct hash {
    static std::uint64_t of(const attempt& a) noexcept { return a.id.low ^ a.queue; }
  };
  [[nodiscard]] attempt* find(std::uint64_t queue, const fifo_key& id) const noexcept;
  void forget(attempt& a) noexcept;

  sync::slab<attempt> all_;
  base::pointer_table<attempt, hash> by_id_;
  base::list<attempt, attempt_tag> window_;  ///< in order of their end
  attempt* spare_ = nullptr;
};

}  // namespace millrace::queue
