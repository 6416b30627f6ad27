// How one message attribute becomes bytes, for whoever brings the room: append_attribute() and the
// C interface. The layout is described in <millrace/attributes.hpp>. Pure; any thread.
#pragma once

#include <cstddef>
#include <millrace/attributes.hpp>

namespace millrace {
inline namespace v1 {
namespace detail {

/// The size of its encoding; 0 if a part is empty or too long.
[[nodiscard]] std::size_t encoded_bytes(const message_attribute& a) noexcept;
/// Writes encoded_bytes(a), which is not 0, to `out`.
void encode(const message_attribute& a, std::byte* out) noexcept;

}  // namespace detail
}  // namespace v1
}  // namespace millrace
