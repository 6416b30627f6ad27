// message_table: the messages of one slot by sequence number. Pages of 512 pointers, filled in
// order and freed when their last message is gone; insert, find and erase touch one page each.
// Single-threaded (the lane).
#pragma once

#include <cstdint>

#include "base/list.hpp"
#include "base/pointer_table.hpp"
#include "queue/message.hpp"
#include "sync/slab.hpp"

namespace millrace::queue {

struct page_tag;

class message_table {
 public:
  static constexpr std::uint64_t page_entries = 512;
  struct page : base::list_hook<page_tag> {
    std::uint64_t number = 0;
    std::uint32_t live = 0;
    message* entries[page_entries] = {};
  };
  using page_slab = sync::slab<page>;

  explicit message_table(page_slab& pages) noexcept : pages_(&pages) {}

  /// Makes sure that insert() of this sequence finds its page. False: no memory is left.
  bool reserve(std::uint64_t sequence, sync::allocation_class use) noexcept;
  /// The sequence was reserved and is not in the table.
  void insert(message& item) noexcept;
  [[nodiscard]] message* find(std::uint64_t sequence) const noexcept;
  /// The sequence is in the table.
  void erase(std::uint64_t sequence) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// A walk over the messages, oldest page first, that may be interrupted: rewind(), then calls of
  /// visit(message&) -> bool by walk() until it returns true (all seen) instead of false (visit
  /// wanted to stop; the message it refused comes again). Inserts and erases between calls are
  /// fine.
  void rewind() noexcept {
    at_ = pages_in_order_.front();
    index_ = 0;
  }
  template <class Visit>
  bool walk(Visit&& visit) {
    for (; at_ != nullptr; at_ = pages_in_order_.after(*at_), index_ = 0) {
      for (; index_ < page_entries; ++index_) {
        message* m = at_->entries[index_];
        if (m != nullptr && !visit(*m)) return false;
      }
    }
    return true;
  }

 private:
  struct number_key {
    static std::uint64_t of(const page& p) noexcept { return p.number; }
  };
  [[nodiscard]] page* find_page(std::uint64_t number) const noexcept;

  void drop(page& p) noexcept;

  page_slab* pages_;
  base::list<page, page_tag> pages_in_order_;
  page* at_ = nullptr;  ///< of the walk
  std::size_t index_ = 0;
  base::pointer_table<page, number_key> directory_;
  std::size_t size_ = 0;
  page* latest_ = nullptr;  ///< the page of the newest sequence, kept even when it is empty
};

}  // namespace millrace::queue
