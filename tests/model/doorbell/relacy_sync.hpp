// The Sync policy of the models in this folder: relacy's atomics behind the interface of
// std::atomic, and mutants of the orders. relacy runs a test's threads as fibers on one thread and
// lets loads return any value that the C++ memory model permits.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <ostream>
#include <string>

// Last, because it defines macros over names of the standard library; those that stand for whole
// words of the language or that we need ourselves go again at once.
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

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wdollar-in-identifier-extension"  // relacy's place macro, $
#endif

namespace millrace::model {

constexpr rl::memory_order to_relacy(std::memory_order order) noexcept {
  switch (order) {
    case std::memory_order_relaxed: return rl::mo_relaxed;
    case std::memory_order_consume: return rl::mo_consume;
    case std::memory_order_acquire: return rl::mo_acquire;
    case std::memory_order_release: return rl::mo_release;
    case std::memory_order_acq_rel: return rl::mo_acq_rel;
    case std::memory_order_seq_cst: return rl::mo_seq_cst;
  }
  return rl::mo_seq_cst;
}

/// The caller's place in the source, for traces: std::source_location, which clang 14 lacks.
struct where {
  rl::debug_info place;
  static where here(const char* function = __builtin_FUNCTION(),
                    const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {{function, file, line}};
  }
};

/// std::atomic's functions that the modelled structures use.
template <class T>
class atomic {
 public:
  atomic() = default;
  explicit(false) atomic(T value) : value_(value) {}

  T load(std::memory_order order, where at = where::here()) const {
    return value_.load(to_relacy(order), at.place);
  }
  void store(T value, std::memory_order order, where at = where::here()) {
    value_.store(value, to_relacy(order), at.place);
  }
  T exchange(T value, std::memory_order order, where at = where::here()) {
    return value_.exchange(value, to_relacy(order), at.place);
  }
  T fetch_add(T value, std::memory_order order, where at = where::here()) {
    return value_.fetch_add(value, to_relacy(order), at.place);
  }
  T fetch_sub(T value, std::memory_order order, where at = where::here()) {
    return value_.fetch_sub(value, to_relacy(order), at.place);
  }
  bool compare_exchange_weak(T& expected, T value, std::memory_order success,
                             std::memory_order failure, where at = where::here()) {
    return value_.compare_exchange(rl::bool_t<true>(), expected, value, to_relacy(success),
                                   to_relacy(failure), at.place);
  }

 private:
  mutable rl::atomic<T> value_;
};

/// As a mutant: nothing is weakened, no step left out.
inline constexpr int nothing = -1;

/// Orders as production has them, but `WeakSite` relaxed and `LeftOutStep` left out.
template <int WeakSite = nothing, int LeftOutStep = nothing,
          template <class> class Atomic = model::atomic>
struct relacy_sync {
  template <class T>
  using atomic = Atomic<T>;

  template <int Site>
  static constexpr std::memory_order release =
      Site == WeakSite ? std::memory_order_relaxed : std::memory_order_release;
  template <int Site>
  static constexpr std::memory_order acquire =
      Site == WeakSite ? std::memory_order_relaxed : std::memory_order_acquire;
  template <int ReleaseSite, int AcquireSite>
  static constexpr std::memory_order both = ReleaseSite == WeakSite   ? std::memory_order_acquire
                                            : AcquireSite == WeakSite ? std::memory_order_release
                                                                      : std::memory_order_acq_rel;
  template <int Step>
  static constexpr bool keeps = Step != LeftOutStep;
};

}  // namespace millrace::model
