// object_pool<T>: objects that are made when first needed and used again, taken and given back by
// any thread. The C interface's handles of received messages come from one, so that receiving
// allocates nothing in steady state. Beyond `kept_max` objects are made and deleted each time.
//
// State       nodes_: one pointer a kept object; free_: a stack of their indices.
// Invariants  an object has one holder, or is in free_. A node lives as long as the pool.
// Writers     any thread. nodes_[i] is written once, by who made it, before i is ever pushed.
// Lines       free_'s head has one of its own; made_ is written only while the pool grows.
// Orders      index_stack's: a pop sees the node of the index that it pops, and its contents.
// Progress    lock-free, but for the allocation of a new object.
// Checked by  tests/unit/sync/object_pool_test.cpp
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "sync/index_stack.hpp"
#include "sync/use_count.hpp"

namespace millrace::sync {

template <class T>
class object_pool {
 public:
  /// A T and its place; what take() returns.
  struct node {
    T value{};

   private:
    friend class object_pool;
    std::uint32_t index = basic_index_stack<>::none;
    std::atomic<std::uint32_t> link{0};
  };

  explicit object_pool(std::size_t kept_max)
      : nodes_(new std::unique_ptr<node>[kept_max]), kept_max_(kept_max) {}
  object_pool(const object_pool&) = delete;
  object_pool& operator=(const object_pool&) = delete;

  /// One as its last holder left it, or a new one. Null: no memory.
  [[nodiscard]] node* take() noexcept {
    std::uint32_t index = free_.pop(links());
    if (index != stack::none) {
      taken_.add();
      return nodes_[index].get();
    }
    std::unique_ptr<node> made(new (std::nothrow) node);
    if (made == nullptr) return nullptr;
    taken_.add();
    // relaxed: it only deals out indices.
    const std::size_t place = made_.load(std::memory_order_relaxed) < kept_max_
                                  ? made_.fetch_add(1, std::memory_order_relaxed)
                                  : kept_max_;
    if (place >= kept_max_) return made.release();
    made->index = static_cast<std::uint32_t>(place);
    nodes_[place] = std::move(made);
    return nodes_[place].get();
  }

  void give_back(node* taken) noexcept {
    if (taken->index == stack::none) {
      delete taken;
    } else {
      free_.push(taken->index, links());
    }
    taken_.drop();
  }

  /// Taken and not given back.
  [[nodiscard]] std::size_t in_use() const noexcept { return taken_.value(); }

 private:
  using stack = basic_index_stack<>;
  auto links() noexcept {
    return [this](std::uint32_t i) -> std::atomic<std::uint32_t>& { return nodes_[i]->link; };
  }

  std::unique_ptr<std::unique_ptr<node>[]> nodes_;
  const std::size_t kept_max_;
  std::atomic<std::size_t> made_{0};
  use_count taken_;
  stack free_;
};

}  // namespace millrace::sync
