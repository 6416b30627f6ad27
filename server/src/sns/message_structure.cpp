#include "sns/message_structure.hpp"

#include <simdjson.h>

#include "sns/errors.hpp"

namespace millrace::sns {

std::optional<aws::error> pick_message(std::string_view message, std::string_view protocol,
                                       std::string& out) {
  simdjson::dom::parser parser;
  simdjson::dom::object texts;
  if (parser.parse(simdjson::padded_string(message)).get(texts) != simdjson::SUCCESS) {
    return invalid("Message Structure - JSON message body failed to parse");
  }
  bool has_default = false;
  bool has_own = false;
  for (const auto& [key, item] : texts) {
    const bool own = key == protocol;
    if (!own && key != "default") continue;
    std::string_view text;
    const bool is_text = item.get(text) == simdjson::SUCCESS;
    (own ? has_own : has_default) = is_text;
    if (is_text && (own || !has_own)) out = text;
  }
  if (has_default) return std::nullopt;
  return invalid("Message Structure - No default entry in JSON message body");
}

}  // namespace millrace::sns
