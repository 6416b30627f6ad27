// What is wrong with a filter policy, in the words of AWS, which name a place in the policy: the
// place that a parser has come to which reads token by token, a name together with the beginning
// of its value, and of a string no more than its quote until it is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "topic/json_tree.hpp"

namespace millrace::topic {

/// How far into a string token the parser has come.
enum class token_read : std::uint8_t { begun, whole };

/// `why`, and where: after the token of this number. `policy` is valid JSON.
std::string problem_at(std::string_view policy, std::string_view why, std::uint32_t token,
                       token_read read = token_read::begun);

/// The policy is no JSON: json_tree::parse() said `outcome` at this place.
std::string syntax_problem(std::string_view policy, json_tree::outcome outcome, std::size_t at);

}  // namespace millrace::topic
