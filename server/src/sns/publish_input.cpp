#include "sns/publish_input.hpp"

#include <algorithm>
#include <cstring>
#include <millrace/attributes.hpp>

#include "sns/attribute_input.hpp"
#include "sns/errors.hpp"
#include "sns/message_structure.hpp"

namespace millrace::sns {
namespace {

constexpr std::size_t subject_characters_max = 100;

/// One line of printable ASCII that does not begin with a space.
bool valid_subject(std::string_view text) noexcept {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  return !text.empty() && text.size() <= subject_characters_max && text[0] != ' ' &&
         std::all_of(text.begin(), text.end(), printable);
}

bool valid_id(std::string_view id) noexcept {
  const auto visible = [](char c) { return c >= '!' && c <= '~'; };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), visible);
}

std::string_view keep(call& c, std::string_view text) {
  char* const kept = c.input.memory().bytes(text.size());
  if (!text.empty()) std::memcpy(kept, text.data(), text.size());
  return {kept, text.size()};
}

std::optional<aws::error> read_structure(call& c, const message_input& in, publication& out) {
  out.text = in.message.text();
  if (!in.structure.present()) return std::nullopt;
  if (in.structure.text() != "json") return invalid("MessageStructure", "it is json, or absent");
  std::string picked;
  if (auto wrong = pick_message(in.message.text(), "sqs", picked)) return wrong;
  out.text = keep(c, picked);
  return out.text.empty() ? std::optional(error_of(errc::empty_message)) : std::nullopt;
}

std::optional<aws::error> read_ids(const message_input& in, publish_entry& out) {
  out.message_group_id = in.group_id.text();
  out.message_deduplication_id = in.deduplication_id.text();
  if (in.group_id.present() && !valid_id(out.message_group_id)) {
    return error_of(errc::invalid_message_group_id);
  }
  if (in.deduplication_id.present() && !valid_id(out.message_deduplication_id)) {
    return error_of(errc::invalid_message_deduplication_id);
  }
  return std::nullopt;
}

}  // namespace

std::optional<aws::error> prepare(call& c, const message_input& in, publication& out) {
  if (in.subject.present() && !valid_subject(in.subject.text())) return invalid("Subject");
  out.subject = in.subject.text();
  out.has_subject = in.subject.present();
  if (in.message.text().empty()) return error_of(errc::empty_message);
  if (auto wrong = read_structure(c, in, out)) return wrong;
  if (auto wrong = read_ids(in, out.entry)) return wrong;
  if (auto wrong = encode_attributes(c, in.attributes, out.entry.attributes)) return wrong;
  out.entry.system_attributes = encode_trace(c);
  out.bytes = in.message.text().size();
  attribute_reader reader(out.entry.attributes);
  for (message_attribute a; reader.next(a);) {
    out.bytes += a.name.size() + a.data_type.size() + a.value.size();
  }
  out.entry.message = as_bytes(out.text);
  return std::nullopt;
}

std::optional<aws::error> check_for_topic(const publication& p, const topic_settings& topic) {
  const bool deduplicated = !p.entry.message_deduplication_id.empty();
  if (!topic.fifo) {
    if (deduplicated) return error_of(errc::not_for_standard_queues);
    return std::nullopt;
  }
  if (p.entry.message_group_id.empty()) return error_of(errc::message_group_id_missing);
  if (!deduplicated && !topic.content_based_deduplication) {
    return error_of(errc::message_deduplication_id_missing);
  }
  return std::nullopt;
}

}  // namespace millrace::sns
