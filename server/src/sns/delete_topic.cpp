// DeleteTopic: of a topic that does not exist as well.
#include "sns/operations.hpp"

namespace millrace::sns {
namespace {

progress start(call& c) {
  if (!read_topic(c, shapes::delete_topic_input::topic_arn)) return progress::answered;
  return submitted(c, topics(c).submit_delete_topic(c.topic, c.token));
}

progress resume(call& c, const completion& done) {
  const bool gone = done.status == errc::ok || done.status == errc::topic_does_not_exist;
  return gone ? succeed(c) : fail(c, done.status);
}

}  // namespace

const handler delete_topic = handler_on<start, nullptr, resume>();

}  // namespace millrace::sns
