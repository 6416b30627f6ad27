#include "sync/slab.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"

namespace millrace::sync {
namespace {

constexpr std::size_t round_up(std::size_t n, std::size_t alignment) noexcept {
  return (n + alignment - 1) & ~(alignment - 1);
}

}  // namespace

slab_base::slab_base(arena& pages, std::size_t object_bytes, std::size_t alignment) noexcept
    : arena_(pages),
      stride_(static_cast<std::uint32_t>(round_up(std::max(object_bytes, sizeof(free_object)),
                                                  std::max(alignment, alignof(free_object))))),
      first_offset_(static_cast<std::uint32_t>(round_up(sizeof(page), alignment))),
      objects_per_page_(static_cast<std::uint32_t>((arena::page_bytes - first_offset_) / stride_)) {
  MR_ASSERT(object_bytes <= 16 * 1024);
  MR_ASSERT(std::has_single_bit(alignment) && alignment <= 4096);
}

slab_base::~slab_base() {
  while (all_ != nullptr) drop_page(all_);
}

void* slab_base::allocate_slow(allocation_class use) noexcept {
  page* const p = with_room_ != nullptr ? with_room_ : add_page(use);
  if (p == nullptr) return nullptr;
  std::byte* const object = reinterpret_cast<std::byte*>(p) + first_offset_ +
                            static_cast<std::size_t>(p->fresh) * stride_;
  ++p->fresh;
  note_taken(p);
  return object;
}

void slab_base::free(void* object) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(object);
  auto* const p = reinterpret_cast<page*>(address & ~(arena::page_bytes - 1));
  MR_ASSERT(p->owner == this && p->live > 0);
  if (p->live == objects_per_page_) link(p);
  p->free = ::new (object) free_object{p->free};
  --live_;
  if (--p->live != 0) return;
  if (empty_pages_++ == 0) return;
  unlink(p);
  drop_page(p);
}

slab_base::page* slab_base::add_page(allocation_class use) noexcept {
  const bool grows = pages_ >= pages_of_a_growing_slab;
  void* const memory = arena_.take_page(use, grows ? arena::page_use::all : arena::page_use::some);
  if (memory == nullptr) return nullptr;
  auto* const p = ::new (memory) page{this, nullptr, nullptr, all_, nullptr, nullptr, 0, 0};
  if (all_ != nullptr) all_->prev_all = p;
  all_ = p;
  ++pages_;
  ++empty_pages_;
  link(p);
  return p;
}

// The page is not, or no longer needs to be, among those with room.
void slab_base::drop_page(page* p) noexcept {
  (p->prev_all != nullptr ? p->prev_all->next_all : all_) = p->next_all;
  if (p->next_all != nullptr) p->next_all->prev_all = p->prev_all;
  if (p->live == 0) --empty_pages_;
  --pages_;
  p->owner = nullptr;
  arena_.give_page(p);
}

void slab_base::link(page* p) noexcept {
  p->prev = nullptr;
  p->next = with_room_;
  if (with_room_ != nullptr) with_room_->prev = p;
  with_room_ = p;
}

void slab_base::unlink(page* p) noexcept {
  (p->prev != nullptr ? p->prev->next : with_room_) = p->next;
  if (p->next != nullptr) p->next->prev = p->prev;
}

}  // namespace millrace::sync
