// ListSubscriptionsByTopic, and ListSubscriptions, for which every lane is asked: its parts are
// merged by topic and id, and cut to a page. A token is the last one's topic and id.
#include <algorithm>
#include <tuple>

#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/page_token.hpp"

namespace millrace::sns {
namespace {

namespace all_in = shapes::list_subscriptions_input;
namespace all_out = shapes::list_subscriptions_response;
namespace of_topic_in = shapes::list_subscriptions_by_topic_input;
namespace of_topic_out = shapes::list_subscriptions_by_topic_response;
namespace row = shapes::subscription;

struct place {
  std::string_view topic;
  subscription_id id;
};

/// Where c.kept says that the last page ended. False: that is no place; answered.
bool read_place(call& c, place& out) {
  if (c.kept.empty()) return true;
  const std::size_t colon = c.kept.find(':');
  const std::string_view text = c.kept;
  if (colon != text.npos && parse_subscription_id(text.substr(colon + 1), out.id)) {
    out.topic = text.substr(0, colon);
    return true;
  }
  fail(c, invalid("NextToken", "it is none that this server has given out"));
  return false;
}

void write_subscription(const call& c, aws::reply_writer& writer,
                        const subscription_description& s) {
  writer.begin_structure();
  writer.text(row::subscription_arn, subscription_arn(*c.context, s.topic, to_text(s.id)));
  writer.text(row::owner, c.context->account_id);
  writer.text(row::protocol, "sqs");
  writer.text(row::endpoint, queue_arn(*c.context, s.settings.endpoint));
  writer.text(row::topic_arn, topic_arn(*c.context, s.topic));
  writer.end_structure();
}

progress answer(call& c, aws::member_id subscriptions, aws::member_id token) {
  const auto key = [](const subscription_description& s) { return std::tie(s.topic, s.id); };
  std::sort(c.listed.begin(), c.listed.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const bool more = c.listed.size() > page_size;
  if (more) c.listed.resize(page_size);
  return reply(c, 200 + c.listed.size() * 400, [&](aws::reply_writer& writer) {
    writer.member(subscriptions);
    writer.begin_list();
    for (const subscription_description& s : c.listed) write_subscription(c, writer, s);
    writer.end_list();
    if (!more) return;
    const subscription_description& last = c.listed.back();
    writer.text(token, page_token(last.topic + ":" + to_text(last.id)));
  });
}

void take(call& c, const completion& done) {
  const auto& part = done.topic->subscriptions;
  c.listed.insert(c.listed.end(), part.begin(), part.end());
}

progress start_of_topic(call& c) {
  place after;
  if (!read_topic(c, of_topic_in::topic_arn) || !read_page_token(c, of_topic_in::next_token) ||
      !read_place(c, after)) {
    return progress::answered;
  }
  return submitted(c,
                   topics(c).submit_list_subscriptions(c.topic, after.id, page_size + 1, c.token));
}

progress resume_of_topic(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  take(c, done);
  return answer(c, of_topic_out::subscriptions, of_topic_out::next_token);
}

/// Stage n asks lane n.
progress ask_lane(call& c) {
  place after;
  if (!read_place(c, after)) return progress::answered;
  return submitted(c, topics(c).submit_list_all_subscriptions(c.stage, after.topic, after.id,
                                                              page_size + 1, c.token));
}

progress start_all(call& c) {
  return read(c) && read_page_token(c, all_in::next_token) ? ask_lane(c) : progress::answered;
}

progress resume_all(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  take(c, done);
  if (++c.stage < c.context->lanes) return ask_lane(c);
  return answer(c, all_out::subscriptions, all_out::next_token);
}

}  // namespace

const handler list_subscriptions = handler_on<start_all, nullptr, resume_all>();
const handler list_subscriptions_by_topic = handler_on<start_of_topic, nullptr, resume_of_topic>();

}  // namespace millrace::sns
