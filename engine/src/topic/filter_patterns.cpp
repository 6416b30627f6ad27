#include "topic/filter_patterns.hpp"

#include "topic/filter_number.hpp"

namespace millrace::topic {
namespace {

constexpr std::string_view one_key = "Only one key allowed in match expression";
constexpr std::string_view too_many_elements = "Too many elements in numeric expression";
constexpr std::string_view any_case = "equals-ignore-case";

}  // namespace

bool pattern_reader::refuse(std::string_view why, std::uint32_t token, token_read read) {
  problem_ = problem_at(policy_, why, token, read);
  return false;
}

bool pattern_reader::read(std::uint32_t array, filter_values& out) {
  const std::uint32_t end = nodes_[array].end;
  if (end == array + 1) return refuse("Empty arrays are not allowed", nodes_[array].token + 1);
  for (std::uint32_t i = array + 1; i < end; i = nodes_[i].end) {
    if (!read_element(nodes_[i], i, out)) return false;
  }
  out.seal();
  return true;
}

bool pattern_reader::read_element(const json_node& element, std::uint32_t index,
                                  filter_values& out) {
  switch (element.kind) {
    case json_kind::object: return read_expression(index, out);
    case json_kind::array:
      return refuse("Match value must be String, number, true, false, or null", element.token);
    case json_kind::string: out.add_address_or_text(element.text); break;
    case json_kind::number: out.add_number(element.text); break;
    case json_kind::yes:
    case json_kind::no:
    case json_kind::null: out.add_constant(element.kind); break;
  }
  return true;
}

bool pattern_reader::only_one_key(std::uint32_t object, std::string_view why) {
  const std::uint32_t second = nodes_[object + 1].end;
  if (second == nodes_[object].end) return true;
  return refuse(why, nodes_[second].token - 1);
}

bool pattern_reader::read_expression(std::uint32_t object, filter_values& out) {
  const json_node& node = nodes_[object];
  if (node.end == object + 1) return refuse("Match expression name not found", node.token + 1);
  if (!read_operator(object + 1, out)) return false;
  const std::string_view name = nodes_[object + 1].name;
  const bool lists = name == "numeric" || name == "anything-but";
  return only_one_key(object, lists ? too_many_elements : one_key);
}

bool pattern_reader::read_operator(std::uint32_t member, filter_values& out) {
  const json_node& value = nodes_[member];
  const std::string_view name = value.name;
  if (name == "prefix" || name == "suffix") return read_affix(member, out);
  if (name == any_case) return read_text(member, text_operator::equals_any_case, out);
  if (name == "numeric") return read_numeric(member, out);
  if (name == "anything-but") return read_anything_but(member, out);
  if (name == "wildcard") return read_wildcard(value, out);
  if (name == "cidr") return read_block(value, out);
  if (name == "exactly") {
    if (value.kind != json_kind::string) {
      return refuse("exact match pattern must be a string", value.token);
    }
    out.add_text(value.text);
    return true;
  }
  if (name == "exists") {
    if (value.kind != json_kind::yes && value.kind != json_kind::no) {
      return refuse("exists match pattern must be either true or false.", value.token);
    }
    out.add_presence(value.kind == json_kind::yes);
    return true;
  }
  return refuse("Unrecognized match type " + std::string(name), value.token - 1);
}

bool pattern_reader::read_text(std::uint32_t member, text_operator kind, filter_values& out) {
  const json_node& value = nodes_[member];
  if (value.kind != json_kind::string) {
    return refuse(std::string(value.name) + " match pattern must be a string", value.token);
  }
  out.add_pattern({kind, value.text});
  return true;
}

/// A prefix or suffix, in its case or in any.
bool pattern_reader::read_affix(std::uint32_t member, filter_values& out) {
  const json_node& value = nodes_[member];
  const bool prefix = value.name == "prefix";
  if (value.kind != json_kind::object) {
    return read_text(member, prefix ? text_operator::prefix : text_operator::suffix, out);
  }
  if (value.end == member + 1) {
    return refuse(prefix ? "Prefix expression name not found" : "Suffix expression name not found",
                  value.token + 1);
  }
  const json_node& inner = nodes_[member + 1];
  if (inner.name != any_case) {
    return refuse("Unsupported " + std::string(value.name) + " pattern: " + std::string(inner.name),
                  inner.token - 1);
  }
  const text_operator kind =
      prefix ? text_operator::prefix_any_case : text_operator::suffix_any_case;
  return read_text(member + 1, kind, out) && only_one_key(member, one_key);
}

bool pattern_reader::read_wildcard(const json_node& value, filter_values& out) {
  if (value.kind != json_kind::string) {
    return refuse("wildcard match pattern must be a string", value.token);
  }
  const std::string problem = wildcard_problem(value.text);
  if (!problem.empty()) return refuse(problem, value.token, token_read::whole);
  constexpr std::uint32_t wildcards_max = 3;
  const std::uint32_t wildcards = count_wildcards(value.text);
  if (wildcards > wildcards_max) {
    return refuse("A wildcard pattern has at most 3 wildcard characters", value.token,
                  token_read::whole);
  }
  out.add_pattern({text_operator::wildcard, value.text});
  cost_.points += wildcards > 1 ? 3 * wildcards : 1;
  ++cost_.patterns;
  cost_.wildcards = true;
  return true;
}

bool pattern_reader::read_block(const json_node& value, filter_values& out) {
  if (value.kind != json_kind::string) {  // these are the words of event-ruler
    return refuse("prefix match pattern must be a string", value.token);
  }
  const std::optional<filter_block> block = parse_block(value.text, problem_);
  if (block) out.add_block(*block);
  return block.has_value();
}

}  // namespace millrace::topic
