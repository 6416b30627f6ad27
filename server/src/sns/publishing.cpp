#include "sns/publishing.hpp"

#include <charconv>

#include "aws/tables/sns.hpp"
#include "sns/errors.hpp"
#include "sns/message_ids.hpp"
#include "sns/names.hpp"
#include "sns/notification.hpp"
#include "sns/publish_input.hpp"
#include "sns/settings_text.hpp"

namespace millrace::sns {
namespace {

constexpr std::size_t uuid_length = 36;

std::optional<aws::error> check_sizes(const call& c, const topic_settings& topic) {
  std::size_t together = 0;
  for (const publication& p : c.publications) together += p.bytes;
  if (together <= topic.maximum_message_size) return std::nullopt;
  const bool batch = !c.publications[0].id.empty();
  return error_of(batch ? errc::batch_too_long : errc::message_too_long);
}

std::optional<aws::error> check(const call& c, const topic_settings& topic) {
  for (const publication& p : c.publications) {
    if (auto wrong = check_for_topic(p, topic)) return wrong;
  }
  return check_sizes(c, topic);
}

/// False: one cannot be signed.
bool render(call& c, const topic_description& topic, std::vector<notification>& rendered) {
  const notification_writer writer(c, topic);
  for (publication& p : c.publications) {
    auto made = writer.write(p);
    if (!made) return false;
    p.entry.subscription_at = made->subscription_at;
    p.entry.sequence_at = made->sequence_at;
    rendered.push_back(*std::move(made));
  }
  for (std::size_t i = 0; i < rendered.size(); ++i) {
    c.publications[i].entry.notification = as_bytes(rendered[i].text);
  }
  return true;
}

}  // namespace

progress hash_messages(call& c) {
  for (publication& p : c.publications) {
    c.context->hashing.push_back({p.text, &p.digest});
    p.entry.message_digest = &p.digest;
  }
  return progress::hashing;
}

progress ask_topic(call& c) {
  return submitted(c, topics(c).submit_describe_topic(c.topic, c.token));
}

progress publish_all(call& c, const topic_description& topic) {
  if (auto wrong = check(c, topic.settings)) return fail(c, *wrong);
  for (publication& p : c.publications) {
    p.message = next_message_id(*c.context);
    p.entry.id = &p.message;
    p.entry.raw_only = topic.notified == 0;
  }
  std::vector<notification> rendered;  // until the engine has copied it
  if (topic.notified != 0 && !render(c, topic, rendered)) {
    return fail(c, {shapes::errors::internal_error_exception, "The message cannot be signed."});
  }
  std::vector<publish_entry> entries;
  for (const publication& p : c.publications) entries.push_back(p.entry);
  return submitted(c, topics(c).submit_publish(c.topic, entries, c.token));
}

void write_published(aws::reply_writer& writer, aws::member_id message_id,
                     aws::member_id sequence_number, const publish_result& published) {
  char uuid[uuid_length];
  published.id.to_text(uuid);
  writer.token(message_id, {uuid, sizeof uuid});
  if (published.sequence == 0) return;
  char digits[sequence_length];
  std::to_chars(digits, digits + sizeof digits, topic_sequence_base + published.sequence);
  writer.token(sequence_number, {digits, sizeof digits});
}

}  // namespace millrace::sns
