// The Sync policy of the ring models: relacy's atomics behind the faces of std_sync, with one
// memory order weakened (or one step left out) in a mutant. relacy runs the threads of a model as
// fibers and lets loads return every value that the C++ memory model permits.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Last: it defines macros over names of the language and of the library, which we need ourselves.
#include <relacy/relacy.hpp>
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert

namespace millrace::model {

using where = std::source_location;

inline rl::memory_order order_of(std::memory_order order) {
  switch (order) {
    case std::memory_order_acquire: return rl::mo_acquire;
    case std::memory_order_release: return rl::mo_release;
    case std::memory_order_acq_rel: return rl::mo_acq_rel;
    case std::memory_order_seq_cst: return rl::mo_seq_cst;
    default: return rl::mo_relaxed;
  }
}
inline rl::debug_info info_of(const where& at) {
  return {at.function_name(), at.file_name(), at.line()};
}

/// std::atomic's functions that the rings use.
template <class T>
class atomic {
 public:
  explicit(false) atomic(T value = T{}) : value_(value) {}

  T load(std::memory_order order, where at = where::current()) const {
    return value_.load(order_of(order), info_of(at));
  }
  void store(T value, std::memory_order order, where at = where::current()) {
    value_.store(value, order_of(order), info_of(at));
  }
  T fetch_add(T value, std::memory_order order, where at = where::current()) {
    return value_.fetch_add(value, order_of(order), info_of(at));
  }
  bool compare_exchange_weak(T& expected, T value, std::memory_order success,
                             std::memory_order failure, where at = where::current()) {
    return value_.compare_exchange(rl::bool_t<true>(), expected, value,
                                   order_of(stronger(success, failure)), order_of(failure),
                                   info_of(at));
  }
  bool compare_exchange_strong(T& expected, T value, std::memory_order success,
                               std::memory_order failure, where at = where::current()) {
    return value_.compare_exchange(rl::bool_t<false>(), expected, value,
                                   order_of(stronger(success, failure)), order_of(failure),
                                   info_of(at));
  }

 private:
  /// relacy follows C++11, where success must include what failure asks for.
  static std::memory_order stronger(std::memory_order success, std::memory_order failure) {
    if (failure != std::memory_order_acquire) return success;
    return success == std::memory_order_release   ? std::memory_order_acq_rel
           : success == std::memory_order_relaxed ? std::memory_order_acquire
                                                  : success;
  }
  mutable rl::atomic<T> value_;
};

/// A ring's bytes. Each word is an atomic and a plain variable at once: every write goes to both,
/// an atomic load looks at the one, a plain read at the other, so that relacy sees what a plain
/// read races with, and what a stale atomic load may return.
class word_storage {
 public:
  static constexpr std::size_t bytes = 64;

  /// Filled with `stale`, because a ring must not rely on zeroed memory.
  explicit word_storage(std::uint64_t stale) {
    for (word& each : words_) {
      each.plain($).store(stale);
      each.shared.store(stale, rl::mo_relaxed, $);
    }
  }
  struct word {
    rl::atomic<std::uint64_t> shared;
    rl::var<std::uint64_t> plain;
  };
  [[nodiscard]] static std::size_t size() { return bytes; }
  [[nodiscard]] word& at(std::size_t offset, const where& from) {
    const bool inside = offset % 8 == 0 && offset < size();
    if (!inside)
      rl::ctx().fail_test("access outside the ring", rl::test_result_user_assert_failed,
                          info_of(from));
    return words_[offset / 8 % words_.size()];
  }

  /// Suspends the reading thread before its `loads`-th load from here, until let_go(). The flag is
  /// relaxed: nothing becomes visible by it.
  void hold_before_load(unsigned loads) { loads_to_hold_ = static_cast<int>(loads); }
  void let_go() { released_.store(1, rl::mo_relaxed, $); }
  void about_to_load(const where& from) {
    if (loads_to_hold_ < 0 || loads_to_hold_-- != 0) return;
    while (released_.load(rl::mo_relaxed, info_of(from)) == 0) {
      // without a yield: after one, relacy forbids the stale values that are looked for here
    }
  }

 private:
  std::array<word, bytes / 8> words_;
  rl::atomic<unsigned> released_{0};
  int loads_to_hold_ = -1;  ///< reading thread only; negative: not to be held
};

class ring_words {
 public:
  /// A record's words, read in place.
  class view {
   public:
    view(word_storage* words, std::size_t offset, std::size_t size)
        : words_(words), offset_(offset), size_(size) {}
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint64_t word(std::size_t index, where at = where::current()) const {
      return words_->at(offset_ + index * 8, at).plain(info_of(at)).load();
    }

   private:
    word_storage* words_;
    std::size_t offset_;
    std::size_t size_;
  };
  using place = view;

  explicit(false) ring_words(word_storage& words) : words_(&words) {}
  [[nodiscard]] std::size_t size() const { return words_->size(); }

  std::uint64_t load(std::size_t offset, std::memory_order order,
                     where at = where::current()) const {
    words_->about_to_load(at);
    return words_->at(offset, at).shared.load(order_of(order), info_of(at));
  }
  void store(std::size_t offset, std::uint64_t value, std::memory_order order,
             where at = where::current()) {
    word_storage::word& word = words_->at(offset, at);
    word.plain(info_of(at)).store(value);
    word.shared.store(value, order_of(order), info_of(at));
  }
  std::uint64_t plain_load(std::size_t offset, where at = where::current()) const {
    return words_->at(offset, at).plain(info_of(at)).load();
  }
  void plain_store(std::size_t offset, std::uint64_t value, where at = where::current()) {
    store(offset, value, std::memory_order_relaxed, at);
  }
  void copy_in(std::size_t offset, const void* from, std::size_t size,
               where at = where::current()) {
    for (std::size_t done = 0; done < size; done += 8) {
      std::uint64_t value = 0;
      std::memcpy(&value, static_cast<const char*>(from) + done,
                  std::min<std::size_t>(8, size - done));
      plain_store(offset + done, value, at);
    }
  }
  [[nodiscard]] view plain_view(std::size_t offset, std::size_t size) const {
    return {words_, offset, size};
  }
  [[nodiscard]] place plain_place(std::size_t offset, std::size_t size) {
    return {words_, offset, size};
  }
  void prefetch_write(std::size_t) const {}
  void prefetch_read(std::size_t) const {}

 private:
  word_storage* words_;
};

inline constexpr int nothing = -1;

/// WeakSite: the labelled operation that becomes relaxed. MissingStep: the step left out.
template <int WeakSite = nothing, int MissingStep = nothing>
struct sync {
  template <class T>
  using atomic = model::atomic<T>;
  using words = ring_words;

  template <int Site>
  static constexpr std::memory_order release =
      Site == WeakSite ? std::memory_order_relaxed : std::memory_order_release;
  template <int Site>
  static constexpr std::memory_order acquire =
      Site == WeakSite ? std::memory_order_relaxed : std::memory_order_acquire;
  template <int ReleaseSite, int AcquireSite>
  static constexpr std::memory_order both = ReleaseSite == WeakSite   ? acquire<AcquireSite>
                                            : AcquireSite == WeakSite ? release<ReleaseSite>
                                                                      : std::memory_order_acq_rel;
  template <int Step>
  static constexpr bool keeps = Step != MissingStep;

  static constexpr std::size_t capacity_min = 64;
  static constexpr std::size_t line_bytes = 16;
  static constexpr std::size_t run_bytes = 32;
};

}  // namespace millrace::model
