// claim_table<T>: a fixed number of places, each made when it is first claimed and used again after
// it is given back. The places of an engine's clients: lanes walk over all that were ever made.
//
// State       places_: pointers, null until first claimed. high_water_: places ever made.
// Invariants  a place lives as long as the table, so a walker may look at one that is given back;
//             places below high_water_ are not null.
// Writers     claim, give_back: any thread, under the mutex. size, at: any thread.
// Lines       high_water_ is read by every lane once a batch and written once a client.
// Orders      [R1] [A1] below.
// Progress    size and at are wait-free; claim and give_back lock, once in a client's life.
// Checked by  tests/unit/api/client_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace millrace::sync {

template <class T>
class claim_table {
 public:
  explicit claim_table(std::size_t capacity) : places_(capacity), claimed_(capacity, false) {}

  /// A free place, made by make() -> unique_ptr<T> if it is a new one. Null: all are claimed.
  template <class Make>
  T* claim(Make&& make) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (claimed_[i]) continue;
      if (places_[i] == nullptr) {
        places_[i] = make(i);
        // [R1] pairs with [A1]: the place is whole before a walker sees it counted.
        high_water_.store(i + 1, std::memory_order_release);
      }
      claimed_[i] = true;
      return places_[i].get();
    }
    return nullptr;
  }

  void give_back(T* place) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].get() == place) claimed_[i] = false;
    }
  }

  /// Places to walk over: at(0) .. at(size() - 1).
  [[nodiscard]] std::size_t size() const noexcept {
    // [A1] pairs with [R1]: every place below the count is whole.
    return high_water_.load(std::memory_order_acquire);
  }
  [[nodiscard]] T& at(std::size_t i) const noexcept { return *places_[i]; }

 private:
  std::vector<std::unique_ptr<T>> places_;
  alignas(128) std::atomic<std::size_t> high_water_{0};
  alignas(128) std::mutex mutex_;
  std::vector<bool> claimed_;
};

}  // namespace millrace::sync
