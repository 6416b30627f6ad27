// Every operation's handler, each defined in the file of its name. Adding one: its file, its line
// here, its place in operations.cpp.
#pragma once

#include "sqs/call.hpp"

namespace millrace::sqs {

extern const handler add_permission;
extern const handler cancel_message_move_task;
extern const handler change_message_visibility;
extern const handler change_message_visibility_batch;
extern const handler create_queue;
extern const handler delete_message;
extern const handler delete_message_batch;
extern const handler delete_queue;
extern const handler get_queue_attributes;
extern const handler get_queue_url;
extern const handler list_dead_letter_source_queues;
extern const handler list_message_move_tasks;
extern const handler list_queue_tags;
extern const handler list_queues;
extern const handler purge_queue;
extern const handler receive_message;
extern const handler remove_permission;
extern const handler send_message;
extern const handler send_message_batch;
extern const handler set_queue_attributes;
extern const handler start_message_move_task;
extern const handler tag_queue;
extern const handler untag_queue;

}  // namespace millrace::sqs
