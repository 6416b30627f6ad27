#include "topic/filter_subject.hpp"

#include <algorithm>

namespace millrace::topic {
namespace {

/// An array of scalars, as a String.Array has to be.
bool is_flat_array(std::span<const json_node> nodes) noexcept {
  if (nodes.front().kind != json_kind::array) return false;
  return std::all_of(nodes.begin() + 1, nodes.end(),
                     [](const json_node& node) { return node.is_scalar(); });
}

/// "Number" and "Number.anything".
bool has_base_type(std::string_view type, std::string_view base) noexcept {
  return type.starts_with(base) && (type.size() == base.size() || type[base.size()] == '.');
}

}  // namespace

void filter_subject::reset(bytes_view attributes, bytes_view body) noexcept {
  encoded_ = attributes;
  raw_body_ = body;
  attributes_read_ = false;
  body_read_ = false;
}

std::span<const json_node> filter_subject::attribute(std::string_view name) {
  if (!attributes_read_) read_attributes();
  for (const named_values& attribute : attributes_) {
    if (attribute.name != name) continue;
    if (attribute.array == none) return {&attribute.one, 1};
    return arrays_[attribute.array].nodes().subspan(1);
  }
  return {};
}

void filter_subject::read_attributes() {
  attributes_read_ = true;
  attributes_.clear();
  arrays_used_ = 0;
  attribute_reader reader(encoded_);
  for (message_attribute attribute; reader.next(attribute);) add(attribute);
}

void filter_subject::add(const message_attribute& attribute) {
  named_values out;
  out.name = attribute.name;
  out.one.text = as_text(attribute.value);
  if (attribute.data_type == "String.Array") {
    if (arrays_used_ == arrays_.size()) arrays_.emplace_back();
    json_tree& array = arrays_[arrays_used_];
    if (array.parse(out.one.text) != json_tree::outcome::ok) return;
    if (!is_flat_array(array.nodes())) return;
    out.array = arrays_used_++;
  } else if (has_base_type(attribute.data_type, "String")) {
    out.one.kind = json_kind::string;
  } else if (has_base_type(attribute.data_type, "Number")) {
    out.one.kind = json_kind::number;
  } else {
    return;
  }
  attributes_.push_back(out);
}

std::span<const json_node> filter_subject::body() {
  if (!body_read_) {
    body_read_ = true;
    body_.parse(as_text(raw_body_));
  }
  const std::span<const json_node> nodes = body_.nodes();
  return nodes.empty() || nodes.front().kind != json_kind::object ? std::span<const json_node>()
                                                                  : nodes;
}

}  // namespace millrace::topic
