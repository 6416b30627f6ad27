#include "sns/subscription_attributes.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <millrace/topic.hpp>

#include "http/scan.hpp"
#include "sns/errors.hpp"
#include "sns/names.hpp"

namespace millrace::sns {
namespace {

constexpr std::string_view body_scope = "MessageBody";
constexpr std::string_view attributes_scope = "MessageAttributes";

struct reading {
  given_by by;
  const aws::service_context& context;
  std::string_view name;
  std::string_view value;
  subscription_settings& settings;
  std::uint32_t& given;
};
using outcome = std::optional<aws::error>;

outcome wrong(const reading& r, std::string_view why) { return wrong_attribute(r.by, r.name, why); }

std::string shown(std::string_view value) {
  return "Invalid value [" + std::string(value.substr(0, 256)) + "]. ";
}

outcome read_raw(const reading& r) {
  const bool raw = http::same_ignoring_case(r.value, "true");
  if (!raw && !http::same_ignoring_case(r.value, "false")) {
    return wrong(r, shown(r.value) + "Must be true or false.");
  }
  r.settings.raw = raw;
  r.given |= given_raw;
  return std::nullopt;
}

outcome read_scope(const reading& r) {
  if (r.value != body_scope && r.value != attributes_scope) {
    return wrong(r, shown(r.value) + "Please use either MessageBody or MessageAttributes");
  }
  r.settings.scope = r.value == body_scope ? filter_scope::body : filter_scope::attributes;
  r.given |= given_filter_scope;
  return std::nullopt;
}

outcome read_filter(const reading& r) {
  r.settings.filter_policy = r.value;
  r.given |= given_filter_policy;
  return std::nullopt;
}

/// The queue that a dead letter is for; empty: none of this account and region.
std::string_view queue_of(const aws::service_context& context, std::string_view arn) {
  const arn_parts parts = split_arn(arn);
  const bool ours = is_arn_of(parts, "sqs") && parts.count == 6 &&
                    parts.region() == context.region && parts.account() == context.account_id;
  return ours ? parts.resource() : std::string_view();
}

outcome read_redrive(const reading& r) {
  r.given |= given_dead_letter_queue;
  r.settings.dead_letter_queue.clear();
  if (r.value.empty()) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::object policy;
  if (parser.parse(simdjson::padded_string(r.value)).get(policy) != simdjson::SUCCESS) {
    return wrong(r, "failed to parse JSON.");
  }
  if (policy.size() == 0) return std::nullopt;
  std::string_view arn;
  std::string_view queue;
  if (policy["deadLetterTargetArn"].get(arn) == simdjson::SUCCESS) {
    queue = queue_of(r.context, arn);
  }
  if (queue.empty()) return wrong(r, "deadLetterTargetArn is an invalid arn");
  const bool fifo = names_fifo(r.settings.endpoint);
  if (fifo && !names_fifo(queue)) {
    return wrong(r, "must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.");
  }
  if (!fifo && names_fifo(queue)) {
    return wrong(r, "must use a standard queue as DLQ for a subscription of a standard queue.");
  }
  r.settings.dead_letter_queue = queue;
  return std::nullopt;
}

outcome refuse_http(const reading& r) {
  return wrong(r, "it is for deliveries by HTTP, which this version does not make");
}

outcome refuse_role(const reading& r) {
  return wrong(r, "it is for Firehose, which this version does not have");
}

outcome refuse_replay(const reading& r) {
  return wrong(r, "this version keeps no archive of messages");
}

struct attribute_row {
  std::string_view name;
  outcome (*read)(const reading& r);
};
constexpr std::array<attribute_row, 7> attribute_rows{{
    {"RawMessageDelivery", read_raw},
    {"FilterPolicy", read_filter},
    {"FilterPolicyScope", read_scope},
    {"RedrivePolicy", read_redrive},
    {"DeliveryPolicy", refuse_http},
    {"SubscriptionRoleArn", refuse_role},
    {"ReplayPolicy", refuse_replay},
}};

}  // namespace

std::optional<aws::error> read_subscription_attribute(given_by by,
                                                      const aws::service_context& context,
                                                      std::string_view name, std::string_view value,
                                                      subscription_settings& settings,
                                                      std::uint32_t& given) {
  for (const attribute_row& row : attribute_rows) {
    if (row.name == name) return row.read({by, context, name, value, settings, given});
  }
  if (by == given_by::setting) return invalid("AttributeName");
  return invalid("Attributes", "Unknown attribute " + std::string(name.substr(0, 256)));
}

std::optional<aws::error> check_filter_policy(given_by by, const subscription_settings& settings) {
  if (settings.filter_policy.empty()) return std::nullopt;
  const std::string problem = filter_policy_problem(settings.filter_policy, settings.scope);
  if (problem.empty()) return std::nullopt;
  return invalid((by == given_by::creation ? "Attributes Reason: " : "") + problem);
}

bool same_where_given(const subscription_settings& a, std::uint32_t given,
                      const subscription_settings& b) noexcept {
  return ((given & given_raw) == 0 || a.raw == b.raw) &&
         ((given & given_filter_scope) == 0 || a.scope == b.scope) &&
         ((given & given_filter_policy) == 0 || a.filter_policy == b.filter_policy) &&
         ((given & given_dead_letter_queue) == 0 || a.dead_letter_queue == b.dead_letter_queue);
}

std::vector<std::pair<std::string, std::string>> subscription_attributes_of(
    const aws::service_context& context, const subscription_description& subscription) {
  const subscription_settings& s = subscription.settings;
  std::vector<std::pair<std::string, std::string>> all;
  const auto add = [&](std::string_view name, std::string value) {
    all.emplace_back(name, std::move(value));
  };
  add("ConfirmationWasAuthenticated", "true");
  add("Endpoint", queue_arn(context, s.endpoint));
  if (!s.filter_policy.empty()) {
    add("FilterPolicy", s.filter_policy);
    add("FilterPolicyScope",
        std::string(s.scope == filter_scope::body ? body_scope : attributes_scope));
  }
  add("Owner", context.account_id);
  add("PendingConfirmation", "false");
  add("Protocol", "sqs");
  add("RawMessageDelivery", s.raw ? "true" : "false");
  if (!s.dead_letter_queue.empty()) {
    add("RedrivePolicy",
        "{\"deadLetterTargetArn\":\"" + queue_arn(context, s.dead_letter_queue) + "\"}");
  }
  add("SubscriptionArn", subscription_arn(context, subscription.topic, to_text(subscription.id)));
  add("SubscriptionPrincipal", "arn:aws:iam::" + context.account_id + ":user/anonymous");
  add("TopicArn", topic_arn(context, subscription.topic));
  return all;
}

}  // namespace millrace::sns
