// What filter policies see of one message: its attributes and its body, each read at most once,
// when the first policy asks. Made once a lane and used for each message in turn, so that a
// message without a String.Array or a policy on its body costs no allocation.
#pragma once

#include <millrace/attributes.hpp>
#include <millrace/types.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "topic/json_tree.hpp"

namespace millrace::topic {

class filter_subject {
 public:
  /// The next message: encoded attributes (millrace/attributes.hpp) and body. Both have to outlive
  /// the calls of filter_policy::matches with this subject.
  void reset(bytes_view attributes, bytes_view body) noexcept;

  /// The values of the attribute as one or many scalars, empty if it has none: Binary attributes,
  /// and a String.Array that is no JSON array of scalars, are as if they were not there.
  std::span<const json_node> attribute(std::string_view name);

  /// The body; empty unless it is a JSON object within the limits of json_tree.
  std::span<const json_node> body();

 private:
  struct named_values {
    std::string_view name;
    json_node one;
    std::size_t array = none;  // index in arrays_; none: the value is `one`
  };
  static constexpr std::size_t none = SIZE_MAX;

  void read_attributes();
  void add(const message_attribute& attribute);

  bytes_view encoded_;
  bytes_view raw_body_;
  bool attributes_read_ = false;
  bool body_read_ = false;
  std::vector<named_values> attributes_;
  std::vector<json_tree> arrays_;
  std::size_t arrays_used_ = 0;
  json_tree body_;
};

}  // namespace millrace::topic
