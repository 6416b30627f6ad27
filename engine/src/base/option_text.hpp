// Reading option values from text. Called by the option table while an engine or a server starts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::base {

/// A decimal number, and after it nothing or one of KiB, MiB, GiB, TiB; nothing if it is neither or
/// does not fit into 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

/// Twelve digits.
bool is_account_id(std::string_view text) noexcept;

/// Lower-case letters, digits and hyphens, beginning with a letter.
bool is_region(std::string_view text) noexcept;

}  // namespace millrace::base
