// An access policy, of a queue or a topic, as AddPermission and RemovePermission edit it: an IAM
// document whose statements carry their label as Sid. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace millrace::aws {

/// One statement to allow: which accounts may do what with the resource.
struct permission {
  std::string_view service;  ///< of the actions: "SQS"
  std::string_view label;
  std::span<const std::string_view> accounts;  ///< twelve digits each
  std::span<const std::string_view> actions;   ///< without the service: "SendMessage", "*"
};

enum class policy_edit : std::uint8_t {
  done,
  label_exists,
  label_unknown,
  unreadable  ///< the policy is no JSON object
};

/// Appends a statement to `policy`, or makes one that has only it. Unchanged unless done.
[[nodiscard]] policy_edit add_statement(std::string& policy, std::string_view resource_arn,
                                        const permission& allowed);
/// Takes the statement with this label away; without any other the policy is empty.
[[nodiscard]] policy_edit remove_statement(std::string& policy, std::string_view label);

}  // namespace millrace::aws
