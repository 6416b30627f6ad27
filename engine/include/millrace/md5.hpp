// MD5 (RFC 1321): SQS clients check every body against it, and it spreads partition keys over
// shards. One message at a time, in pieces, or many messages at once: MD5 cannot use a wide
// register for one message, but 16 messages fill one, so the bodies of an epoll turn, or the keys
// of a batch of records, are hashed together. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/export.hpp>
#include <span>
#include <string_view>

namespace millrace {
inline namespace v1 {

using md5_digest = std::array<std::uint8_t, 16>;

/// The digest of one message.
MR_EXPORT md5_digest md5(std::string_view bytes) noexcept;

/// A message that comes in pieces.
class MR_EXPORT md5_hasher {
 public:
  void update(std::string_view bytes) noexcept;
  /// The digest of everything so far; the hasher is used up.
  md5_digest finish() noexcept;

 private:
  std::array<std::uint32_t, 4> state_{0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};
  std::uint64_t size_ = 0;  // bytes
  std::array<std::uint8_t, 64> pending_{};
};

struct md5_job {
  std::string_view bytes;
  md5_digest* digest;  ///< where the answer goes
};

/// All digests. Lengths may differ; a lane that has finished its message takes the next one.
MR_EXPORT void md5_many(std::span<const md5_job> jobs) noexcept;

enum class md5_lanes : std::uint8_t { one, eight, sixteen };

/// The widest that this processor and operating system offer (none, AVX2, AVX-512).
MR_EXPORT md5_lanes md5_widest() noexcept;

/// md5_many with a given width, which must not be above md5_widest().
MR_EXPORT void md5_many(std::span<const md5_job> jobs, md5_lanes width) noexcept;

}  // namespace v1
}  // namespace millrace
