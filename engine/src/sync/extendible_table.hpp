// extendible_table: pointers by a 64-bit hash of what they point to, in pages of the lane's arena
// (extendible hashing). A page holds up to 2,880; a full one is split in two and nothing else
// moves, so an insert costs the same however many there are, and two pages that have become a
// quarter full together are joined. A directory of 8 bytes a page, on the heap, says which page has
// which hashes.
//
// Within a page: open addressing with linear probing, deletion by backward shift (no tombstones).
// Beside the cells stands a byte for each, zero where the cell is empty and else seven bits of its
// hash: a search reads eight of them at a time, and looks into a cell only where they agree. So a
// key that is not there costs no line of the cells. Several items may share a hash, a page full of
// them at most: find() takes a predicate. Called by the lane's thread only.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/prefetch.hpp"
#include "sync/arena.hpp"

namespace millrace::sync {

/// Hash: a type with `static std::uint64_t of(const T&)`, all of whose bits are well mixed.
template <class T, class Hash>
class extendible_table {
 public:
  static constexpr std::size_t cells_a_page = 3840;
  static constexpr std::size_t used_max = cells_a_page * 3 / 4;  ///< of a page

  explicit extendible_table(arena& pages) noexcept : arena_(pages) {}
  extendible_table(const extendible_table&) = delete;
  extendible_table& operator=(const extendible_table&) = delete;
  ~extendible_table() {
    for_each_page([this](page& p) { arena_.give_page(&p); });
    if (spare_ != nullptr) arena_.give_page(spare_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Of the directory; pages are the arena's.
  [[nodiscard]] std::size_t directory_bytes() const noexcept {
    return directory_.capacity() * sizeof(void*);
  }

  /// Memory for one more insert. False: there is none.
  [[nodiscard]] bool reserve(allocation_class use) noexcept {
    if (spare_ == nullptr) spare_ = arena_.take_page(use, arena::page_use::all);
    return spare_ != nullptr;
  }

  template <class Is>
  [[nodiscard]] T* find(std::uint64_t hash, Is&& is) const noexcept {
    if (directory_.empty()) return nullptr;
    const page& p = page_of(hash);
    const std::size_t at =
        p.search(hash, [&](const cell& c) { return c.hash == hash && is(*c.item); });
    return at == none ? nullptr : p.cells[at].item;
  }

  // Before several finds, for all of the hashes one after the other: prefetch_tags(),
  // prefetch_cell(), prefetch_item(). Before several inserts prefetch_empty_cell() after the first.
  void prefetch_tags(std::uint64_t hash) const noexcept {
    if (!directory_.empty()) base::prefetch_for_write(&page_of(hash).tags[home(hash)]);
  }
  void prefetch_cell(std::uint64_t hash) const noexcept {
    if (directory_.empty()) return;
    const page& p = page_of(hash);
    if (const std::size_t at = p.likely(hash); at != none) base::prefetch_for_read(&p.cells[at]);
  }
  /// What find() will look at first, untouched as yet. Null: nothing.
  T* prefetch_item(std::uint64_t hash) const noexcept {
    if (directory_.empty()) return nullptr;
    const page& p = page_of(hash);
    const std::size_t at = p.likely(hash);
    if (at == none) return nullptr;
    base::prefetch_for_write(p.cells[at].item);
    return p.cells[at].item;
  }
  void prefetch_empty_cell(std::uint64_t hash) const noexcept {
    if (directory_.empty()) return;
    const page& p = page_of(hash);
    base::prefetch_for_write(&p.cells[p.empty_cell(hash)]);
  }

  /// Without a reserve() before it, it takes of the memory kept for priority.
  void insert(T& item) {
    const std::uint64_t hash = Hash::of(item);
    if (directory_.empty()) directory_.push_back(new_page(0));
    page* p = &page_of(hash);
    while (p->used >= used_max && p->depth < depth_max) {
      split(*p);
      p = &page_of(hash);
    }
    MR_ASSERT(p->used < cells_a_page - 1);
    p->put({hash, &item});
    ++size_;
  }

  /// The item is in the table.
  void erase(T& item) noexcept {
    MR_ASSERT(!directory_.empty());
    const std::uint64_t hash = Hash::of(item);
    page& p = page_of(hash);
    const std::size_t at = p.search(hash, [&](const cell& c) { return c.item == &item; });
    MR_ASSERT(at != none);
    p.erase(at);
    --size_;
    if (p.used < joined_max && p.used % looks_apart == 0) join(p, hash);
  }

  /// Calls f(T&) for every item, in no order; f must not change the table.
  template <class F>
  void for_each(F&& f) const {
    for_each_page([&f](page& p) {
      for (std::size_t i = 0; i < cells_a_page; ++i) {
        if (p.tags[i] != 0) f(*p.cells[i].item);
      }
    });
  }

 private:
  static constexpr unsigned depth_max = 24;  // the bits above those of the tag
  static constexpr std::size_t joined_max = cells_a_page / 4;
  static constexpr std::size_t looks_apart = 64;  // erases between two looks at the other page
  static constexpr std::size_t none = SIZE_MAX;
  static constexpr std::size_t tags_a_word = 8;
  static constexpr std::uint64_t every_low = 0x0101'0101'0101'0101;
  static constexpr std::uint64_t every_high = every_low << 7;

  struct cell {
    std::uint64_t hash;
    T* item;
  };

  // The upper bits of a hash choose the page, the lower 32 the cell.
  static std::size_t home(std::uint64_t hash) noexcept {
    return static_cast<std::size_t>((hash & UINT32_MAX) * cells_a_page >> 32);
  }
  static std::uint8_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint8_t>(hash >> 32 | 0x80);
  }
  static std::size_t first_of(std::uint64_t found) noexcept {
    return static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  static std::size_t wrapped(std::size_t i) noexcept {
    return i < cells_a_page ? i : i - cells_a_page;
  }

  struct page {
    std::uint32_t used = 0;
    std::uint32_t depth = 0;  // so many of the upper bits do all of its hashes share
    /// The first ones stand once more behind the last, so that a word may begin at any.
    std::uint8_t tags[cells_a_page + tags_a_word] = {};
    alignas(64) cell cells[cells_a_page];  // uninitialised where the tag is zero

    page() noexcept {}  // NOLINT(*-member-init,*-use-equals-default): cells

    [[nodiscard]] std::uint64_t tags_at(std::size_t i) const noexcept {
      std::uint64_t word;
      std::memcpy(&word, &tags[i], sizeof word);
      return word;
    }
    void set_tag(std::size_t i, std::uint8_t tag) noexcept {
      tags[i] = tag;
      if (i < tags_a_word) tags[cells_a_page + i] = tag;
    }
    /// The first cell of the hash's tag that is(cell), or none.
    template <class Is>
    [[nodiscard]] std::size_t search(std::uint64_t hash, Is&& is) const noexcept {
      for (std::size_t i = home(hash);; i = wrapped(i + tags_a_word)) {
        const std::uint64_t here = tags_at(i);
        const std::uint64_t empty = ~here & every_high;
        const std::uint64_t differ = here ^ (every_low * tag_of(hash));
        // Behind an equal tag, one that differs in its lowest bit may pass for equal.
        std::uint64_t equal = (differ - every_low) & ~differ & every_high & ((empty & -empty) - 1);
        for (; equal != 0; equal &= equal - 1) {
          const std::size_t at = wrapped(i + first_of(equal));
          if (is(cells[at])) return at;
        }
        if (empty != 0) return none;
      }
    }
    [[nodiscard]] std::size_t likely(std::uint64_t hash) const noexcept {
      return search(hash, [](const cell&) { return true; });
    }
    [[nodiscard]] std::size_t empty_cell(std::uint64_t hash) const noexcept {
      for (std::size_t i = home(hash);; i = wrapped(i + tags_a_word)) {
        const std::uint64_t empty = ~tags_at(i) & every_high;
        if (empty != 0) return wrapped(i + first_of(empty));
      }
    }
    void put(const cell& c) noexcept {
      const std::size_t at = empty_cell(c.hash);
      cells[at] = c;
      set_tag(at, tag_of(c.hash));
      ++used;
    }
    void clear() noexcept {
      std::memset(tags, 0, sizeof tags);
      used = 0;
    }
    void erase(std::size_t hole) noexcept {
      for (std::size_t i = wrapped(hole + 1); tags[i] != 0; i = wrapped(i + 1)) {
        const std::size_t wanted = home(cells[i].hash);
        if (wrapped(i + cells_a_page - wanted) < wrapped(i + cells_a_page - hole)) continue;
        cells[hole] = cells[i];
        set_tag(hole, tags[i]);
        hole = i;
      }
      set_tag(hole, 0);
      --used;
    }
  };
  static_assert(sizeof(page) <= arena::page_bytes);

  [[nodiscard]] std::size_t place_of(std::uint64_t hash) const noexcept {
    return depth_ == 0 ? 0 : hash >> (64 - depth_);
  }
  [[nodiscard]] page& page_of(std::uint64_t hash) const noexcept {
    return *directory_[place_of(hash)];
  }
  /// Pages of the directory's depth stand in it once, others 2, 4, 8... times side by side.
  [[nodiscard]] std::size_t times(unsigned page_depth) const noexcept {
    return std::size_t{1} << (depth_ - page_depth);
  }
  template <class F>
  void for_each_page(F&& f) const {
    for (std::size_t i = 0; i < directory_.size();) {
      page& p = *directory_[i];
      i += times(p.depth);
      f(p);
    }
  }

  page* new_page(unsigned depth) {
    void* memory = std::exchange(spare_, nullptr);
    if (memory == nullptr) memory = arena_.take_page(allocation_class::priority);
    MR_ASSERT(memory != nullptr);
    page* const p = ::new (memory) page;
    p->depth = depth;
    if (depth == depth_) ++deepest_;
    return p;
  }

  [[gnu::noinline]] void split(page& low) {
    if (low.depth == depth_) double_directory();
    const unsigned depth = ++low.depth;
    if (depth == depth_) ++deepest_;
    page& high = *new_page(depth);
    cell kept[used_max];
    std::size_t kept_count = 0;
    std::uint64_t one = 0;  // any of its hashes says where the page stands
    for (std::size_t i = 0; i < cells_a_page; ++i) {
      if (low.tags[i] == 0) continue;
      one = low.cells[i].hash;
      if ((one >> (64 - depth) & 1) != 0) {
        high.put(low.cells[i]);
      } else {
        kept[kept_count++] = low.cells[i];
      }
    }
    low.clear();
    for (std::size_t i = 0; i < kept_count; ++i) low.put(kept[i]);
    const std::size_t count = times(depth);
    const std::size_t first = (place_of(one) & ~(2 * count - 1)) + count;
    for (std::size_t i = first; i < first + count; ++i) directory_[i] = &high;
  }
  void double_directory() {
    std::vector<page*> twice(directory_.size() * 2);
    for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = directory_[i / 2];
    directory_ = std::move(twice);
    ++depth_;
    deepest_ = 0;
  }

  /// With the page that has the other half of the hashes of one level above, if that is no more
  /// divided than this one and both have become small.
  void join(page& p, std::uint64_t hash) noexcept {
    if (p.depth == 0) return;
    const std::size_t count = times(p.depth);
    const std::size_t first = place_of(hash) & ~(2 * count - 1);
    page& low = *directory_[first];
    page& high = *directory_[first + count];
    if (low.depth != high.depth || low.used + high.used > joined_max) return;
    for (std::size_t i = 0; i < cells_a_page; ++i) {
      if (high.tags[i] != 0) low.put(high.cells[i]);
    }
    for (std::size_t i = first + count; i < first + 2 * count; ++i) directory_[i] = &low;
    if (low.depth == depth_) deepest_ -= 2;
    --low.depth;
    arena_.give_page(&high);
    while (depth_ != 0 && deepest_ == 0) halve_directory();
  }
  void halve_directory() noexcept {
    for (std::size_t i = 0; i < directory_.size() / 2; ++i) directory_[i] = directory_[2 * i];
    directory_.resize(directory_.size() / 2);
    --depth_;
    for_each_page([this](const page& p) { deepest_ += p.depth == depth_ ? 1 : 0; });
  }

  arena& arena_;
  std::vector<page*> directory_;
  unsigned depth_ = 0;       // of the directory: 2^depth places
  std::size_t deepest_ = 0;  // pages of that depth
  std::size_t size_ = 0;
  void* spare_ = nullptr;  // what reserve() holds ready
};

}  // namespace millrace::sync
