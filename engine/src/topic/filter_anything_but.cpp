// The part of pattern_reader that reads {"anything-but": ...}.
#include "topic/filter_number.hpp"
#include "topic/filter_patterns.hpp"

namespace millrace::topic {

bool pattern_reader::read_anything_but(std::uint32_t member, filter_values& out) {
  const json_node& value = nodes_[member];
  filter_values excluded;
  bool counted = false;  // wildcards are counted one by one
  switch (value.kind) {
    case json_kind::object: {
      if (value.end == member + 1) {
        return refuse("Anything-But expression name not found", value.token + 1);
      }
      const std::string_view name = nodes_[member + 1].name;
      counted = name == "wildcard";
      if (!read_excluded_texts(member + 1, name, excluded)) return false;
      if (!only_one_key(member, "Too many elements in numeric expression")) return false;
      break;
    }
    case json_kind::array:
      if (!read_excluded_list(member, excluded)) return false;
      break;
    case json_kind::string: excluded.add_text(value.text); break;
    case json_kind::number:
      if (!filter_number(value.text)) {
        return refuse("Value must be between -1.0E9 and 1.0E9, inclusive", value.token);
      }
      excluded.add_number(value.text);
      break;
    case json_kind::yes:
    case json_kind::no:
    case json_kind::null:
      return refuse("Value of anything-but must be an array or single string/number value.",
                    value.token);
  }
  if (!counted) {
    ++cost_.points;
    ++cost_.patterns;
  }
  excluded.seal();
  out.add_anything_but(std::move(excluded));
  return true;
}

/// Strings, or numbers.
bool pattern_reader::read_excluded_list(std::uint32_t array, filter_values& out) {
  bool numbers = false;
  bool texts = false;
  const std::uint32_t end = nodes_[array].end;
  std::uint32_t token = nodes_[array].token;
  for (std::uint32_t i = array + 1; i < end; ++i) {
    const json_node& value = nodes_[i];
    token = value.token;
    if (value.kind == json_kind::string) {
      texts = true;
      out.add_text(value.text);
    } else if (value.kind == json_kind::number) {
      numbers = true;
      if (!filter_number(value.text)) {
        return refuse("Value must be between -1.0E9 and 1.0E9, inclusive", token);
      }
      out.add_number(value.text);
    } else {
      return refuse("Inside anything but list, start|null|boolean is not supported.", token);
    }
  }
  if (numbers != texts) return true;
  return refuse(
      "Inside anything but list, either all values are number or string, mixed type is not "
      "supported",
      token + 1);
}

/// What follows {"anything-but": {name: a string, or an array of strings.
bool pattern_reader::read_excluded_texts(std::uint32_t value, std::string_view name,
                                         filter_values& out) {
  const json_node& node = nodes_[value];
  if (name != "prefix" && name != "suffix" && name != "equals-ignore-case" && name != "wildcard") {
    return refuse("Unsupported anything-but pattern: " + std::string(name), node.token - 1);
  }
  if (node.kind != json_kind::array) return read_excluded_text(node, name, out);
  if (node.end == value + 1) return refuse("Empty arrays are not allowed", node.token + 1);
  for (std::uint32_t i = value + 1; i < node.end; ++i) {
    if (!read_excluded_text(nodes_[i], name, out)) return false;
  }
  return true;
}

bool pattern_reader::read_excluded_text(const json_node& value, std::string_view name,
                                        filter_values& out) {
  if (name == "wildcard") return read_wildcard(value, out);
  if (value.kind != json_kind::string) {
    if (name == "equals-ignore-case") {
      return refuse(
          "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not "
          "supported.",
          value.token);
    }
    return refuse(std::string(name) + " match pattern must be a string", value.token);
  }
  if (name == "equals-ignore-case") {
    out.add_pattern({text_operator::equals_any_case, value.text});
    return true;
  }
  if (value.text.empty()) {
    return refuse("Null prefix/suffix not allowed", value.token, token_read::whole);
  }
  out.add_pattern({name == "prefix" ? text_operator::prefix : text_operator::suffix, value.text});
  return true;
}

}  // namespace millrace::topic
