#include "sqs/policy_check.hpp"

#include <simdjson.h>

#include <millrace/limits.hpp>

#include "aws/tables/sqs.hpp"

namespace millrace::sqs {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

aws::error bad_policy() {
  return {aws::sqs::errors::invalid_attribute_value, "Invalid value for the parameter Policy."};
}

/// The texts of statements and actions are those that AWS was seen to answer; the other two follow.
std::optional<aws::error> over(std::size_t count, std::string_view what, std::size_t max) {
  if (count <= max) return std::nullopt;
  return aws::error{aws::sqs::errors::over_limit, std::to_string(count) + " " + std::string(what) +
                                                      " submitted policy, max allowed is " +
                                                      std::to_string(max)};
}

/// A list counts its members, anything else is one.
std::size_t count_of(const element& e) {
  array list;
  return e.get(list) == simdjson::SUCCESS ? list.size() : 1;
}

/// Of `{"AWS": ["a", "b"], "Service": "c"}` three, of "*" one.
std::size_t count_within(const element& e) {
  object kinds;
  if (e.get(kinds) != simdjson::SUCCESS) return count_of(e);
  std::size_t count = 0;
  for (const auto& [kind, item] : kinds) count += count_of(item);
  return count;
}

/// Of `{"Bool": {"k": "v"}, "ArnLike": {"k": "v", "l": "v"}}` three: a key of an operator is one.
std::size_t conditions_in(const element& e) {
  object operators;
  if (e.get(operators) != simdjson::SUCCESS) return 1;
  std::size_t count = 0;
  for (const auto& [name, item] : operators) {
    object keys;
    count += item.get(keys) == simdjson::SUCCESS ? keys.size() : 1;
  }
  return count;
}

std::optional<aws::error> check_statement(const object& statement, std::size_t& principals) {
  std::size_t actions = 0;
  std::size_t conditions = 0;
  for (const auto& [key, item] : statement) {
    if (key == "Action" || key == "NotAction") actions += count_of(item);
    if (key == "Principal" || key == "NotPrincipal") principals += count_within(item);
    if (key == "Condition") conditions += conditions_in(item);
  }
  if (auto e = over(actions, "actions were found in a statement from the", policy_actions_max)) {
    return e;
  }
  return over(conditions, "conditions were found in a statement from the", policy_conditions_max);
}

}  // namespace

std::optional<aws::error> check_policy(const std::string& policy) {
  if (policy.empty()) return std::nullopt;
  if (policy.size() > policy_bytes_max) {
    return aws::error{aws::sqs::errors::over_limit, "Submitted policy is over max allowed size."};
  }
  simdjson::dom::parser parser;
  element whole;
  element statements;
  if (parser.parse(policy).get(whole) != simdjson::SUCCESS ||
      whole["Statement"].get(statements) != simdjson::SUCCESS) {
    return bad_policy();
  }
  std::size_t principals = 0;
  object statement;
  if (statements.get(statement) == simdjson::SUCCESS) {
    if (auto wrong = check_statement(statement, principals)) return wrong;
  } else {
    array list;
    if (statements.get(list) != simdjson::SUCCESS) return bad_policy();
    if (auto e = over(list.size(), "statements were found in the", policy_statements_max)) return e;
    for (const element& each : list) {
      if (each.get(statement) != simdjson::SUCCESS) return bad_policy();
      if (auto wrong = check_statement(statement, principals)) return wrong;
    }
  }
  return over(principals, "principals were found in the", policy_principals_max);
}

}  // namespace millrace::sqs
