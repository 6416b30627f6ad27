#include "sns/topic_policy.hpp"

#include <simdjson.h>

#include "sns/names.hpp"

namespace millrace::sns {

std::string default_topic_policy(const aws::service_context& context, std::string_view topic) {
  constexpr std::string_view head =
      R"({"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[)"
      R"({"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},"Action":[)"
      R"("SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",)"
      R"("SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",)"
      R"("SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":")";
  std::string out(head);
  return out.append(topic_arn(context, topic))
      .append(R"(","Condition":{"StringEquals":{"AWS:SourceOwner":")")
      .append(context.account_id)
      .append(R"("}}}]})");
}

std::string empty_topic_policy() {
  return R"({"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[]})";
}

bool valid_topic_policy(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object policy;
  return parser.parse(simdjson::padded_string(text)).get(policy) == simdjson::SUCCESS &&
         policy["Statement"].error() == simdjson::SUCCESS;
}

}  // namespace millrace::sns
