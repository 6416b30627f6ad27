// Publish: one message to a topic.
#include <algorithm>

#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/publish_input.hpp"
#include "sns/publishing.hpp"

namespace millrace::sns {
namespace {

namespace in = shapes::publish_input;
namespace out = shapes::publish_response;

enum stage : std::uint32_t { topic_asked, publishing };

/// [+]digits, 2 to 15 of them, that do not begin with 0.
bool valid_phone_number(std::string_view text) noexcept {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= 2 && text.size() <= 15 && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), digit);
}

aws::error refuse_phone_number(std::string_view number) {
  if (valid_phone_number(number)) return not_served("PhoneNumber", "text messages are not sent");
  return invalid("PhoneNumber", std::string(number.substr(0, 256)) + " is not valid to publish to");
}

/// A topic may be named in either parameter.
bool find_target(call& c) {
  const aws::value& topic = c.input[in::topic_arn];
  const aws::value& target = c.input[in::target_arn];
  const aws::value& number = c.input[in::phone_number];
  const int given = int{topic.present()} + int{target.present()} + int{number.present()};
  if (given == 0) {
    fail(c, invalid("TopicArn or TargetArn", "no value for required parameter"));
  } else if (given > 1) {
    fail(c, invalid("TopicArn, TargetArn and PhoneNumber", "one of them is to be given"));
  } else if (number.present()) {
    fail(c, refuse_phone_number(number.text()));
  } else if (target.text().find(":endpoint/") != std::string_view::npos) {
    fail(c, invalid("TargetArn", "No endpoint found for the target arn specified"));
  } else {
    // Recordings name TopicArn, and have none of a bad topic in TargetArn.
    return topic.present() ? find_topic(c, "TopicArn", topic.text())
                           : find_topic(c, "TargetArn", target.text());
  }
  return false;
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  publication& one = c.publications.emplace_back();
  const message_input message{
      c.input[in::message],           c.input[in::subject],
      c.input[in::message_structure], c.input[in::message_attributes],
      c.input[in::message_group_id],  c.input[in::message_deduplication_id]};
  if (auto wrong = prepare(c, message, one)) return fail(c, *wrong);
  return find_target(c) ? hash_messages(c) : progress::answered;
}

progress resume(call& c, const completion& done) {
  if (done.status == errc::changed_meanwhile) {
    c.stage = topic_asked;
    return ask_topic(c);
  }
  if (done.status != errc::ok) return fail(c, done.status);
  if (c.stage == topic_asked) {
    c.stage = publishing;
    return publish_all(c, done.topic->description);
  }
  const publish_result& published = done.published[0];
  if (published.status != errc::ok) return fail(c, published.status);
  return reply(c, 200, [&](aws::reply_writer& writer) {
    write_published(writer, out::message_id, out::sequence_number, published);
  });
}

}  // namespace

const handler publish = handler_on<start, ask_topic, resume>();

}  // namespace millrace::sns
