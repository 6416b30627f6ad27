// pointer_table: pointers by a 64-bit key that lies in what they point to. Open addressing, at
// most half full, deletion by backward shift (no tombstones). It allocates only when it grows.
// Several items may share a key: find() takes a predicate. Single-threaded.
#pragma once

#include <cstdint>
#include <vector>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace millrace::base {

/// Key: a type with `static std::uint64_t of(const T&)`.
template <class T, class Key>
class pointer_table {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return used_; }

  template <class Is>
  [[nodiscard]] T* find(std::uint64_t key, Is&& is) const noexcept {
    if (cells_.empty()) return nullptr;
    for (std::size_t i = home(key); cells_[i] != nullptr; i = next(i)) {
      if (Key::of(*cells_[i]) == key && is(*cells_[i])) return cells_[i];
    }
    return nullptr;
  }
  [[nodiscard]] T* find(std::uint64_t key) const noexcept {
    return find(key, [](const T&) { return true; });
  }

  void insert(T& item) {
    if ((used_ + 1) * 2 > cells_.size()) grow();
    put(item);
    ++used_;
  }

  /// The item is in the table.
  void erase(T& item) noexcept {
    std::size_t hole = home(Key::of(item));
    while (cells_[hole] != &item) {
      MR_ASSERT(cells_[hole] != nullptr);
      hole = next(hole);
    }
    for (std::size_t i = next(hole); cells_[i] != nullptr; i = next(i)) {
      const std::size_t wanted = home(Key::of(*cells_[i]));
      if (((i - wanted) & mask()) < ((i - hole) & mask())) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole] = nullptr;
    --used_;
  }

  /// Calls f(T&) for every item, in no order; f must not change the table.
  template <class F>
  void for_each(F&& f) const {
    for (T* item : cells_) {
      if (item != nullptr) f(*item);
    }
  }

 private:
  [[nodiscard]] std::size_t mask() const noexcept { return cells_.size() - 1; }
  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept { return mix64(key) & mask(); }
  [[nodiscard]] std::size_t next(std::size_t i) const noexcept { return (i + 1) & mask(); }

  void put(T& item) noexcept {
    std::size_t i = home(Key::of(item));
    while (cells_[i] != nullptr) i = next(i);
    cells_[i] = &item;
  }
  void grow() {
    std::vector<T*> old(cells_.empty() ? 8 : cells_.size() * 2, nullptr);
    old.swap(cells_);
    for (T* item : old) {
      if (item != nullptr) put(*item);
    }
  }

  std::vector<T*> cells_;
  std::size_t used_ = 0;
};

}  // namespace millrace::base
