#include "sqs/queue_tags.hpp"

namespace millrace::sqs {
namespace {

bool read_level(call& c, std::string_view text) {
  constexpr std::pair<std::string_view, durability> names[] = {
      {"memory", durability::memory}, {"os", durability::os}, {"disk", durability::disk}};
  for (const auto& [name, level] : names) {
    if (name != text) continue;
    c.attributes.level = level;
    c.given |= given_durability;
    return true;
  }
  return false;
}

}  // namespace

std::optional<aws::error> read_tags(call& c, const aws::value& map) {
  if (map.entries().size() > queue_tags_max) {
    return aws::error{aws::common_errors::invalid_parameter_value,
                      "Too many tags added for queue " + std::string(c.queue_name) + "."};
  }
  for (const aws::map_entry& entry : map.entries()) {
    if (entry.key.empty() || entry.key.size() > 128 || entry.item.text().size() > 256) {
      return aws::invalid_parameter(entry.key, "Tags",
                                    "Keys are 1 to 128 in length, values up to 256.");
    }
    if (entry.key == durability_tag && !read_level(c, entry.item.text())) {
      return aws::invalid_parameter(entry.item.text(), "Tags",
                                    "millrace:durability must be memory, os or disk.");
    }
    // "=" before the value: an empty stored value means "remove".
    c.attributes.stored.emplace_back("tag:" + std::string(entry.key),
                                     "=" + std::string(entry.item.text()));
  }
  return std::nullopt;
}

void remove_tags(call& c, std::span<const aws::value> keys) {
  for (const aws::value& key : keys) {
    c.attributes.stored.emplace_back("tag:" + std::string(key.text()), "");
  }
}

}  // namespace millrace::sqs
