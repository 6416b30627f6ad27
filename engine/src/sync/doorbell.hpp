// doorbell: how many wakers wake one sleeper without a lost wake-up and with at most one wake a
// sleep. The sleeper is a lane or client thread that parks on a futex (wait), or a loop that
// blocks elsewhere, in epoll_wait say, and is woken through a callback (waker).
//
//   sleeper: bell.prepare_to_sleep(); if (nothing_to_do()) bell.wait(deadline); else bell.cancel();
//   waker:   publish a batch, then bell.ring() once.
//
// State       state_: awake or sleeping.
// Invariants  only read-modify-writes change state_, so every ring() is either before a
//             prepare_to_sleep() in its modification order, and then the sleeper's re-check sees
//             what was published, or after it, and then the ring finds `sleeping` and wakes.
//             Of all rings after one prepare_to_sleep() exactly one finds `sleeping`.
// Writers     prepare_to_sleep, cancel, wait: the one sleeper. ring: any thread.
// Lines       state_ has a line of its own; the constant waker is on another.
// Orders      R1-A1, R1-A2, R1-A3 below. Both sides are read-modify-writes of one word and not a
//             store and a load of two, which the processor may reorder; their order in that word
//             decides, so acquire and release do, and seq_cst would add nothing.
// Lifetime    the doorbell outlives every ring().
// Progress    ring and prepare_to_sleep are wait-free; ring makes a system call only when it wakes.
// Checked by  tests/unit/sync/doorbell_test.cpp, tests/model/doorbell (each order weakened, each
// step left out)
#pragma once

#include <cstdint>

#include "base/assert.hpp"
#include "sync/futex_parker.hpp"
#include "sync/sync_policy.hpp"

namespace millrace::sync {

/// Wakes a sleeper that blocks outside of the doorbell. `wake` runs on the waker's thread, must not
/// block, and may come late: once more after cancel() is possible, and harmless.
struct waker {
  void (*wake)(void* context) noexcept = nullptr;
  void* context = nullptr;
};

/// The labelled operations, for the model's mutants.
namespace doorbell_site {
enum order : int { r1, a1, a2, a3 };
}  // namespace doorbell_site

template <class Sync = std_sync, class Parker = futex_parker>
class basic_doorbell {
 public:
  /// For a sleeper that parks in wait().
  basic_doorbell() noexcept = default;
  /// For a sleeper that blocks elsewhere and is woken by `external`.
  explicit basic_doorbell(waker external) noexcept : external_(external) {}
  basic_doorbell(const basic_doorbell&) = delete;
  basic_doorbell& operator=(const basic_doorbell&) = delete;

  /// Sleeper. Announces sleep; the sleeper must now look for work once more, then call wait() (or
  /// block in its own way and then call cancel()), or cancel() at once if it found some.
  void prepare_to_sleep() noexcept {
    // [A1] pairs with [R1]: what a waker published before its ring is seen by the re-check.
    state_.exchange(sleeping, Sync::template acquire<site::a1>);
  }

  /// Sleeper. Takes the announcement back. True: somebody rang since prepare_to_sleep().
  bool cancel() noexcept {
    // [A2] pairs with [R1]: after true, what was published before the ring is visible.
    return state_.exchange(awake, Sync::template acquire<site::a2>) == awake;
  }

  /// Sleeper, after prepare_to_sleep(). Parks until rung or until the monotonic clock reaches
  /// `deadline_ns` (no_deadline: for ever). True: rung; false: time is up. Either way awake.
  bool wait(std::int64_t deadline_ns) noexcept {
    MR_ASSERT(external_.wake == nullptr);
    // [A3] pairs with [R1]: the loop ends when a waker has set `awake`.
    while (state_.load(Sync::template acquire<site::a3>) == sleeping) {
      if (!parker_.park(state_, sleeping, deadline_ns)) return cancel();
    }
    return true;
  }

  /// Waker. Call once a batch, after publishing. True: this call woke the sleeper.
  bool ring() noexcept {
    // [R1] pairs with [A1], [A2], [A3]: all that the caller published is visible to the sleeper.
    if (state_.exchange(awake, Sync::template release<site::r1>) == awake) return false;
    if (external_.wake != nullptr) {
      external_.wake(external_.context);
    } else {
      parker_.unpark(state_);
    }
    return true;
  }

 private:
  using site = doorbell_site::order;
  using word = std::uint32_t;
  static constexpr word awake = 0;
  static constexpr word sleeping = 1;

  alignas(128) typename Sync::template atomic<word> state_{awake};
  alignas(128) const waker external_{};
  [[no_unique_address]] Parker parker_{};
};

using doorbell = basic_doorbell<>;

}  // namespace millrace::sync
