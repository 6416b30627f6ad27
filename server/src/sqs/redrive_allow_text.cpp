#include "sqs/redrive_allow_text.hpp"

#include <simdjson.h>

#include <millrace/limits.hpp>

namespace millrace::sqs {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

enum class verdict : std::uint8_t { malformed, allowed, denied };

verdict judge(std::string_view text, std::string_view source_arn) {
  simdjson::dom::parser parser;
  element policy;
  std::string_view permission;
  if (parser.parse(text.data(), text.size()).get(policy) != simdjson::SUCCESS ||
      policy["redrivePermission"].get(permission) != simdjson::SUCCESS) {
    return verdict::malformed;
  }
  array sources;
  const bool named = policy["sourceQueueArns"].get(sources) == simdjson::SUCCESS;
  if (permission == "allowAll") return named ? verdict::malformed : verdict::allowed;
  if (permission == "denyAll") return named ? verdict::malformed : verdict::denied;
  if (permission != "byQueue" || !named || sources.size() == 0 ||
      sources.size() > redrive_sources_max) {
    return verdict::malformed;
  }
  verdict found = verdict::denied;
  for (const element each : sources) {
    std::string_view arn;
    if (each.get(arn) != simdjson::SUCCESS) return verdict::malformed;
    if (arn == source_arn) found = verdict::allowed;
  }
  return found;
}

}  // namespace

bool is_redrive_allow_policy(std::string_view text) {
  return judge(text, {}) != verdict::malformed;
}

bool allows_redrive(std::string_view policy, std::string_view source_arn) {
  return policy.empty() || judge(policy, source_arn) == verdict::allowed;
}

}  // namespace millrace::sqs
