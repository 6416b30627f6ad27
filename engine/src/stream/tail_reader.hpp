// tail_reader: one cursor's side of a shard_tail. Finds its place in the ring, copies out where the
// next records lie, and claims them before it looks at their bodies. It never blocks and never
// holds the lane up; when it was lapped it says so, and its owner catches up through the lane.
// One thread, the cursor's.
#pragma once

#include <array>
#include <memory>
#include <millrace/stream.hpp>
#include <optional>
#include <vector>

#include "stream/shard_tail.hpp"
#include "sync/broadcast_ring_untethered.hpp"

namespace millrace::stream {

class tail_reader {
 public:
  /// `slot`: from the tail's open(), and closed by the destructor.
  tail_reader(std::shared_ptr<shard_tail> tail, std::size_t slot);
  ~tail_reader();
  tail_reader(const tail_reader&) = delete;
  tail_reader& operator=(const tail_reader&) = delete;

  enum class outcome : std::uint8_t {
    records,   ///< in views()
    nothing,   ///< no record with this index has come yet
    behind,    ///< they are not in the ring, or no more: through the lane, then again from here
    detached,  ///< through the lane from now on
  };
  /// Records from `index` on, 1..max; what views() showed before is over.
  [[nodiscard]] outcome read(std::uint64_t index, std::size_t max, base::time_ms now_ms);
  [[nodiscard]] std::span<const record_view> views() const noexcept { return views_; }
  /// Done with what views() shows.
  void leave() noexcept;

  /// How often the lane has overtaken it.
  [[nodiscard]] std::uint64_t laps() const noexcept { return laps_; }

 private:
  using reader = sync::untethered_reader<sync::std_sync, shard_tail::ring>;
  static constexpr std::size_t words = tail_record::words;
  static constexpr std::size_t at_once = shard_tail::claims::claim_span;

  /// So many at a time stay in the first cache level between the ring and the views.
  static constexpr std::size_t step = 64;
  using copied = std::array<std::uint64_t, step * words>;

  [[nodiscard]] outcome look(std::uint64_t index, std::size_t max, base::time_ms now_ms);
  [[nodiscard]] outcome find(std::uint64_t index);
  [[nodiscard]] std::size_t copy(copied& to, std::size_t max, bool& lapped);
  void show(const copied& from, std::size_t count, std::size_t at) noexcept;

  std::shared_ptr<shard_tail> tail_;
  std::size_t slot_;
  reader from_;
  bool claimed_ = false;
  std::uint64_t laps_ = 0;
  std::vector<record_view> room_;
  std::span<const record_view> views_;
};

}  // namespace millrace::stream
