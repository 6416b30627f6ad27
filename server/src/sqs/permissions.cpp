// AddPermission and RemovePermission: edit the queue's Policy, and only a policy that nobody else
// has changed meanwhile.
#include <algorithm>
#include <array>

#include "aws/policy_text.hpp"
#include "sqs/operations.hpp"
#include "sqs/policy_check.hpp"

namespace millrace::sqs {
namespace {

namespace add_in = shapes::add_permission_request;
namespace remove_in = shapes::remove_permission_request;

enum stage : std::uint32_t { asked, setting };

constexpr std::size_t label_max = 80;
constexpr std::string_view policy_key = "Policy";

/// What an owner may allow others.
constexpr std::array<std::string_view, 9> for_others{
    "*",           "ChangeMessageVisibility",    "DeleteMessage", "GetQueueAttributes",
    "GetQueueUrl", "ListDeadLetterSourceQueues", "PurgeQueue",    "ReceiveMessage",
    "SendMessage"};
constexpr std::array<std::string_view, 12> for_owners{
    "AddPermission",        "CancelMessageMoveTask", "CreateQueue", "DeleteQueue",
    "ListMessageMoveTasks", "ListQueueTags",         "ListQueues",  "RemovePermission",
    "SetQueueAttributes",   "StartMessageMoveTask",  "TagQueue",    "UntagQueue"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<aws::error> check_label(const aws::value& label) {
  if (!label.present()) return aws::missing_parameter("Label");
  const std::string_view text = label.text();
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  if (!text.empty() && text.size() <= label_max && std::all_of(text.begin(), text.end(), fits)) {
    return std::nullopt;
  }
  return aws::invalid_parameter(text, "Label",
                                "Can only include alphanumeric characters, hyphens, or "
                                "underscores. 1 to 80 in length");
}

std::optional<aws::error> check_accounts(const aws::value& given) {
  if (!given.present()) return aws::missing_parameter("AWSAccountIds");
  const std::span<const aws::value> ids = given.elements();
  if (ids.empty()) return aws::invalid_parameter("[]", "PrincipalId", "Unable to verify.");
  for (const aws::value& id : ids) {
    const std::string_view text = id.text();
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 12 || !std::all_of(text.begin(), text.end(), digit)) {
      return aws::invalid_parameter(text, "PrincipalId", "Unable to verify.");
    }
  }
  return std::nullopt;
}

std::optional<aws::error> check_actions(std::span<const aws::value> actions) {
  if (actions.empty()) return aws::missing_parameter("Actions");
  if (actions.size() > policy_actions_max) {
    return aws::error{shapes::errors::over_limit, std::to_string(actions.size()) +
                                                      " Actions were found, maximum allowed is " +
                                                      std::to_string(policy_actions_max) + "."};
  }
  for (const aws::value& action : actions) {
    if (contains(for_others, action.text())) continue;
    const std::string_view reason =
        contains(for_owners, action.text())
            ? "Only the queue owner is allowed to invoke this action."
            : "Please refer to the appropriate WSDL for a list of valid actions.";
    return aws::invalid_parameter("SQS:" + std::string(action.text()), "ActionName", reason);
  }
  return std::nullopt;
}

std::vector<std::string_view> texts(std::span<const aws::value> list) {
  std::vector<std::string_view> out;
  for (const aws::value& each : list) out.push_back(each.text());
  return out;
}

progress ask(call& c) {
  c.stage = asked;
  return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
}

progress start_add(call& c) {
  if (!read(c, add_in::queue_url)) return progress::answered;
  if (auto wrong = check_label(c.input[add_in::label])) return fail(c, *wrong);
  if (auto wrong = check_accounts(c.input[add_in::aws_account_ids])) {
    return fail(c, *wrong);
  }
  if (auto wrong = check_actions(c.input[add_in::actions].elements())) return fail(c, *wrong);
  return ask(c);
}

progress start_remove(call& c) {
  if (!read(c, remove_in::queue_url)) return progress::answered;
  if (!c.input[remove_in::label].present()) return fail(c, aws::missing_parameter("Label"));
  return ask(c);
}

progress refuse(call& c, aws::policy_edit why, std::string_view label) {
  switch (why) {
    case aws::policy_edit::label_exists:
      return fail(c, aws::invalid_parameter(label, "Label", "Already exists."));
    case aws::policy_edit::label_unknown:
      return fail(c, aws::invalid_parameter(label, "Label", "can't find label."));
    case aws::policy_edit::unreadable:
    case aws::policy_edit::done: break;
  }
  return fail(c, {aws::common_errors::invalid_parameter_value,
                  "The queue's Policy is not a valid JSON policy."});
}

std::string policy_of(const queue_description& queue) {
  for (const auto& [key, value] : queue.attributes.stored) {
    if (key == policy_key) return value;
  }
  return {};
}

/// Asks, edits, and sets; from the beginning if the queue was changed in between.
template <class Edit>
progress resume(call& c, const completion& done, std::string_view label, Edit&& edit) {
  if (c.stage == setting) {
    if (done.status == errc::changed_meanwhile) return ask(c);
    return done.status == errc::ok ? succeed(c) : fail(c, done.status);
  }
  if (done.status != errc::ok) return fail(c, done.status);
  std::string policy = policy_of(*done.description);
  if (const aws::policy_edit how = edit(policy); how != aws::policy_edit::done)
    return refuse(c, how, label);
  if (auto wrong = check_policy(policy)) return fail(c, *wrong);
  c.attributes = {};
  c.attributes.stored.emplace_back(policy_key, std::move(policy));
  c.stage = setting;
  return submitted(c, c.context->engine->submit_set_queue_attributes(
                          done.description->handle, c.attributes, given_nothing, c.token,
                          done.description->revision));
}

progress resume_add(call& c, const completion& done) {
  const std::string_view label = c.input[add_in::label].text();
  return resume(c, done, label, [&](std::string& policy) {
    return aws::add_statement(policy, queue_arn(*c.context, c.queue_name),
                              {.service = "SQS",
                               .label = label,
                               .accounts = texts(c.input[add_in::aws_account_ids].elements()),
                               .actions = texts(c.input[add_in::actions].elements())});
  });
}

progress resume_remove(call& c, const completion& done) {
  const std::string_view label = c.input[remove_in::label].text();
  return resume(c, done, label,
                [&](std::string& policy) { return aws::remove_statement(policy, label); });
}

}  // namespace

const handler add_permission = handler_on<start_add, nullptr, resume_add>();
const handler remove_permission = handler_on<start_remove, nullptr, resume_remove>();

}  // namespace millrace::sqs
