// message_table: the messages of one slot by sequence number. Pages of 512 pointers, filled in
// order and freed when their last message is gone; insert, find and erase touch one page each.
// Single-threaded (the lane).
#pragma once

#include <cstdint>

#include "base/pointer_table.hpp"
#include "queue/message.hpp"
#include "sync/slab.hpp"

namespace millrace::queue {

class message_table {
 public:
  static constexpr std::uint64_t page_entries = 512;
  struct page {
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

 private:
  struct number_key {
    static std::uint64_t of(const page& p) noexcept { return p.number; }
  };
  [[nodiscard]] page* find_page(std::uint64_t number) const noexcept;

  page_slab* pages_;
  base::pointer_table<page, number_key> directory_;
  std::size_t size_ = 0;
  page* latest_ = nullptr;  ///< the page of the newest sequence, kept even when it is empty
};

}  // namespace millrace::queue
