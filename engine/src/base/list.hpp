// An intrusive doubly linked list: O(1) everywhere, no allocation, single-threaded.
// A node is a member of at most one list for each hook type that it derives from.
#pragma once

#include <cstddef>

#include "base/prefetch.hpp"

namespace millrace::base {

/// Base class of things that stand in a list<T, Tag>.
template <class Tag>
struct list_hook {
  list_hook* next = nullptr;
  list_hook* prev = nullptr;
  [[nodiscard]] bool linked() const noexcept { return next != nullptr; }
};

template <class T, class Tag>
class list {
 public:
  using hook = list_hook<Tag>;

  list() noexcept { head_.next = head_.prev = &head_; }
  list(const list&) = delete;
  list& operator=(const list&) = delete;

  [[nodiscard]] bool empty() const noexcept { return head_.next == &head_; }
  [[nodiscard]] T* front() const noexcept {
    return empty() ? nullptr : static_cast<T*>(head_.next);
  }
  [[nodiscard]] T* back() const noexcept { return empty() ? nullptr : static_cast<T*>(head_.prev); }
  [[nodiscard]] T* after(const T& item) const noexcept {
    hook* n = static_cast<const hook&>(item).next;
    return n == &head_ ? nullptr : static_cast<T*>(n);
  }

  [[nodiscard]] T* before(const T& item) const noexcept {
    hook* p = static_cast<const hook&>(item).prev;
    return p == &head_ ? nullptr : static_cast<T*>(p);
  }

  /// Before a push_back().
  void prefetch_back() const noexcept { prefetch_for_write(head_.prev); }
  void push_back(T& item) noexcept { link(item, head_.prev, &head_); }
  /// `place` is in this list.
  void insert_behind(T& place, T& item) noexcept {
    hook& p = place;
    link(item, &p, p.next);
  }
  void push_front(T& item) noexcept { link(item, &head_, head_.next); }
  T* pop_front() noexcept {
    T* item = front();
    if (item != nullptr) erase(*item);
    return item;
  }

  static void erase(T& item) noexcept {
    hook& h = item;
    h.prev->next = h.next;
    h.next->prev = h.prev;
    h.next = h.prev = nullptr;
  }

  /// Moves every item of `other` behind this list's last one.
  void splice_back(list& other) noexcept {
    if (other.empty()) return;
    hook* first = other.head_.next;
    hook* last = other.head_.prev;
    other.head_.next = other.head_.prev = &other.head_;
    first->prev = head_.prev;
    head_.prev->next = first;
    last->next = &head_;
    head_.prev = last;
  }

  /// Forgets the items without touching them; their hooks stay dangling.
  void forget() noexcept { head_.next = head_.prev = &head_; }

 private:
  static void link(T& item, hook* before, hook* behind) noexcept {
    hook& h = item;
    h.prev = before;
    h.next = behind;
    before->next = &h;
    behind->prev = &h;
  }
  hook head_;
};

}  // namespace millrace::base
