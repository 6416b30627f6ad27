#include "topic/filter_policy.hpp"

#include <algorithm>

#include "topic/filter_body.hpp"
#include "topic/filter_compiler.hpp"

namespace millrace {
inline namespace v1 {

std::string filter_policy_problem(std::string_view policy, filter_scope scope) {
  std::string problem;
  topic::filter_policy::parse(policy, scope, problem);
  return problem;
}

}  // namespace v1

namespace topic {

std::optional<filter_policy> filter_policy::parse(std::string_view text, filter_scope scope,
                                                  std::string& problem) {
  filter_policy out;
  filter_compiler compiler(text);
  if (compiler.compile(scope, out)) return out;
  problem = compiler.problem();
  return std::nullopt;
}

bool filter_policy::matches_attributes(const branch& wanted, filter_subject& subject) const {
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    if (wanted[key] == any) continue;
    const filter_values& values = values_[wanted[key]];
    const std::span<const json_node> found = subject.attribute(keys_[key]);
    const bool matched =
        found.empty() ? values.match_absence()
                      : std::any_of(found.begin(), found.end(), [&values](const json_node& value) {
                          return values.match(value);
                        });
    if (!matched) return false;
  }
  return true;
}

bool filter_policy::matches_body(const branch& wanted, std::span<const json_node> body) const {
  filter_body matcher(body);
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    if (wanted[key] != any) matcher.add(keys_[key], values_[wanted[key]]);
  }
  return matcher.match();
}

bool filter_policy::matches(filter_subject& subject) const {
  if (keys_.empty()) return true;
  const bool of_body = scope_ == filter_scope::body;
  const std::span<const json_node> body = of_body ? subject.body() : std::span<const json_node>();
  if (of_body && body.empty()) return false;
  for (const branch& wanted : branches_) {
    if (of_body ? matches_body(wanted, body) : matches_attributes(wanted, subject)) return true;
  }
  return false;
}

}  // namespace topic
}  // namespace millrace
