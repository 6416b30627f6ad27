#include "sns/tags.hpp"

#include <algorithm>
#include <millrace/limits.hpp>
#include <set>

#include "sns/errors.hpp"

namespace millrace::sns {
namespace {

namespace row = shapes::tag;

constexpr std::string_view durability_tag = "millrace:durability";

std::optional<aws::error> read_level(call& c, std::string_view text, bool creation) {
  constexpr std::pair<std::string_view, durability> names[] = {
      {"memory", durability::memory}, {"os", durability::os}, {"disk", durability::disk}};
  if (!creation) return invalid("Tags", "a topic's durability cannot be changed");
  for (const auto& [name, level] : names) {
    if (name != text) continue;
    c.settings.level = level;
    c.given |= given_topic_level;
    return std::nullopt;
  }
  return invalid("Tags", "millrace:durability must be memory, os or disk");
}

std::string stored_key(std::string_view tag) { return std::string(tag_prefix).append(tag); }

}  // namespace

std::optional<aws::error> read_tags(call& c, const aws::value& tags, bool creation) {
  if (tags.elements().size() > topic_tags_max) {
    return aws::error{shapes::errors::tag_limit_exceeded_exception,
                      "A topic has at most " + std::to_string(topic_tags_max) + " tags."};
  }
  std::set<std::string_view> keys;
  for (const aws::value& tag : tags.elements()) {
    const std::string_view key = tag[row::key].text();
    if (!keys.insert(key).second) return invalid("Duplicated keys are not allowed.");
    if (key == durability_tag) {
      if (auto wrong = read_level(c, tag[row::value].text(), creation)) return wrong;
    }
    c.settings.stored.emplace_back(stored_key(key), tag[row::value].text());
    c.given |= given_topic_stored;
  }
  return std::nullopt;
}

bool has_tags(const stored_texts& stored, const aws::value& tags) {
  const std::span<const aws::value> all = tags.elements();
  return std::all_of(all.begin(), all.end(), [&](const aws::value& tag) {
    const std::string* const value = find_stored(stored, stored_key(tag[row::key].text()));
    return value != nullptr && *value == tag[row::value].text();
  });
}

}  // namespace millrace::sns
