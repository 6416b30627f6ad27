// A subscription's filter policy, compiled: which messages it lets pass. Syntax, semantics and
// limits are those of Amazon SNS (subscription filter policies), whose policies are the rules of
// aws/event-ruler. Immutable once made; parse() runs when a subscription is made or set, matches()
// for each message, on the lane that owns the topic.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/topic.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topic/filter_subject.hpp"
#include "topic/filter_values.hpp"

namespace millrace::topic {

class filter_policy {
 public:
  static constexpr std::size_t bytes_max = filter_policy_bytes_max;
  static constexpr std::size_t keys_max = filter_policy_keys_max;
  static constexpr std::uint64_t combinations_max = filter_policy_combinations_max;
  static constexpr std::uint32_t wildcard_points_max = filter_policy_wildcard_points_max;

  /// Compiles a policy. Nothing if it is refused; `problem` then says why in AWS's words, as they
  /// follow "Invalid parameter: ".
  static std::optional<filter_policy> parse(std::string_view text, filter_scope scope,
                                            std::string& problem);

  /// Whether the message passes. Each node of the subject is visited at most once for each branch
  /// that the policy's "$or"s make of it, and a value costs time linear in its length.
  [[nodiscard]] bool matches(filter_subject& subject) const;

 private:
  friend class filter_compiler;

  /// One way to satisfy the policy: for each key the index in values_ of what it may be.
  static constexpr std::uint16_t any = UINT16_MAX;
  using branch = std::array<std::uint16_t, keys_max>;

  [[nodiscard]] bool matches_attributes(const branch& wanted, filter_subject& subject) const;
  [[nodiscard]] bool matches_body(const branch& wanted, std::span<const json_node> body) const;

  filter_scope scope_ = filter_scope::attributes;
  std::vector<std::string> keys_;  // paths, their steps joined by dots; sorted
  std::vector<filter_values> values_;
  std::vector<branch> branches_;
};

}  // namespace millrace::topic
