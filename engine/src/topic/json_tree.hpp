// A JSON text as a flat tree: what filter policies are compiled from, and what they look into. Read
// by Boost.JSON's event parser (docs/decisions/0015-json-in-the-engine.md), strictly: RFC 8259,
// valid UTF-8, nothing after the value. One owner at a time; memory is kept from text to text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace millrace::topic {

enum class json_kind : std::uint8_t { object, array, string, number, yes, no, null };

/// A value in the order of the text: an object or array stands before what is in it.
struct json_node {
  std::string_view name;    ///< of a member of an object
  std::string_view text;    ///< of a string: unescaped; of a number: as it is written
  std::uint32_t end = 0;    ///< index of the node after this one and all that is in it
  std::uint32_t token = 0;  ///< the token that it begins with, counted from 0; names count as well
  json_kind kind = json_kind::null;

  [[nodiscard]] bool is_scalar() const noexcept { return kind > json_kind::array; }
};

class json_tree {
 public:
  static constexpr std::size_t depth_max = 100;
  static constexpr std::size_t nodes_max = 1U << 18;

  enum class outcome : std::uint8_t { ok, not_json, ended_early, too_large };

  /// Reads `text`, which has to outlive the tree's use. Otherwise the tree is empty, and
  /// failed_at() says where reading stopped. too_large: deeper than depth_max, or more nodes than
  /// nodes_max.
  outcome parse(std::string_view text) noexcept;

  [[nodiscard]] std::span<const json_node> nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::size_t failed_at() const noexcept { return failed_at_; }

 private:
  struct reader;

  std::vector<json_node> nodes_;
  std::vector<char> unescaped_;  // strings that had escapes; never longer than the text
  std::size_t failed_at_ = 0;
};

}  // namespace millrace::topic
