#include "kinesis/tags.hpp"

#include <algorithm>

#include "kinesis/editing.hpp"
#include "kinesis/errors.hpp"

namespace millrace::kinesis {
namespace {

/// Letters and digits of any script, spaces, and _ . / = + - @ : are what a tag is made of. % is
/// refused as well, in other words.
bool tag_character(char c) noexcept {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || (static_cast<unsigned char>(c) & 0x80) != 0 ||
         std::string_view(" _./=+-%@:").find(c) != std::string_view::npos;
}

bool tag_text(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), tag_character);
}

aws::error invalid_characters() {
  return invalid_argument(
      "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white "
      "space, _ . / = + - % @.");
}

aws::error refusal(const call& c, std::string_view why) {
  std::string text = "Failed to add tags to stream ";
  text.append(c.stream_name).append(" under account ").append(c.context->account_id);
  return invalid_argument(text.append(" because ").append(why));
}

}  // namespace

std::string consumer_prefix(std::string_view consumer) {
  return "consumer:" + std::string(consumer) + ":";
}

std::string tag_prefix(const call& c) {
  if (c.consumer_name.empty()) return std::string(stream_tag_prefix);
  return consumer_prefix(c.consumer_name).append(stream_tag_prefix);
}

std::optional<aws::error> give_tags(call& c, const aws::value& tags) {
  const std::string prefix = tag_prefix(c);
  std::size_t count = 0;
  for_stored(c.description.settings, prefix, [&](std::string_view key, std::string_view) {
    const auto same = [&](const aws::map_entry& e) { return e.key == key; };
    count += std::none_of(tags.entries().begin(), tags.entries().end(), same) ? 1 : 0;
  });
  for (const aws::map_entry& tag : tags.entries()) {
    if (!tag_text(tag.key) || !tag_text(tag.item.text())) return invalid_characters();
    if (tag.key.find('%') != tag.key.npos || tag.item.text().find('%') != tag.key.npos) {
      return refusal(c,
                     "some tags contained illegal characters. The allowed characters are Unicode "
                     "letters, white-spaces, '_',',','/','=','+','-','@'.");
    }
    c.settings.stored.emplace_back(prefix + std::string(tag.key), tag.item.text());
  }
  if (count + tags.entries().size() > stream_tags_max) {
    return refusal(c, "a given stream cannot have more than 50 tags associated with it.");
  }
  if (!tags.entries().empty()) c.given |= given_stored;
  return std::nullopt;
}

std::optional<aws::error> take_tags(call& c, std::span<const aws::value> keys) {
  const auto good = [](const aws::value& key) { return tag_text(key.text()); };
  if (!std::all_of(keys.begin(), keys.end(), good)) return invalid_characters();
  const std::string prefix = tag_prefix(c);
  for (const aws::value& key : keys) {
    std::string stored = prefix + std::string(key.text());
    if (find_stored(c.description.settings, stored) == nullptr) continue;
    c.settings.stored.emplace_back(std::move(stored), "");
    c.given = given_stored_removed;
  }
  return std::nullopt;
}

bool write_tags(const call& c, aws::reply_writer& writer, std::string_view after, std::size_t max) {
  std::size_t written = 0;
  bool more = false;
  writer.begin_list();
  for_stored(c.description.settings, tag_prefix(c),
             [&](std::string_view key, std::string_view value) {
               if (key <= after) return;
               more = written == max;
               if (more) return;
               ++written;
               writer.begin_structure();
               writer.text(shapes::tag::key, key);
               writer.text(shapes::tag::value, value);
               writer.end_structure();
             });
  writer.end_list();
  return more;
}

}  // namespace millrace::kinesis
