// Every operation's handler, each defined in the file of its name or of what it is about. Adding
// one: its file, its line here, its place in operations.cpp.
#pragma once

#include "sns/call.hpp"

namespace millrace::sns {

extern const handler add_permission;
extern const handler confirm_subscription;
extern const handler create_topic;
extern const handler delete_topic;
extern const handler get_subscription_attributes;
extern const handler get_topic_attributes;
extern const handler list_subscriptions;
extern const handler list_subscriptions_by_topic;
extern const handler list_tags_for_resource;
extern const handler list_topics;
extern const handler publish;
extern const handler publish_batch;
extern const handler remove_permission;
extern const handler set_subscription_attributes;
extern const handler set_topic_attributes;
extern const handler subscribe;
extern const handler tag_resource;
extern const handler unsubscribe;
extern const handler untag_resource;

/// Of text messages, mobile push and data protection: read, and refused.
extern const handler not_served_yet;

}  // namespace millrace::sns
