// AddPermission and RemovePermission: edit the topic's Policy, and only a policy that nobody else
// has changed meanwhile.
#include <algorithm>
#include <array>

#include "aws/policy_text.hpp"
#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/settings_text.hpp"
#include "sns/topic_policy.hpp"

namespace millrace::sns {
namespace {

namespace add_in = shapes::add_permission_input;
namespace remove_in = shapes::remove_permission_input;

enum stage : std::uint32_t { asked, setting };

/// What a policy may allow with a topic.
constexpr std::array<std::string_view, 11> topic_actions{"AddPermission",
                                                         "DeleteTopic",
                                                         "GetTopicAttributes",
                                                         "ListSubscriptionsByTopic",
                                                         "ListTagsForResource",
                                                         "Publish",
                                                         "Receive",
                                                         "RemovePermission",
                                                         "SetTopicAttributes",
                                                         "Subscribe",
                                                         "GetDataProtectionPolicy"};

std::vector<std::string_view> texts(const aws::value& list) {
  std::vector<std::string_view> out;
  for (const aws::value& each : list.elements()) out.push_back(each.text());
  return out;
}

std::optional<aws::error> check_accounts(const aws::value& ids) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (const std::string_view id : texts(ids)) {
    if (id.size() == 12 && std::all_of(id.begin(), id.end(), digit)) continue;
    return invalid("AWSAccountId", "an account is named by twelve digits");
  }
  if (ids.elements().empty()) return invalid("AWSAccountId", "no value for required parameter");
  return std::nullopt;
}

std::optional<aws::error> check_actions(const aws::value& actions) {
  for (const std::string_view action : texts(actions)) {
    if (std::find(topic_actions.begin(), topic_actions.end(), action) != topic_actions.end()) {
      continue;
    }
    return invalid("Policy statement action out of service scope!");
  }
  if (actions.elements().empty()) return invalid("ActionName", "no value for required parameter");
  return std::nullopt;
}

std::optional<aws::error> check_label(std::string_view label) {
  constexpr std::size_t label_max = 100;
  if (!label.empty() && label.size() <= label_max) return std::nullopt;
  return invalid("Label", "it is 1 to 100 characters");
}

progress ask(call& c) {
  c.stage = asked;
  return submitted(c, topics(c).submit_describe_topic(c.topic, c.token));
}

progress start_add(call& c) {
  if (!read_topic(c, add_in::topic_arn)) return progress::answered;
  if (auto wrong = check_label(c.input[add_in::label].text())) return fail(c, *wrong);
  if (auto wrong = check_accounts(c.input[add_in::aws_account_id])) return fail(c, *wrong);
  return ask(c);
}

progress start_remove(call& c) {
  return read_topic(c, remove_in::topic_arn) ? ask(c) : progress::answered;
}

std::string policy_of(const call& c, const topic_description& topic) {
  const std::string* const given = find_stored(topic.settings.stored, policy_key);
  return given == nullptr ? default_topic_policy(*c.context, c.topic) : *given;
}

/// What is wrong, or the policy edited.
std::optional<aws::error> add(const call& c, std::string& policy) {
  using aws::policy_edit;
  const std::vector<std::string_view> accounts = texts(c.input[add_in::aws_account_id]);
  const std::vector<std::string_view> actions = texts(c.input[add_in::action_name]);
  const policy_edit how = aws::add_statement(policy, topic_arn(*c.context, c.topic),
                                             {.service = "SNS",
                                              .label = c.input[add_in::label].text(),
                                              .accounts = accounts,
                                              .actions = actions});
  if (how == policy_edit::label_exists) return invalid("Statement already exists");
  if (how != policy_edit::done) return invalid("the topic's Policy is not a valid JSON policy");
  return check_actions(c.input[add_in::action_name]);
}

/// Where no statement has the label there is nothing to take away.
std::optional<aws::error> remove(const call& c, std::string& policy) {
  using aws::policy_edit;
  const policy_edit how = aws::remove_statement(policy, c.input[remove_in::label].text());
  if (how == policy_edit::unreadable) {
    return invalid("the topic's Policy is not a valid JSON policy");
  }
  if (policy.empty()) policy = empty_topic_policy();
  return std::nullopt;
}

/// Asks, edits, and sets; from the beginning if the topic was changed in between.
template <auto Edit>
progress resume(call& c, const completion& done) {
  if (c.stage == setting) {
    if (done.status == errc::changed_meanwhile) return ask(c);
    return done.status == errc::ok ? succeed(c) : fail(c, done.status);
  }
  if (done.status != errc::ok) return fail(c, done.status);
  const topic_description& topic = done.topic->description;
  std::string policy = policy_of(c, topic);
  const std::string before = policy;
  if (auto wrong = Edit(c, policy)) return fail(c, *wrong);
  if (policy == before) return succeed(c);
  c.settings = {};
  c.settings.stored.emplace_back(policy_key, std::move(policy));
  c.stage = setting;
  return submitted(c, topics(c).submit_set_topic(c.topic, c.settings, given_topic_stored, c.token,
                                                 topic.revision));
}

}  // namespace

const handler add_permission = handler_on<start_add, nullptr, resume<add>>();
const handler remove_permission = handler_on<start_remove, nullptr, resume<remove>>();

}  // namespace millrace::sns
