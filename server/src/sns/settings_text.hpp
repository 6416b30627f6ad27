// What topics and subscriptions store as text under a key: attributes, and tags. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::sns {

using stored_texts = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view tag_prefix = "tag:";

/// The value of a key; nullptr: it is not there.
const std::string* find_stored(const stored_texts& stored, std::string_view key) noexcept;

/// Calls visit(rest of the key, value) for each key that begins so, in order.
template <class Visit>
void for_stored(const stored_texts& stored, std::string_view prefix, Visit&& visit) {
  for (const auto& [key, value] : stored) {
    if (std::string_view(key).starts_with(prefix)) {
      visit(std::string_view(key).substr(prefix.size()), std::string_view(value));
    }
  }
}

}  // namespace millrace::sns
