// GetTopicAttributes and SetTopicAttributes.
#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/topic_attributes.hpp"

namespace millrace::sns {
namespace {

namespace get_in = shapes::get_topic_attributes_input;
namespace get_out = shapes::get_topic_attributes_response;
namespace set_in = shapes::set_topic_attributes_input;

progress start_get(call& c) {
  if (!read_topic(c, get_in::topic_arn)) return progress::answered;
  return submitted(c, topics(c).submit_describe_topic(c.topic, c.token));
}

progress resume_get(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  const auto all = topic_attributes_of(*c.context, done.topic->description);
  return reply(c, 2000, [&](aws::reply_writer& writer) {
    writer.member(get_out::attributes);
    writer.begin_map();
    for (const auto& [name, value] : all) {
      writer.key(name);
      writer.text(value);
    }
    writer.end_map();
  });
}

progress start_set(call& c) {
  if (!read_topic(c, set_in::topic_arn)) return progress::answered;
  auto wrong = read_topic_attribute(given_by::setting, names_fifo(c.topic),
                                    c.input[set_in::attribute_name].text(),
                                    c.input[set_in::attribute_value].text(), c.settings, c.given);
  if (wrong) return fail(c, *wrong);
  return submitted(c, topics(c).submit_set_topic(c.topic, c.settings, c.given, c.token));
}

progress resume_set(call& c, const completion& done) {
  return done.status == errc::ok ? succeed(c) : fail(c, done.status);
}

}  // namespace

const handler get_topic_attributes = handler_on<start_get, nullptr, resume_get>();
const handler set_topic_attributes = handler_on<start_set, nullptr, resume_set>();

}  // namespace millrace::sns
