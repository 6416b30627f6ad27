// slab<T>: the objects of one type in one lane. Called by the lane's thread only; an object costs
// its size and 64 bytes a page of 64 KiB, a create or destroy a few instructions, the heap nothing.
//
// Pages come from the lane's arena. Free objects of a page form a list through their own storage;
// a page with room is in the slab's list of such pages, a page without any object goes back to the
// arena, but for one that is kept so that a lone object coming and going costs no page. The first
// pages get memory as it is touched, further ones at once: a slab that has many is being filled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "sync/arena.hpp"

namespace millrace::sync {

/// The untyped part, for objects of `object_bytes` each. slab<T> is what lanes use.
class slab_base {
 public:
  /// object_bytes from 1 to 16 KiB, alignment a power of two up to 4 KiB. Takes no memory yet.
  slab_base(arena& pages, std::size_t object_bytes, std::size_t object_alignment) noexcept;
  slab_base(const slab_base&) = delete;
  slab_base& operator=(const slab_base&) = delete;
  /// Gives every page back, with whatever objects are still in them (not destroyed).
  ~slab_base();

  /// Storage for one object, contents unspecified. Null: memory_full.
  [[nodiscard]] void* allocate(allocation_class use = allocation_class::normal) noexcept {
    page* const p = with_room_;
    if (p == nullptr || p->free == nullptr) return allocate_slow(use);
    free_object* const object = p->free;
    p->free = object->next;
    note_taken(p);
    return object;
  }

  void free(void* object) noexcept;

  /// Objects allocated and not freed.
  [[nodiscard]] std::size_t live() const noexcept { return live_; }
  /// Pages held, of arena::page_bytes each.
  [[nodiscard]] std::size_t pages() const noexcept { return pages_; }

 private:
  struct free_object {
    free_object* next;
  };
  struct alignas(64) page {
    slab_base* owner;
    page* next;  // among those with room
    page* prev;
    page* next_all;  // among all
    page* prev_all;
    free_object* free;    // objects given back
    std::uint32_t fresh;  // objects never handed out start at this index
    std::uint32_t live;
  };

  [[nodiscard]] void* allocate_slow(allocation_class use) noexcept;
  void note_taken(page* p) noexcept {
    if (p->live++ == 0) --empty_pages_;
    ++live_;
    if (p->live == objects_per_page_) unlink(p);
  }
  /// A slab of so many pages is taken to fill the next one.
  static constexpr std::size_t pages_of_a_growing_slab = 4;

  [[nodiscard]] page* add_page(allocation_class use) noexcept;
  void drop_page(page* p) noexcept;
  void link(page* p) noexcept;
  void unlink(page* p) noexcept;

  arena& arena_;
  const std::uint32_t stride_;
  const std::uint32_t first_offset_;
  const std::uint32_t objects_per_page_;

  page* with_room_ = nullptr;
  page* all_ = nullptr;
  std::size_t live_ = 0;
  std::size_t pages_ = 0;
  std::size_t empty_pages_ = 0;
};

template <class T>
class slab {
 public:
  explicit slab(arena& pages) noexcept : base_(pages, sizeof(T), alignof(T)) {}

  /// A new T(args...). Null: memory_full, and T was not constructed.
  template <class... Args>
  [[nodiscard]] T* create(allocation_class use, Args&&... args) noexcept {
    static_assert(std::is_nothrow_constructible_v<T, Args...>);
    void* const storage = base_.allocate(use);
    return storage == nullptr ? nullptr : ::new (storage) T(std::forward<Args>(args)...);
  }
  void destroy(T* object) noexcept {
    object->~T();
    base_.free(object);
  }

  /// Storage for one T without constructing it, and back.
  [[nodiscard]] void* allocate(allocation_class use = allocation_class::normal) noexcept {
    return base_.allocate(use);
  }
  void free(void* storage) noexcept { base_.free(storage); }

  [[nodiscard]] std::size_t live() const noexcept { return base_.live(); }
  [[nodiscard]] std::size_t pages() const noexcept { return base_.pages(); }

 private:
  slab_base base_;
};

}  // namespace millrace::sync
