#include "queue/message_table.hpp"

namespace millrace::queue {

bool message_table::reserve(std::uint64_t sequence, sync::allocation_class use) noexcept {
  const std::uint64_t number = sequence / page_entries;
  if (find_page(number) != nullptr) return true;
  page* fresh = pages_->create(use);
  if (fresh == nullptr) return false;
  fresh->number = number;
  directory_.insert(*fresh);
  pages_in_order_.push_back(*fresh);
  if (latest_ != nullptr && latest_->live == 0) drop(*latest_);
  latest_ = fresh;
  return true;
}

void message_table::insert(message& item) noexcept {
  page* p = find_page(item.sequence / page_entries);
  MR_ASSERT(p != nullptr && p->entries[item.sequence % page_entries] == nullptr);
  p->entries[item.sequence % page_entries] = &item;
  ++p->live;
  ++size_;
}

message* message_table::find(std::uint64_t sequence) const noexcept {
  const page* p = find_page(sequence / page_entries);
  return p == nullptr ? nullptr : p->entries[sequence % page_entries];
}

void message_table::erase(std::uint64_t sequence) noexcept {
  page* p = find_page(sequence / page_entries);
  MR_ASSERT(p != nullptr && p->entries[sequence % page_entries] != nullptr);
  p->entries[sequence % page_entries] = nullptr;
  --size_;
  if (--p->live == 0 && p != latest_) drop(*p);
}

void message_table::drop(page& p) noexcept {
  if (at_ == &p) {
    at_ = pages_in_order_.after(p);
    index_ = 0;
  }
  base::list<page, page_tag>::erase(p);
  directory_.erase(p);
  pages_->destroy(&p);
}

message_table::page* message_table::find_page(std::uint64_t number) const noexcept {
  if (latest_ != nullptr && latest_->number == number) return latest_;
  return directory_.find(number);
}

}  // namespace millrace::queue
