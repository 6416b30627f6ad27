// GetSubscriptionAttributes and SetSubscriptionAttributes.
#include "sns/errors.hpp"
#include "sns/operations.hpp"
#include "sns/subscription_attributes.hpp"

namespace millrace::sns {
namespace {

namespace get_in = shapes::get_subscription_attributes_input;
namespace get_out = shapes::get_subscription_attributes_response;
namespace set_in = shapes::set_subscription_attributes_input;

enum stage : std::uint32_t { asked, setting };

/// A subscription of a topic that has gone has gone too.
progress refuse(call& c, errc code) {
  return fail(c, code == errc::topic_does_not_exist ? errc::subscription_does_not_exist : code);
}

progress ask(call& c) {
  c.stage = asked;
  return submitted(c, topics(c).submit_describe_subscription(c.topic, c.subscription, c.token));
}

template <const aws::member_id& Arn>
progress start(call& c) {
  return read_subscription(c, Arn) ? ask(c) : progress::answered;
}

progress resume_get(call& c, const completion& done) {
  if (done.status != errc::ok) return refuse(c, done.status);
  const auto all = subscription_attributes_of(*c.context, done.topic->subscriptions[0]);
  return reply(c, 1000, [&](aws::reply_writer& writer) {
    writer.member(get_out::attributes);
    writer.begin_map();
    for (const auto& [name, value] : all) {
      writer.key(name);
      writer.text(value);
    }
    writer.end_map();
  });
}

/// What is set depends on the rest: looks, decides, and sets, only as long as nobody else has set
/// anything in between.
progress resume_set(call& c, const completion& done) {
  if (c.stage == setting) {
    if (done.status == errc::changed_meanwhile) return ask(c);
    return done.status == errc::ok ? succeed(c) : refuse(c, done.status);
  }
  if (done.status != errc::ok) return refuse(c, done.status);
  const subscription_description& now = done.topic->subscriptions[0];
  c.wanted = now.settings;
  c.given = 0;
  auto wrong = read_subscription_attribute(
      given_by::setting, *c.context, c.input[set_in::attribute_name].text(),
      c.input[set_in::attribute_value].text(), c.wanted, c.given);
  if (!wrong && (c.given & (given_filter_policy | given_filter_scope)) != 0) {
    wrong = check_filter_policy(given_by::setting, c.wanted);
  }
  if (wrong) return fail(c, *wrong);
  c.stage = setting;
  return submitted(c, topics(c).submit_set_subscription(c.topic, c.subscription, c.wanted, c.given,
                                                        c.token, now.revision));
}

}  // namespace

const handler get_subscription_attributes =
    handler_on<start<get_in::subscription_arn>, nullptr, resume_get>();
const handler set_subscription_attributes =
    handler_on<start<set_in::subscription_arn>, nullptr, resume_set>();

}  // namespace millrace::sns
