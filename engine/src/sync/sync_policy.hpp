// The Sync policy: where the atomics, the shared words and the memory orders of a lock-free
// structure come from. Production code passes `std_sync`; tests/model passes a policy made of
// relacy's atomics, which can weaken one labelled order at a time (a mutant). Both compile the
// same ring source. No thread of its own; every function here is wait-free.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "base/prefetch.hpp"

namespace millrace::sync {

/// Two 64-byte lines: the adjacent-line prefetcher moves lines in pairs, so what different threads
/// write is kept this far apart.
inline constexpr std::size_t line_pair = 128;

using base::prefetch_for_read;
using base::prefetch_for_write;

/// A ring's bytes, addressed by byte offset. The owner of the memory outlives it.
/// A word is accessed atomically (commit words, and every word of a ring with lossy readers) or
/// as plain memory (payload that the protocol has already ordered); never both at one time.
class ring_words {
 public:
  using view = std::span<const std::byte>;
  using place = std::span<std::byte>;

  explicit ring_words(std::span<std::byte> memory) noexcept
      : base_(memory.data()), size_(memory.size()) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// `offset` is a multiple of 8.
  [[nodiscard]] std::uint64_t load(std::size_t offset, std::memory_order order) const noexcept {
    return std::atomic_ref<std::uint64_t>(word(offset)).load(order);
  }
  void store(std::size_t offset, std::uint64_t value, std::memory_order order) noexcept {
    std::atomic_ref<std::uint64_t>(word(offset)).store(value, order);
  }

  [[nodiscard]] std::uint64_t plain_load(std::size_t offset) const noexcept { return word(offset); }
  void plain_store(std::size_t offset, std::uint64_t value) noexcept { word(offset) = value; }
  void copy_in(std::size_t offset, const void* from, std::size_t size) noexcept {
    if (size != 0) std::memcpy(base_ + offset, from, size);  // null is no address, even for nothing
  }
  [[nodiscard]] view plain_view(std::size_t offset, std::size_t size) const noexcept {
    return {base_ + offset, size};
  }
  [[nodiscard]] place plain_place(std::size_t offset, std::size_t size) noexcept {
    return {base_ + offset, size};
  }

  void prefetch_write(std::size_t offset) const noexcept { prefetch_for_write(base_ + offset); }
  void prefetch_read(std::size_t offset) const noexcept { prefetch_for_read(base_ + offset); }

 private:
  [[nodiscard]] std::uint64_t& word(std::size_t offset) const noexcept {
    return *std::assume_aligned<8>(reinterpret_cast<std::uint64_t*>(base_ + offset));
  }

  std::byte* base_;
  std::size_t size_;
};

/// The production policy. `Site` names one operation of one ring (see its `order_site`); only a
/// model's policy looks at it.
struct std_sync {
  template <class T>
  using atomic = std::atomic<T>;
  using words = ring_words;

  template <int Site>
  static constexpr std::memory_order release = std::memory_order_release;
  template <int Site>
  static constexpr std::memory_order acquire = std::memory_order_acquire;
  /// A read-modify-write that releases as one site and acquires as another.
  template <int ReleaseSite, int AcquireSite>
  static constexpr std::memory_order both = std::memory_order_acq_rel;
  /// False only in a mutant that leaves out one step of a protocol.
  template <int Step>
  static constexpr bool keeps = true;

  /// Smallest capacity in bytes that a ring accepts. 1-4 MiB carry a stream; 4 KiB carry requests
  /// and answers, because a small ring stays in both cores' first-level caches.
  static constexpr std::size_t capacity_min = std::size_t{4} << 10;
  static constexpr std::size_t line_bytes = 64;
  /// A ring takes lines for writing up to a multiple of this. 512-2,048 bytes measure alike.
  static constexpr std::size_t run_bytes = 1024;
};

}  // namespace millrace::sync
