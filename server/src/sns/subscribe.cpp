// Subscribe: makes the subscription of a queue, or finds the same one. Nobody has to confirm it: a
// queue belongs to the account that subscribes it.
#include <algorithm>
#include <array>

#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/page_token.hpp"
#include "sns/subscription_attributes.hpp"

namespace millrace::sns {
namespace {

namespace in = shapes::subscribe_input;
namespace out = shapes::subscribe_response;

enum stage : std::uint32_t { subscribing, searching, topic_asked };

constexpr std::array<std::string_view, 8> other_protocols{
    "http", "https", "email", "email-json", "sms", "application", "lambda", "firehose"};

/// The queue that the endpoint names, into c.wanted.
std::optional<aws::error> read_queue(call& c) {
  const arn_parts arn = split_arn(c.input[in::endpoint].text());
  if (!is_arn_of(arn, "sqs") || arn.count != 6) return invalid("SQS endpoint ARN");
  if (names_fifo(arn.resource()) && !names_fifo(c.topic)) {
    return invalid(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard "
        "SNS topics");
  }
  if (arn.region() != c.context->region || arn.account() != c.context->account_id) {
    return invalid("Endpoint", "this server has the queues of region " + c.context->region +
                                   " and account " + c.context->account_id + " only");
  }
  c.wanted.endpoint = arn.resource();
  return std::nullopt;
}

std::optional<aws::error> read_attributes(call& c) {
  for (const aws::map_entry& each : c.input[in::attributes].entries()) {
    auto wrong = read_subscription_attribute(given_by::creation, *c.context, each.key,
                                             each.item.text(), c.wanted, c.given);
    if (wrong) return wrong;
  }
  return check_filter_policy(given_by::creation, c.wanted);
}

/// [+]digits, which single signs may part.
bool valid_phone_number(std::string_view text) noexcept {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !digit(text.front()) || !digit(text.back())) return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (digit(text[i])) continue;
    if (std::string_view("-./ ").find(text[i]) == text.npos || !digit(text[i - 1])) return false;
  }
  return true;
}

std::optional<aws::error> read_endpoint(call& c, std::string_view protocol) {
  if (protocol == "sqs") return read_queue(c);
  if (std::find(other_protocols.begin(), other_protocols.end(), protocol) ==
      other_protocols.end()) {
    return invalid("Amazon SNS does not support this protocol string: " +
                   std::string(protocol.substr(0, 256)));
  }
  const std::string_view endpoint = c.input[in::endpoint].text();
  if (protocol == "sms" && !valid_phone_number(endpoint)) {
    return aws::error{shapes::errors::invalid_parameter_exception,
                      "Invalid SMS endpoint: " + std::string(endpoint.substr(0, 256))};
  }
  return std::nullopt;
}

progress start(call& c) {
  if (!read_topic(c, in::topic_arn)) return progress::answered;
  const std::string_view protocol = c.input[in::protocol].text();
  if (auto wrong = read_endpoint(c, protocol)) return fail(c, *wrong);
  if (auto wrong = read_attributes(c)) return fail(c, *wrong);
  if (protocol == "sqs") {
    return submitted(c, topics(c).submit_subscribe(c.topic, c.wanted, c.token));
  }
  c.stage = topic_asked;  // what else is wrong is told before the protocol is refused
  return submitted(c, topics(c).submit_describe_topic(c.topic, c.token));
}

progress answer(call& c, const subscription_id& id) {
  return reply(c, 200, [&](aws::reply_writer& writer) {
    writer.text(out::subscription_arn, subscription_arn(*c.context, c.topic, to_text(id)));
  });
}

progress search(call& c) {
  c.stage = searching;
  return submitted(
      c, topics(c).submit_list_subscriptions(c.topic, c.subscription, page_size, c.token));
}

/// The subscription of this queue has other settings: they may be those that were asked for, and
/// the others not.
progress found(call& c, const std::vector<subscription_description>& page) {
  const auto of_this_queue = [&](const subscription_description& s) {
    return s.settings.endpoint == c.wanted.endpoint;
  };
  const auto one = std::find_if(page.begin(), page.end(), of_this_queue);
  if (one == page.end() && page.size() == page_size) {
    c.subscription = page.back().id;
    return search(c);
  }
  if (one == page.end() || !same_where_given(c.wanted, c.given, one->settings)) {
    return fail(c, errc::subscription_exists);
  }
  return answer(c, one->id);
}

progress resume(call& c, const completion& done) {
  if (c.stage == subscribing && done.status == errc::subscription_exists) return search(c);
  if (done.status != errc::ok) return fail(c, done.status);
  switch (c.stage) {
    case subscribing: return answer(c, done.topic->subscription);
    case searching: return found(c, done.topic->subscriptions);
    default: break;
  }
  return fail(c, not_served("Protocol", "subscriptions are of queues (sqs) only"));
}

}  // namespace

const handler subscribe = handler_on<start, nullptr, resume>();

}  // namespace millrace::sns
