// Makes a filter_policy of its JSON: nested keys become paths, and each "$or" multiplies the ways
// to satisfy the policy. For one policy only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topic/filter_policy.hpp"
#include "topic/json_tree.hpp"

namespace millrace::topic {

class filter_compiler {
 public:
  explicit filter_compiler(std::string_view policy) noexcept : policy_(policy) {}

  /// False: refused, and problem() says why in AWS's words.
  bool compile(filter_scope scope, filter_policy& out);

  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  /// Of one way to satisfy the policy: for each path that it has, which of values_ it wants.
  using way = std::vector<std::pair<std::size_t, std::uint16_t>>;

  bool add_object(std::uint32_t object, const std::string& above, std::uint64_t depth);
  bool add_or(std::uint32_t array, const std::string& above, std::uint64_t depth);
  bool add_key(std::uint32_t array, const std::string& path, std::uint64_t depth);
  bool refuse(std::string why);
  bool too_complex() { return refuse("FilterPolicy: Filter policy is too complex"); }

  [[nodiscard]] bool is_or(std::uint32_t node) const;
  bool check_limits(filter_scope scope);
  void write(filter_scope scope, filter_policy& out);

  std::string_view policy_;
  std::string problem_;
  std::span<const json_node> nodes_;
  std::vector<std::string> paths_;
  std::vector<filter_values> values_;
  std::vector<std::uint64_t> weights_;  // of values_: how many there are, times their depth
  std::vector<way> ways_ = {{}};
  std::uint64_t deepest_ = 0;
  std::uint64_t wildcard_points_ = 0;
};

}  // namespace millrace::topic
