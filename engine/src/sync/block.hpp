// block: an immutable piece of memory with message bodies in it and a count of who still needs
// them. A block_writer fills it, lanes and clients share it; the last release() gives it back to
// its block_store. Used wherever a message is: retain and release are called on any thread.
//
// State       references = messages stored and not released, plus a large bias while it is open.
// Invariants  what lies in a block never changes while the count covers it; the count is zero only
//             once the writer has sealed it and all is released: then exactly one thread knows.
// Writers     references: any thread. The rest: block_store and the writer, before it is shared.
// Lines       the header is the block's first line; the writer leaves it alone while it fills.
// Orders      [R1] [A1] below.
// Progress    wait-free.
// Checked by  tests/unit/sync/block_store_test.cpp (also under the thread sanitizer)
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace millrace::sync {

class block_store;

struct alignas(64) block {
  std::atomic<std::uint64_t> references;
  block_store* store;
  std::uint64_t bytes;  ///< of the whole block, this header included
  std::uint32_t index;  ///< in the store; none for an extent of its own

  [[nodiscard]] std::byte* data() noexcept { return reinterpret_cast<std::byte*>(this); }
};

/// Where a body lives. A value: copying it does not count, retain() does.
struct body_ref {
  block* home = nullptr;
  std::uint32_t offset = 0;  ///< from the start of the block, a multiple of 8
  std::uint32_t length = 0;  ///< bytes

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return {home->data() + offset, length};
  }
  explicit operator bool() const noexcept { return home != nullptr; }
};

/// Defined by block_store: takes back a block that nobody refers to any more.
void recycle(block* unused) noexcept;

/// `n` more references to a block to which the caller holds one.
inline void retain(block* b, std::uint64_t n = 1) noexcept {
  // relaxed: the caller's own reference keeps the block; nothing is published by counting up.
  b->references.fetch_add(n, std::memory_order_relaxed);
}

/// Gives up `n` references of the caller's; the bodies they stood for must not be touched again.
inline void release(block* b, std::uint64_t n = 1) noexcept {
  // [R1] pairs with [A1] and [A2] of block_writer.cpp: our reads of the bodies are over before
  // somebody writes there again.
  // [A1] pairs with [R1]: the one who reaches zero recycles after all others have finished.
  if (b->references.fetch_sub(n, std::memory_order_acq_rel) == n) recycle(b);
}

}  // namespace millrace::sync
