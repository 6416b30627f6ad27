// A filter policy is compiled to see whether it can be, and forgotten.
#include <millrace/filter_check.hpp>

#include "topic/filter_policy.hpp"

namespace millrace {
inline namespace v1 {

std::string filter_policy_problem(std::string_view policy, filter_scope scope) {
  std::string problem;
  const bool good = topic::filter_policy::parse(policy, scope, problem).has_value();
  return good ? std::string() : problem;
}

}  // namespace v1
}  // namespace millrace
