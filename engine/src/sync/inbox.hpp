// inbox<T>: the commands of one producer thread on their way to one lane. A client thread pushes,
// the lane drains in batches; a producer thread has its own inbox in every lane it talks to,
// because a tail shared by producers costs 60-80 ns an item whatever the algorithm, and this 2 ns.
//
// State       boost::lockfree::spsc_queue of a capacity fixed at construction.
// Invariants  an item is drained exactly once, in the order pushed; push refuses, never waits.
// Writers     push: one thread, the producer. pop, drain: one thread, the lane. empty: the lane.
// Lines       Boost keeps the two positions on lines of their own; an inbox shares none.
// Orders      Boost's: a position is stored with release after the items it covers and loaded
//             with acquire before they are touched, on both sides. They sit in Boost's source,
//             hence no labels here; a drain of n items costs n / drain_chunk stores of a position.
// Progress    wait-free on both sides; no allocation and no system call after construction.
// Checked by  tests/unit/sync/inbox_test.cpp (also under the thread sanitizer), bench_inbox.
#pragma once

#include <algorithm>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <span>
#include <type_traits>

namespace millrace::sync {

template <class T>
class alignas(128) inbox {
  static_assert(std::is_trivially_copyable_v<T>, "items are copied through a ring as bytes");

 public:
  /// Items moved to the lane's stack at a time by drain(): 2 KiB worth, 1 to 32.
  static constexpr std::size_t drain_chunk =
      std::clamp<std::size_t>(2048 / sizeof(T), std::size_t{1}, std::size_t{32});

  /// Room for exactly `capacity` items, at least 1. Allocates here and never again.
  explicit inbox(std::size_t capacity)
      : queue_(std::max<std::size_t>(capacity, 1)), capacity_(std::max<std::size_t>(capacity, 1)) {}
  inbox(const inbox&) = delete;
  inbox& operator=(const inbox&) = delete;

  /// Producer. False: full, nothing was stored.
  bool push(const T& item) noexcept { return queue_.push(item); }

  /// Producer. Stores the first n items and returns n, less than asked only when it got full.
  std::size_t push(std::span<const T> items) noexcept {
    return queue_.push(items.data(), items.size());
  }

  /// Lane. Moves up to out.size() items into `out` and returns how many.
  std::size_t pop(std::span<T> out) noexcept { return queue_.pop(out.data(), out.size()); }

  /// Lane. Calls consume(T&) for up to `max` items, oldest first; returns how many. The slots are
  /// free for the producer before consume sees the items, so consume may take its time, and may
  /// cause the producer to push more: those wait for the next call.
  template <class Consume>
  std::size_t drain(Consume&& consume, std::size_t max) noexcept {
    alignas(T) std::byte storage[drain_chunk * sizeof(T)];
    T* const chunk = reinterpret_cast<T*>(storage);
    std::size_t done = 0;
    while (done < max) {
      const std::size_t asked = std::min(max - done, drain_chunk);
      const std::size_t got = queue_.pop(chunk, asked);
      for (std::size_t i = 0; i < got; ++i) consume(chunk[i]);
      done += got;
      if (got < asked) break;
    }
    return done;
  }

  /// Lane. False as soon as an item that was pushed can be drained.
  [[nodiscard]] bool empty() noexcept { return queue_.read_available() == 0; }

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  boost::lockfree::spsc_queue<T> queue_;
  const std::size_t capacity_;
};

}  // namespace millrace::sync
