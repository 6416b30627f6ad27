// A hot path as the gate of instructions counts it: work that is repeated exactly, on one thread,
// with a clock that stands still and a fixed seed. Its cost is that of 2n rounds less that of n,
// divided by n, so that what is set up first does not count.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>

namespace millrace::bench {

struct hot_path {
  const char* name;    ///< "queue.send_receive_delete"
  std::size_t rounds;  ///< the n that is counted: enough for chunks and pages to average out
  /// Sets up, and does so many rounds of it. Throws std::runtime_error when something went wrong.
  void (*run)(std::size_t rounds);
};

[[nodiscard]] std::span<const hot_path> ring_paths();
[[nodiscard]] std::span<const hot_path> engine_paths();
[[nodiscard]] std::span<const hot_path> topic_paths();
[[nodiscard]] std::span<const hot_path> journal_paths();
/// None when the server is not built.
[[nodiscard]] std::span<const hot_path> wire_paths();

/// What is computed here is not left out by the compiler.
template <class T>
void keep(const T& value) noexcept {
  asm volatile("" : : "r,m"(value) : "memory");
}

inline void expect(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

}  // namespace millrace::bench
