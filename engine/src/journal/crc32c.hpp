// CRC-32C (Castagnoli, as iSCSI's, RFC 3720): what every header and entry of the journal is checked
// by. With SSE4.2 and PCLMULQDQ, found at run time, about 8 bytes a cycle from 256 bytes on; else
// by tables. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <millrace/types.hpp>

namespace millrace::journal {

/// Of `bytes`, going on from `crc`, the CRC of what stood before them (0: nothing did).
[[nodiscard]] std::uint32_t crc32c(bytes_view bytes, std::uint32_t crc = 0) noexcept;

/// The same, while `bytes` are copied to `out`, which they do not overlap.
[[nodiscard]] std::uint32_t crc32c_copy(std::byte* out, bytes_view bytes,
                                        std::uint32_t crc = 0) noexcept;

namespace detail {
/// The table path, whatever the processor; for tests.
[[nodiscard]] std::uint32_t crc32c_by_table(bytes_view bytes, std::uint32_t crc) noexcept;
}  // namespace detail

}  // namespace millrace::journal
