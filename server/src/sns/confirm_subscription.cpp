// ConfirmSubscription: subscriptions of queues need none, so no token was ever given out.
#include <algorithm>

#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"

namespace millrace::sns {
namespace {

namespace in = shapes::confirm_subscription_input;

bool looks_like_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  const arn_parts topic = split_arn(c.input[in::topic_arn].text());
  if (!is_arn_of(topic, "sns") || topic.region() != c.context->region) {
    return fail(c, invalid("Topic"));
  }
  if (looks_like_token(c.input[in::token].text())) return fail(c, invalid("Token"));
  return fail(c, {shapes::errors::invalid_parameter_exception, "Invalid token"});
}

progress nothing_to_resume(call& c, const completion& done) { return fail(c, done.status); }

}  // namespace

const handler confirm_subscription = handler_on<start, nullptr, nothing_to_resume>();

}  // namespace millrace::sns
