// CreateTopic: makes the topic or finds the same one.
#include <algorithm>

#include "http/scan.hpp"
#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/tags.hpp"
#include "sns/topic_attributes.hpp"

namespace millrace::sns {
namespace {

namespace in = shapes::create_topic_input;
namespace out = shapes::create_topic_response;

enum stage : std::uint32_t { creating, difference_asked };

/// FifoTopic is what the name says; the others are read knowing it.
std::optional<aws::error> read_fifo(call& c) {
  bool fifo = false;
  for (const aws::map_entry& each : c.input[in::attributes].entries()) {
    if (each.key != "FifoTopic") continue;
    const std::string_view text = each.item.text();
    fifo = http::same_ignoring_case(text, "true");
    if (fifo || http::same_ignoring_case(text, "false")) continue;
    return wrong_attribute(
        given_by::creation, "FifoTopic",
        "Invalid value [" + std::string(text.substr(0, 256)) + "]. Must be true or false.");
  }
  if (!valid_topic_name(c.topic, fifo)) return invalid("Topic Name");
  c.settings.fifo = fifo;
  if (fifo) c.given |= given_topic_fifo;
  return std::nullopt;
}

std::optional<aws::error> read_attributes(call& c) {
  if (auto wrong = read_fifo(c)) return wrong;
  for (const aws::map_entry& each : c.input[in::attributes].entries()) {
    if (each.key == "FifoTopic") continue;
    auto wrong = read_topic_attribute(given_by::creation, c.settings.fifo, each.key,
                                      each.item.text(), c.settings, c.given);
    if (wrong) return wrong;
  }
  return read_tags(c, c.input[in::tags], true);
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  c.topic = c.input[in::name].text();
  if (!c.input[in::data_protection_policy].text().empty()) {
    return fail(c, not_served("DataProtectionPolicy", "messages are not inspected"));
  }
  if (auto wrong = read_attributes(c)) return fail(c, *wrong);
  std::sort(c.settings.stored.begin(), c.settings.stored.end());
  return submitted(c, topics(c).submit_create_topic(c.topic, c.settings, c.given, c.token));
}

progress resume(call& c, const completion& done) {
  if (c.stage == difference_asked) {
    const bool same_tags = done.status != errc::ok ||
                           has_tags(done.topic->description.settings.stored, c.input[in::tags]);
    return fail(c, same_tags ? error_of(errc::topic_exists)
                             : invalid("Tags", "Topic already exists with different tags"));
  }
  if (done.status == errc::topic_exists) {
    c.stage = difference_asked;
    return submitted(c, topics(c).submit_describe_topic(c.topic, c.token));
  }
  if (done.status != errc::ok) return fail(c, done.status);
  return reply(c, 200, [&](aws::reply_writer& writer) {
    writer.text(out::topic_arn, topic_arn(*c.context, c.topic));
  });
}

}  // namespace

const handler create_topic = handler_on<start, nullptr, resume>();

}  // namespace millrace::sns
