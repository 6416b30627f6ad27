// stream_writer: writes bytes one after the other past the caches, in whole words, for another
// processor or a device to read. Storing into lines which those have read last would fetch each one
// back first, 65 ns a line where cores are far apart, and every load behind such a store that does
// not match it waits as well. The lane encodes entries so, and a client stores records that come by
// the hundred. A value; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <millrace/types.hpp>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace millrace::base {

class stream_writer {
 public:
  static constexpr std::size_t word_bytes = 8;

  /// Room for what is written, up to whole words. Aligned to 8 it is fastest.
  explicit stream_writer(std::byte* to) noexcept : at_(to) {}

  void word(std::uint64_t value) noexcept {
    if (held_ == 0) return store(value);
    store(partial_ | value << (8 * held_));
    partial_ = value >> (64 - 8 * held_);
  }

  void bytes(bytes_view from) noexcept {
    const std::byte* next = from.data();
    std::size_t left = from.size();
    if (held_ == 0) {
      const std::size_t copied = lines(next, left);
      next += copied;
      left -= copied;
    }
    for (; left >= word_bytes; next += word_bytes, left -= word_bytes) word(load(next));
    if (left != 0) tail(next, left);
  }

  /// Zeros up to a whole word. Where the next one would go.
  std::byte* pad() noexcept {
    if (held_ != 0) store(partial_);
    held_ = 0;
    partial_ = 0;
    return at_;
  }

  /// Before whatever tells others of what was written.
  static void done() noexcept {
#if defined(__x86_64__)
    _mm_sfence();
#endif
  }

 private:
  static std::uint64_t load(const std::byte* from) noexcept {
    std::uint64_t value;
    std::memcpy(&value, from, word_bytes);
    return value;
  }

  void store(std::uint64_t value) noexcept {
#if defined(__x86_64__)
    _mm_stream_si64(reinterpret_cast<long long*>(at_), static_cast<long long>(value));
#else
    std::memcpy(at_, &value, word_bytes);
#endif
    at_ += word_bytes;
  }

  /// Whole lines of what is left, if the place can be brought to one; how much that was.
  std::size_t lines([[maybe_unused]] const std::byte* from,
                    [[maybe_unused]] std::size_t left) noexcept {
    const std::byte* const begin = from;
#if defined(__x86_64__)
    constexpr std::size_t line = 64;
    if (left < 2 * line || reinterpret_cast<std::uintptr_t>(at_) % word_bytes != 0) return 0;
    for (; reinterpret_cast<std::uintptr_t>(at_) % line != 0; from += word_bytes) {
      store(load(from));
      left -= word_bytes;
    }
    for (; left >= line; from += line, at_ += line, left -= line) {
      for (std::size_t i = 0; i != line; i += sizeof(__m128i)) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(at_ + i),
                         _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
      }
    }
#endif
    return static_cast<std::size_t>(from - begin);
  }

  /// Less than a word.
  void tail(const std::byte* from, std::size_t left) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i != left; ++i) {
      value |= static_cast<std::uint64_t>(from[i]) << (8 * i);
    }
    const std::size_t both = held_ + left;
    partial_ |= value << (8 * held_);
    if (both >= word_bytes) {
      store(partial_);
      partial_ = both == word_bytes ? 0 : value >> (8 * (word_bytes - held_));
    }
    held_ = both % word_bytes;
  }

  std::byte* at_;
  std::uint64_t partial_ = 0;  ///< what was written behind the last whole word
  std::size_t held_ = 0;       ///< bytes of that
};

}  // namespace millrace::base
