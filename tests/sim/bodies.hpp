// bodies: what simulated messages carry. Everything follows from a message's number, so that
// whoever receives one can tell whose body it is and whether a byte of it is wrong. Pure functions.
#pragma once

#include <cstdint>
#include <millrace/queue.hpp>
#include <optional>
#include <string_view>

namespace millrace::sim {

constexpr std::uint32_t body_bytes_most = 192 * 1024;

/// `bytes` long, 1..body_bytes_most.
bytes_view body_of(std::uint32_t number, std::uint32_t bytes) noexcept;
/// Encoded message attributes; empty for most.
bytes_view attributes_of(std::uint32_t number) noexcept;
/// The message group id of a message to a standard queue with so many tenants (6 at most): half are
/// of the first, and some have none.
std::string_view tenant_of(std::uint32_t number, std::uint32_t tenants) noexcept;
/// Travels as the message's digest, so that one byte is enough of a body.
digest label_of(std::uint32_t number) noexcept;
/// The number of a genuine label.
std::optional<std::uint32_t> number_of(const digest* label) noexcept;

}  // namespace millrace::sim
