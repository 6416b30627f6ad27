// record_log: the records of one shard in order, as a lane keeps them: where each lies, its index
// and its time. Appended at one end, trimmed at the other; looked up by index or time. Chunks come
// from the lane's slab, so an empty shard has none. One thread (the lane).
#pragma once

#include <cstdint>
#include <new>
#include <vector>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/prefetch.hpp"
#include "sync/block.hpp"
#include "sync/slab.hpp"

namespace millrace::stream {

struct record {
  sync::body_ref body;
  std::uint64_t index = 0;
  base::time_ms at_ms = 0;
  std::uint32_t log_epoch = 0;  ///< where in the log its latest full entry lies
};

struct record_chunk {
  static constexpr std::size_t records_max = 128;
  record records[records_max];
};
using record_slab = sync::slab<record_chunk>;

class record_log {
 public:
  explicit record_log(record_slab& chunks) noexcept : chunks_(&chunks) {}
  record_log(const record_log&) = delete;
  record_log& operator=(const record_log&) = delete;
  /// Gives up all bodies.
  ~record_log();

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return end_ == begin_; }
  /// Oldest first.
  [[nodiscard]] record& operator[](std::size_t i) noexcept { return at(begin_ + i); }
  [[nodiscard]] const record& operator[](std::size_t i) const noexcept {
    return const_cast<record_log*>(this)->at(begin_ + i);
  }
  [[nodiscard]] const record& front() const noexcept { return (*this)[0]; }
  [[nodiscard]] const record& back() const noexcept { return (*this)[size() - 1]; }

  /// Room for one more. False: no memory.
  [[nodiscard]] bool reserve(sync::allocation_class use) noexcept {
    return has_room() || add_chunk(use);
  }
  /// After reserve(). The log takes the body's reference.
  void push(const record& r) noexcept {
    MR_ASSERT(has_room());
    record* const place = &at(end_++);
    // Where the shard goes on, so that stores into new memory do not wait for it.
    if (end_ % record_chunk::records_max < record_chunk::records_max - records_ahead) {
      base::prefetch_for_write(place + records_ahead);
    }
    ::new (place) record(r);
  }
  /// Drops the oldest, with its body.
  void pop_front() noexcept;

  /// Place of the first record with this index or a later one; size(): none.
  [[nodiscard]] std::size_t find(std::uint64_t index) const noexcept;
  /// Place of the first that arrived at this time or later.
  [[nodiscard]] std::size_t find_time(base::time_ms at_ms) const noexcept;

  /// Once, after a replay in which they came in any order and some of them twice: puts them in
  /// order, the latest entry of each. Returns the bytes of the others' bodies, which are dropped.
  std::uint64_t settle();
  /// All of them; the records stay. Returns their bytes.
  std::uint64_t drop_bodies() noexcept;

 private:
  static constexpr std::size_t records_ahead = 16;

  [[nodiscard]] bool has_room() const noexcept {
    return end_ / record_chunk::records_max < list_.size();
  }
  bool add_chunk(sync::allocation_class use) noexcept;
  [[nodiscard]] record& at(std::size_t place) noexcept {
    return list_[place / record_chunk::records_max]->records[place % record_chunk::records_max];
  }
  void drop_first_chunk() noexcept;

  record_slab* chunks_;
  std::vector<record_chunk*> list_;
  std::size_t begin_ = 0;  ///< places in list_; the first chunks of it may have gone (null)
  std::size_t end_ = 0;
};

}  // namespace millrace::stream
