// Unsubscribe: of a subscription that does not exist as well. UnsubscribeURL of a notification is a
// call of it.
#include "sns/operations.hpp"

namespace millrace::sns {
namespace {

progress start(call& c) {
  if (!read_subscription(c, shapes::unsubscribe_input::subscription_arn)) {
    return progress::answered;
  }
  return submitted(c, topics(c).submit_unsubscribe(c.topic, c.subscription, c.token));
}

progress resume(call& c, const completion& done) {
  const bool gone = done.status == errc::ok || done.status == errc::topic_does_not_exist ||
                    done.status == errc::subscription_does_not_exist;
  return gone ? succeed(c) : fail(c, done.status);
}

}  // namespace

const handler unsubscribe = handler_on<start, nullptr, resume>();

}  // namespace millrace::sns
