#include "topic/filter_problem.hpp"

#include <algorithm>

namespace millrace::topic {
namespace {

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view between_tokens = " \t\r\n,:";
constexpr std::string_view after_word = " \t\r\n,:{}[]\"";

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

std::size_t skip(std::string_view text, std::size_t at, std::string_view what) noexcept {
  return std::min(text.find_first_not_of(what, at), text.size());
}

/// Where the token that begins at `at` ends.
std::size_t end_of_token(std::string_view text, std::size_t at) noexcept {
  if (std::string_view("{}[]").find(text[at]) != std::string_view::npos) return at + 1;
  if (text[at] != '"') return std::min(text.find_first_of(after_word, at), text.size());
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

/// "line: 1, column: 2" of the character at `at`, counted from 1 in characters.
std::string place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view line = before.substr(line_begin);
  const auto column = std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80;
  });
  return "line: " + std::to_string(lines + 1) + ", column: " + std::to_string(column + 1);
}

/// The policy as it is shown: its first 500 characters.
std::string shown(std::string_view policy) {
  constexpr std::size_t shown_max = 500;
  if (policy.size() <= shown_max) return '"' + std::string(policy) + '"';
  return '"' + std::string(policy.substr(0, shown_max)) + "\"[truncated " +
         std::to_string(policy.size() - shown_max) + " chars]";
}

/// Where the word ends that begins at `at`.
std::size_t end_of_word(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && (is_letter(text[at]) || (text[at] >= '0' && text[at] <= '9'))) ++at;
  return at;
}

std::string unexpected(std::string_view policy, std::size_t at) {
  const std::size_t before = policy.substr(0, at).find_last_not_of(spaces);
  const bool name_wanted = before != std::string_view::npos && policy[before] == '{';
  const char c = policy[at];
  if (is_letter(c) && !name_wanted) {
    const std::size_t end = end_of_word(policy, at);
    return "Unrecognized token '" + std::string(policy.substr(at, end - at)) +
           "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
           "'false')";
  }
  std::string out = "Unexpected character ('";
  out += c;
  out += "' (code " + std::to_string(static_cast<unsigned char>(c)) + "))";
  if (name_wanted) out += ": was expecting double-quote to start field name";
  return out;
}

}  // namespace

std::string problem_at(std::string_view policy, std::string_view why, std::uint32_t token,
                       token_read read) {
  std::size_t begin = skip(policy, 0, spaces);
  for (std::uint32_t i = 0; i < token; ++i) {
    begin = skip(policy, end_of_token(policy, begin), between_tokens);
  }
  std::size_t end = end_of_token(policy, begin);
  const std::size_t next = skip(policy, end, spaces);
  const bool is_name = next < policy.size() && policy[next] == ':';
  if (is_name) {
    begin = skip(policy, next + 1, spaces);
    end = end_of_token(policy, begin);
    read = token_read::begun;
  }
  if (policy[begin] == '"' && read == token_read::begun) end = begin + 1;
  return std::string(why) + "\n at [Source: (String)" + shown(policy) + "; " +
         place_of(policy, end) + "]";
}

std::string syntax_problem(std::string_view policy, json_tree::outcome outcome, std::size_t at) {
  if (outcome == json_tree::outcome::too_large) {
    return "the JSON is nested deeper than " + std::to_string(json_tree::depth_max) +
           " levels, or has more than " + std::to_string(json_tree::nodes_max) + " values";
  }
  const bool ended = outcome == json_tree::outcome::ended_early || at >= policy.size();
  std::string why = ended ? "Unexpected end-of-input" : unexpected(policy, at);
  const std::size_t place =
      !ended && why.starts_with("Unrecognized") ? end_of_word(policy, at) : at;
  return "failed to parse JSON. " + why +
         "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); " +
         place_of(policy, place) + "]";
}

}  // namespace millrace::topic
