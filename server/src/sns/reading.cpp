// What the operations of SNS share: reading a request, finding its topic or subscription.
#include "aws/read_request.hpp"
#include "sns/call.hpp"
#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/patterns.hpp"

namespace millrace::sns {
namespace {

aws::error error_of_form(const aws::decode_result& failure, aws::wire w) {
  aws::error told = aws::error_of(failure, w);
  if (failure.status == aws::decode_status::malformed) return told;
  return invalid(told.message());
}

/// ARNs that are missing are told of otherwise than the rest of what the model demands.
bool names_arn(std::string_view member) { return member.ends_with("Arn"); }

std::string_view name_of(aws::member_id id) { return shapes::model.member(id).name(); }

}  // namespace

bool read(call& c) {
  const aws::shape_id input = shapes::model.operations[c.operation].input;
  const aws::decode_result decoded =
      aws::read_request(c.input, shapes::model, input, c.wire, *c.request);
  if (!decoded) {
    fail(c, error_of_form(decoded, c.wire));
    return false;
  }
  const aws::member_row* const missing = c.input.missing();
  if (missing != nullptr && names_arn(missing->name())) {
    fail(c, invalid(missing->name(), "no value for required parameter"));
    return false;
  }
  std::string wrong = aws::violations(shapes::model, input, c.input.root(), pattern_matchers());
  if (wrong.empty()) return true;
  fail(c, validation(std::move(wrong)));
  return false;
}

bool find_topic(call& c, std::string_view parameter, std::string_view arn) {
  const arn_parts parts = split_arn(arn);
  if (parts.count < 6) {
    fail(c, invalid(parameter,
                    "An ARN must have at least 6 elements, not " + std::to_string(parts.count)));
    return false;
  }
  if (!is_arn_of(parts, "sns") || parts.count > 6 || parts.region() != c.context->region) {
    fail(c, invalid(parameter));
    return false;
  }
  if (parts.account() != c.context->account_id) {
    fail(c, topic_not_found());
    return false;
  }
  c.topic = parts.resource();
  return true;
}

bool read_topic(call& c, aws::member_id arn) {
  return read(c) && find_topic(c, name_of(arn), c.input[arn].text());
}

bool read_subscription(call& c, aws::member_id arn) {
  if (!read(c)) return false;
  const arn_parts parts = split_arn(c.input[arn].text());
  if (parts.count < 6) {
    fail(c, invalid(name_of(arn),
                    "An ARN must have at least 6 elements, not " + std::to_string(parts.count)));
    return false;
  }
  if (!is_arn_of(parts, "sns") || !parse_subscription_id(parts.last(), c.subscription)) {
    fail(c, invalid("SubscriptionId"));
    return false;
  }
  if (parts.region() != c.context->region || parts.account() != c.context->account_id) {
    fail(c, subscription_not_found());
    return false;
  }
  c.topic = parts.resource();
  return true;
}

}  // namespace millrace::sns
