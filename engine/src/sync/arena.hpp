// arena: the memory of one lane, in aligned pages of 64 KiB for its slabs and in whole extents for
// its large arrays. Owned and called by the lane's thread only.
//
// Pages are carved out of 2 MiB extents and are first touched by the lane, hence on its node (of
// 4 KiB each: in pages of 2 MiB a FIFO batch took 1.4 times as long, docs/design/fifo.md). A
// page given back stays warm for reuse; beyond `warm_pages_max` its memory goes back to the system,
// and an extent without a page in use goes back to the extent source. What counts against the
// budget is what is or may be resident: pages in use, warm pages, large extents. An extent of the
// stock has counted since the start; its free pages stay, and without a page in use it goes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <millrace/extent_source.hpp>

#include "sync/extent_stock.hpp"
#include "sync/memory_budget.hpp"

namespace millrace::sync {

class arena {
 public:
  static constexpr std::size_t page_bytes = 64 * 1024;
  static constexpr std::size_t extent_bytes = 2 * 1024 * 1024;
  /// Free pages kept for reuse: 4 MiB a lane.
  static constexpr std::size_t warm_pages_max = 64;

  /// Takes no memory yet. The budget must outlive the arena, and so must the stock, if there is
  /// one; an arena whose memory is to be on one node leaves it alone.
  arena(const extent_source& source, memory_budget& budget, int numa_node = any_numa_node,
        extent_stock* stock = nullptr) noexcept;
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  /// Every page and large extent must have been given back.
  ~arena();

  /// What the taker is going to do with a page.
  enum class page_use : std::uint8_t {
    some,  ///< its memory comes as it is touched
    all,   ///< its memory comes at once: a system call in place of sixteen page faults
  };

  /// 64 KiB aligned to 64 KiB, contents unspecified. Null: memory_full.
  [[nodiscard]] void* take_page(allocation_class use, page_use how = page_use::some) noexcept;
  void give_page(void* page) noexcept;

  /// At least `bytes`, rounded up to 4 KiB, contents unspecified, for arrays that have outgrown
  /// a slab. One or two system calls. Null: memory_full.
  [[nodiscard]] void* take_large(std::size_t bytes, allocation_class use) noexcept;
  /// `bytes` as asked for in take_large().
  void give_large(void* p, std::size_t bytes) noexcept;

  /// Gives all warm pages back to the system: for a lane that goes idle.
  void trim() noexcept;

  /// Pages and large extents handed out and not given back, in bytes.
  [[nodiscard]] std::size_t bytes_live() const noexcept { return bytes_live_; }
  /// bytes_live() and the warm pages: without a stock, what this arena has taken from the budget.
  [[nodiscard]] std::size_t bytes_held() const noexcept;

 private:
  struct extent;
  struct warm_page {
    warm_page* next;
  };

  [[nodiscard]] extent* new_extent() noexcept;
  [[nodiscard]] void* take_stocked_page() noexcept;
  [[nodiscard]] bool take_budget(std::size_t bytes, allocation_class use) noexcept;
  void make_cold(warm_page* page) noexcept;
  void give_stocked(extent* e, void* page) noexcept;
  static void link(extent*& list, extent* e) noexcept;
  static void unlink(extent*& list, extent* e) noexcept;
  [[nodiscard]] static std::byte* take_first_page(extent*& list) noexcept;

  const extent_source source_;
  memory_budget& budget_;
  const int numa_node_;
  extent_stock* const stock_;

  extent* with_cold_ = nullptr;   // extents of the source that have a free page
  extent* with_stock_ = nullptr;  // of the stock
  warm_page* warm_ = nullptr;
  std::size_t warm_count_ = 0;
  std::size_t bytes_live_ = 0;
};

}  // namespace millrace::sync
