#include "topic/filter_values.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "topic/filter_number.hpp"

namespace millrace::topic {
namespace {

bool contains(const std::vector<std::string>& sorted, std::string_view text) noexcept {
  return std::binary_search(sorted.begin(), sorted.end(), text, std::less<>());
}

}  // namespace

void filter_values::add_text(std::string_view text) { texts_.emplace_back(text); }

void filter_values::add_address_or_text(std::string_view text) {
  const std::optional<filter_address> address = parse_address(text);
  if (address) {
    blocks_.push_back(block_of(*address));
  } else {
    add_text(text);
  }
}

void filter_values::add_number(std::string_view text) {
  const std::optional<std::int64_t> number = filter_number(text);
  if (number) {
    numbers_.push_back(*number);
  } else {
    spellings_.emplace_back(text);
  }
}

void filter_values::add_constant(json_kind kind) {
  yes_ = yes_ || kind == json_kind::yes;
  no_ = no_ || kind == json_kind::no;
  null_ = null_ || kind == json_kind::null;
}

void filter_values::add_presence(bool present) {
  present_ = present_ || present;
  absent_ = absent_ || !present;
}

bool filter_values::match_presence() const noexcept {
  return present_ || yes_ || no_ || null_ || !texts_.empty() || !spellings_.empty() ||
         !numbers_.empty() || !ranges_.empty() || !blocks_.empty() || !patterns_.empty() ||
         !excluded_.empty();
}

void filter_values::seal() {
  std::sort(texts_.begin(), texts_.end());
  std::sort(spellings_.begin(), spellings_.end());
  std::sort(numbers_.begin(), numbers_.end());
}

bool filter_values::match_string(std::string_view text) const {
  if (contains(texts_, text)) return true;
  for (const text_pattern& pattern : patterns_) {
    if (pattern.match(text)) return true;
  }
  if (blocks_.empty()) return false;
  const std::optional<filter_address> address = parse_address(text);
  if (!address) return false;
  for (const filter_block& block : blocks_) {
    if (block.contains(*address)) return true;
  }
  return false;
}

bool filter_values::match_number(std::string_view text) const {
  if (!numbers_.empty() || !ranges_.empty()) {
    const std::optional<std::int64_t> number = filter_number(text);
    if (number) {
      if (std::binary_search(numbers_.begin(), numbers_.end(), *number)) return true;
      for (const filter_range& range : ranges_) {
        if (range.low <= *number && *number <= range.high) return true;
      }
      return false;
    }
  }
  return contains(spellings_, text);
}

bool filter_values::match(const json_node& value) const {
  if (!value.is_scalar()) return false;
  if (present_) return true;
  bool found = false;
  switch (value.kind) {
    case json_kind::object:
    case json_kind::array: break;
    case json_kind::string: found = match_string(value.text); break;
    case json_kind::number: found = match_number(value.text); break;
    case json_kind::yes: found = yes_; break;
    case json_kind::no: found = no_; break;
    case json_kind::null: found = null_; break;
  }
  if (found) return true;
  for (const filter_values& excluded : excluded_) {
    if (!excluded.match(value)) return true;
  }
  return false;
}

}  // namespace millrace::topic
