// Memory of one request: bump allocation, freed all at once. After the first requests it holds
// one block that fits the usual request, and allocates nothing. One owner, no locks. Nothing in it
// is destroyed: only trivial types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

namespace millrace::aws {

class arena {
 public:
  /// `kept_bytes` is what reset() keeps for the next request.
  explicit arena(std::size_t kept_bytes = 16 * 1024) noexcept : kept_bytes_(kept_bytes) {}
  ~arena();
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  /// `count` bytes, uninitialised, aligned for 16. Running out of memory ends the process; a
  /// request's memory is bounded by the limits on its body.
  [[nodiscard]] char* bytes(std::size_t count) noexcept {
    char* const at = open(count);
    close(count);
    return at;
  }

  /// A place for at most `count_max` bytes; close() says how many became of them. Nothing else is
  /// allocated in between.
  [[nodiscard]] char* open(std::size_t count_max) noexcept {
    const std::size_t rounded = (count_max + 15) & ~std::size_t{15};
    if (rounded > left_) [[unlikely]]
      add_block(rounded);
    return next_;
  }
  void close(std::size_t count) noexcept {
    const std::size_t rounded = (count + 15) & ~std::size_t{15};
    next_ += rounded;
    left_ -= rounded;
  }

  /// `count` value-initialised objects.
  template <class T>
  [[nodiscard]] std::span<T> array(std::size_t count) noexcept {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 16);
    T* const first = reinterpret_cast<T*>(bytes(count * sizeof(T)));
    for (std::size_t i = 0; i < count; ++i) ::new (first + i) T{};
    return {first, count};
  }

  /// Frees everything; every view into the arena dies.
  void reset() noexcept;

  /// Bytes obtained from the system and held now.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }

 private:
  struct alignas(16) block {
    block* older;
    std::size_t size;
  };
  void add_block(std::size_t count) noexcept;
  void use(block* b) noexcept;

  std::size_t kept_bytes_;
  block* newest_ = nullptr;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t held_bytes_ = 0;
};

}  // namespace millrace::aws
