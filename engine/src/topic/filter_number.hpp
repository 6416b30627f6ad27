// Numbers as filter policies compare them: from -1e9 to 1e9, with five digits after the point
// (Amazon SNS, filter policy constraints). Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::topic {

constexpr std::int64_t filter_number_scale = 100'000;
constexpr std::int64_t filter_number_limit = 1'000'000'000;
constexpr std::int64_t filter_number_max = filter_number_limit * filter_number_scale;

/// The number times 1e5, rounded; nothing if `text` is none, or is out of range.
std::optional<std::int64_t> filter_number(std::string_view text) noexcept;

}  // namespace millrace::topic
