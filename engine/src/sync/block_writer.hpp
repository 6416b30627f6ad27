// block_writer: the pen of one client thread. It stores envelopes one after the other in a block of
// the store, without an atomic operation or a system call each. One thread.
//
// While a block is open its count carries a large bias, so commit() need not count: sealing takes
// the bias away and leaves the messages stored. A full block whose messages are all released by
// then is simply used again from its start, warm in the cache.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sync/block.hpp"
#include "sync/memory_budget.hpp"

namespace millrace::sync {

class block_writer {
 public:
  /// Takes no block yet.
  explicit block_writer(block_store& store) noexcept : store_(store) {}
  block_writer(const block_writer&) = delete;
  block_writer& operator=(const block_writer&) = delete;
  ~block_writer() { seal(); }

  /// Room for `bytes` (1 byte to 1 GiB), aligned to 8, valid until commit() or abandon(), one of
  /// which must come before the next reserve(). Null: memory_full. `room` bytes before it, a
  /// multiple of 8, are left for whom the body is given to. Bodies of a block lie one behind the
  /// other: at the end of one, rounded up to 8, begins the room of the next.
  [[nodiscard]] std::byte* reserve(std::size_t bytes,
                                   allocation_class use = allocation_class::normal,
                                   std::uint32_t room = 0) noexcept;

  /// Makes the first `bytes` of what was reserved a body with one reference, the caller's. The
  /// lines of the next body are fetched, unless fetch_ahead() did that or it will be written past
  /// the caches.
  [[nodiscard]] body_ref commit(std::size_t bytes, bool fetch_next = true) noexcept;

  /// Forgets what was reserved.
  void abandon() noexcept;

  /// Fetches a few lines of the memory that comes next, as if as much were to be stored again as
  /// since the last silence: for who waits for answers and has nothing else to do. Bodies that go
  /// into memory which has left the caches cost three times as much.
  void fetch_ahead() noexcept;

  /// Closes the open block, so that it can be given back when its messages are gone: for a client
  /// that falls silent. The next reserve() opens another.
  void seal() noexcept;

 private:
  [[nodiscard]] bool open_block(allocation_class use) noexcept;
  void fetch(std::uint32_t bytes) const noexcept;

  block_store& store_;
  block* open_ = nullptr;       // the shared block being filled
  block* dedicated_ = nullptr;  // the one reserved in, if the body is large
  std::uint32_t position_ = 0;  // in open_: what lies before it is taken
  std::uint32_t reserved_ = 0;  // bytes, 0 = nothing
  std::uint32_t room_ = 0;      // before them
  std::uint64_t stored_ = 0;    // messages committed to open_
  std::uint32_t burst_ = 0;     // bytes committed since the last fetch_ahead()
  std::uint32_t ahead_ = 0;     // that many before it: so many to fetch
  std::uint32_t fetched_ = 0;   // bytes of them
};

}  // namespace millrace::sync
