// pointer_table: pointers by a 64-bit key that lies in what they point to. Open addressing, at most
// three quarters full, deletion by backward shift (no tombstones); a hash beside each pointer, so
// that only what is found is touched. It allocates only when it grows, and when it is told to
// shrink and has become an eighth full. Several items may share a key: find() takes a predicate.
// Single-threaded.
#pragma once

#include <cstdint>
#include <vector>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/prefetch.hpp"

namespace millrace::base {

/// Key: a type with `static std::uint64_t of(const T&)`.
template <class T, class Key>
class pointer_table {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return used_; }

  template <class Is>
  [[nodiscard]] T* find(std::uint64_t key, Is&& is) const noexcept {
    if (cells_.empty()) return nullptr;
    const std::uint64_t hash = mix64(key);
    for (std::size_t i = hash & mask(); cells_[i].item != nullptr; i = next(i)) {
      if (cells_[i].hash == hash && is(*cells_[i].item)) return cells_[i].item;
    }
    return nullptr;
  }
  [[nodiscard]] T* find(std::uint64_t key) const noexcept {
    return find(key, [](const T&) { return true; });
  }

  // Before several finds: first this for each key, then the other, then the finds.
  void prefetch_cell(std::uint64_t key) const noexcept {
    if (!cells_.empty()) prefetch_for_write(&cells_[mix64(key) & mask()]);
  }
  void prefetch_item(std::uint64_t key) const noexcept {
    if (cells_.empty()) return;
    const std::uint64_t hash = mix64(key);
    std::size_t i = hash & mask();
    while (cells_[i].item != nullptr && cells_[i].hash != hash) i = next(i);
    if (cells_[i].item != nullptr) prefetch_for_write(cells_[i].item);
  }

  void insert(T& item) {
    if ((used_ + 1) * 4 > cells_.size() * 3) resize(cells_.empty() ? 8 : cells_.size() * 2);
    put({mix64(Key::of(item)), &item});
    ++used_;
  }

  /// The item is in the table.
  void erase(T& item) noexcept {
    std::size_t hole = mix64(Key::of(item)) & mask();
    while (cells_[hole].item != &item) {
      MR_ASSERT(cells_[hole].item != nullptr);
      hole = next(hole);
    }
    for (std::size_t i = next(hole); cells_[i].item != nullptr; i = next(i)) {
      const std::size_t wanted = cells_[i].hash & mask();
      if (((i - wanted) & mask()) < ((i - hole) & mask())) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole].item = nullptr;
    --used_;
  }

  /// After an erase, where a burst may have made the table larger than it will ever need again.
  void shrink() {
    if (cells_.size() > cells_kept && used_ * 8 < cells_.size()) resize(cells_.size() / 2);
  }

  [[nodiscard]] std::size_t bytes() const noexcept { return cells_.capacity() * sizeof(cell); }

  /// Calls f(T&) for every item, in no order; f must not change the table.
  template <class F>
  void for_each(F&& f) const {
    for (const cell& c : cells_) {
      if (c.item != nullptr) f(*c.item);
    }
  }

 private:
  struct cell {
    std::uint64_t hash = 0;
    T* item = nullptr;
  };
  static constexpr std::size_t cells_kept = 64;

  [[nodiscard]] std::size_t mask() const noexcept { return cells_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t i) const noexcept { return (i + 1) & mask(); }

  void put(const cell& c) noexcept {
    std::size_t i = c.hash & mask();
    while (cells_[i].item != nullptr) i = next(i);
    cells_[i] = c;
  }
  void resize(std::size_t cells) {
    std::vector<cell> old(cells);
    old.swap(cells_);
    for (const cell& c : old) {
      if (c.item != nullptr) put(c);
    }
  }

  std::vector<cell> cells_;
  std::size_t used_ = 0;
};

}  // namespace millrace::base
