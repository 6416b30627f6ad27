// stream_copy: copies past the caches, for bytes that another processor or a device is the next to
// read. Storing into lines which those have read last would fetch each one back first: 65 ns a line
// and 1.2 us a KiB where cores are far apart. The lane encodes bodies so. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace millrace::journal {

/// As memcpy. Visible to other threads and devices after stream_copy_done().
inline void stream_copy(std::byte* to, const std::byte* from, std::size_t bytes) noexcept {
#if defined(__x86_64__)
  constexpr std::size_t line = 64;
  const std::size_t head = (line - reinterpret_cast<std::uintptr_t>(to) % line) % line;
  if (bytes > head) {
    std::memcpy(to, from, head);
    to += head;
    from += head;
    bytes -= head;
    for (; bytes >= line; to += line, from += line, bytes -= line) {
      for (std::size_t at = 0; at != line; at += sizeof(__m128i)) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + at),
                         _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at)));
      }
    }
  }
#endif
  if (bytes != 0) std::memcpy(to, from, bytes);
}

/// Before whatever tells others of the copies.
inline void stream_copy_done() noexcept {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

}  // namespace millrace::journal
