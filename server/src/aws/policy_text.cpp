#include "aws/policy_text.hpp"

#include <simdjson.h>

#include <vector>

namespace millrace::aws {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// As a JSON string.
std::string in_quotes(std::string_view plain) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : plain) {
    if (c == '"' || c == '\\') out += '\\';
    if (c >= 0 && c < ' ') {
      out.append("\\u00") += hex[static_cast<std::size_t>(c) >> 4];
      out += hex[static_cast<std::size_t>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// One text as it is, more of them as a list.
template <class Word>
std::string one_or_list(std::span<const std::string_view> items, Word&& word) {
  if (items.size() == 1) return in_quotes(word(items[0]));
  std::string out = "[";
  for (const std::string_view item : items) {
    if (out.size() > 1) out += ',';
    out += in_quotes(word(item));
  }
  return out + "]";
}

std::string statement_text(std::string_view resource_arn, const permission& allowed) {
  const auto principal = [](std::string_view account) {
    return "arn:aws:iam::" + std::string(account) + ":root";
  };
  const auto action = [&](std::string_view name) {
    return std::string(allowed.service).append(":").append(name);
  };
  return "{\"Sid\":" + in_quotes(allowed.label) + ",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":" +
         one_or_list(allowed.accounts, principal) +
         "},\"Action\":" + one_or_list(allowed.actions, action) +
         ",\"Resource\":" + in_quotes(resource_arn) + "}";
}

bool is_labelled(const element& statement, std::string_view label) {
  std::string_view sid;
  return statement["Sid"].get(sid) == simdjson::SUCCESS && sid == label;
}

/// A policy taken apart: its statements, and its other members as they are written.
class parsed_policy {
 public:
  /// False: no JSON object.
  [[nodiscard]] bool read(const std::string& text) {
    object members;
    if (parser_.parse(text).get(members) != simdjson::SUCCESS) return false;
    for (const auto& [key, item] : members) {
      if (key != "Statement") {
        others_ += in_quotes(key) + ":" + simdjson::to_string(item) + ",";
      } else if (array list; item.get(list) == simdjson::SUCCESS) {
        for (const element each : list) statements_.push_back(each);
      } else {
        statements_.push_back(item);
      }
    }
    return true;
  }

  [[nodiscard]] std::vector<element>& statements() noexcept { return statements_; }

  /// The whole again, with `last` behind the statements unless it is empty.
  [[nodiscard]] std::string text(std::string_view last) const {
    std::string out = "{" + others_ + "\"Statement\":[";
    bool first = true;
    const auto append = [&](std::string_view statement) {
      if (!std::exchange(first, false)) out += ',';
      out += statement;
    };
    for (const element& each : statements_) append(simdjson::to_string(each));
    if (!last.empty()) append(last);
    return out + "]}";
  }

 private:
  simdjson::dom::parser parser_;
  std::string others_;
  std::vector<element> statements_;
};

}  // namespace

policy_edit add_statement(std::string& policy, std::string_view resource_arn,
                          const permission& allowed) {
  const std::string statement = statement_text(resource_arn, allowed);
  if (policy.empty()) {
    policy =
        "{\"Version\":\"2008-10-17\",\"Id\":" +
        in_quotes(std::string(resource_arn).append("/").append(allowed.service) + "DefaultPolicy") +
        ",\"Statement\":[" + statement + "]}";
    return policy_edit::done;
  }
  parsed_policy whole;
  if (!whole.read(policy)) return policy_edit::unreadable;
  for (const element& each : whole.statements()) {
    if (is_labelled(each, allowed.label)) return policy_edit::label_exists;
  }
  policy = whole.text(statement);
  return policy_edit::done;
}

policy_edit remove_statement(std::string& policy, std::string_view label) {
  if (policy.empty()) return policy_edit::label_unknown;
  parsed_policy whole;
  if (!whole.read(policy)) return policy_edit::unreadable;
  const std::size_t removed = std::erase_if(
      whole.statements(), [&](const element& each) { return is_labelled(each, label); });
  if (removed == 0) return policy_edit::label_unknown;
  policy = whole.statements().empty() ? std::string() : whole.text({});
  return policy_edit::done;
}

}  // namespace millrace::aws
