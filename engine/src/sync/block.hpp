// block: an immutable piece of memory with message bodies in it and a count of who still needs
// them. A block_writer fills it, lanes and clients share it; the last release() gives it back to
// its block_store. Used wherever a message is: retain and release are called on any thread.
//
// What lies in a block never changes while its count covers it, but for the room that a writer left
// before a body, and what is left behind it up to a multiple of 8: the journal of who was given the
// body first may write there. The count is zero only once the writer has sealed it and all is
// released, and then exactly one thread knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sync/block_count.hpp"

namespace millrace::sync {

class block_store;

struct alignas(64) block {
  block_count references;
  block_store* store;
  std::uint64_t bytes;  ///< that may be resident, this header included
  std::uint32_t slot;   ///< the store's: which slot
  std::uint32_t pool;   ///< of which pool

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

/// `n` more references to a block to which the caller holds one. Wait-free.
inline void retain(block* b, std::uint64_t n = 1) noexcept { b->references.retain(n); }

/// Gives up `n` references of the caller's; the bodies they stood for must not be touched again.
/// Wait-free, but for the last one, which gives the block back.
inline void release(block* b, std::uint64_t n = 1) noexcept {
  if (b->references.release(n)) recycle(b);
}

}  // namespace millrace::sync
