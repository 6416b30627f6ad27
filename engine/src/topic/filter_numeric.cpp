// The part of pattern_reader that reads {"numeric": [...]}.
#include "topic/filter_number.hpp"
#include "topic/filter_patterns.hpp"

namespace millrace::topic {
namespace {

constexpr std::string_view number_range = "Value must be between -1.0E9 and 1.0E9, inclusive";

/// A token as the parser shows it.
std::string shown(const json_node* node) {
  if (node == nullptr) return "]";
  switch (node->kind) {
    case json_kind::object: return "{";
    case json_kind::array: return "[";
    case json_kind::string:
    case json_kind::number: return std::string(node->text);
    case json_kind::yes: return "true";
    case json_kind::no: return "false";
    case json_kind::null: return "null";
  }
  return {};
}

bool is(const json_node* node, json_kind kind) noexcept {
  return node != nullptr && node->kind == kind;
}

}  // namespace

const json_node* pattern_reader::element(std::uint32_t array, std::uint32_t number,
                                         std::uint32_t& token) const {
  const std::uint32_t end = nodes_[array].end;
  std::uint32_t at = array + 1;
  token = nodes_[array].token + 1;
  for (; at < end; at = nodes_[at].end, --number) {
    token = nodes_[at].token;
    if (number == 0) return &nodes_[at];
    ++token;  // right for scalars, and what is refused comes before anything else
  }
  return nullptr;
}

bool pattern_reader::read_bound(const json_node* value, std::uint32_t token, std::string_view name,
                                std::int64_t& out) {
  if (!is(value, json_kind::number)) {
    return refuse("Value of " + std::string(name) + " must be numeric", token);
  }
  const std::optional<std::int64_t> number = filter_number(value->text);
  if (!number) return refuse(number_range, token);
  out = *number;
  return true;
}

bool pattern_reader::read_numeric(std::uint32_t array, filter_values& out) {
  if (nodes_[array].kind != json_kind::array) {
    return refuse("Value of numeric must be an array.", nodes_[array].token);
  }
  std::uint32_t token = 0;
  const json_node* const first = element(array, 0, token);
  if (!is(first, json_kind::string)) {
    return refuse("Invalid member in numeric match: " + shown(first), token);
  }
  const std::string_view name = first->text;
  const bool equal = name == "=";
  const bool low = name == ">" || name == ">=";
  const bool high = name == "<" || name == "<=";
  const json_node* const second = element(array, 1, token);
  if (!equal && !low && !high) {
    return refuse("Unrecognized numeric range operator: " + std::string(name), token);
  }
  std::int64_t bound = 0;
  if (!read_bound(second, token, equal ? "equals" : name, bound)) return false;
  const bool open = name.size() == 1 && !equal;
  const bool more = element(array, 2, token) != nullptr;
  if (low && more) return read_upper_end(array, open, bound, out);
  if (more) return refuse("Too many elements in numeric expression", token);
  if (equal) {
    out.add_range({bound, bound});
  } else if (low) {
    out.add_range({bound + (open ? 1 : 0), filter_number_max});
  } else {
    out.add_range({-filter_number_max, bound - (open ? 1 : 0)});
  }
  return true;
}

bool pattern_reader::read_upper_end(std::uint32_t array, bool open, std::int64_t low,
                                    filter_values& out) {
  std::uint32_t token = 0;
  const json_node* const third = element(array, 2, token);
  if (!is(third, json_kind::string)) {
    return refuse("Bad value in numeric range: " + shown(third), token);
  }
  const std::string_view name = third->text;
  if (name != "<" && name != "<=") {
    return refuse("Bad numeric range operator: " + std::string(name), token, token_read::whole);
  }
  std::int64_t high = 0;
  const json_node* const fourth = element(array, 3, token);
  if (!read_bound(fourth, token, name, high)) return false;
  if (element(array, 4, token) != nullptr) {
    return refuse("Too many terms in numeric range expression", token);
  }
  if (low >= high) return refuse("Bottom must be less than top", token);
  out.add_range({low + (open ? 1 : 0), high - (name == "<" ? 1 : 0)});
  return true;
}

}  // namespace millrace::topic
