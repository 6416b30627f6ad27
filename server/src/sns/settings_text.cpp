#include "sns/settings_text.hpp"

#include <algorithm>

namespace millrace::sns {

const std::string* find_stored(const stored_texts& stored, std::string_view key) noexcept {
  const auto found = std::find_if(stored.begin(), stored.end(),
                                  [&](const auto& each) { return each.first == key; });
  return found == stored.end() ? nullptr : &found->second;
}

}  // namespace millrace::sns
