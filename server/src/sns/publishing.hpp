// What Publish and PublishBatch share: c.publications go to a topic that is asked what it takes.
#pragma once

#include <optional>

#include "sns/call.hpp"

namespace millrace::sns {

/// Has the MD5 of each message made, for those who receive it raw.
progress hash_messages(call& c);
/// hashed() of both: asks the topic.
progress ask_topic(call& c);
/// The topic has answered: publishes, with a notification if a subscription wants one, unless a
/// message is not for such a topic, which fails the call. changed_meanwhile: ask again.
progress publish_all(call& c, const topic_description& topic);
/// MessageId and SequenceNumber.
void write_published(aws::reply_writer& writer, aws::member_id message_id,
                     aws::member_id sequence_number, const publish_result& published);

}  // namespace millrace::sns
