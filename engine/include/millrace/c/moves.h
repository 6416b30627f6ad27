/* Message moves: a task that takes the messages out of a dead-letter queue. Part of
 * <millrace/millrace.h>. */
#ifndef MILLRACE_C_MOVES_H
#define MILLRACE_C_MOVES_H

#include <millrace/c/base.h>

#if defined(__cplusplus)
extern "C" {
#endif

enum mr_move_status {
  MR_MOVE_RUNNING = 0,
  MR_MOVE_COMPLETED = 1,
  MR_MOVE_CANCELLED = 2,
  MR_MOVE_FAILED = 3,
};

/** See millrace::message_move. Texts live as long as the answer. */
typedef struct mr_message_move {
  uint32_t struct_size;
  uint32_t status; /**< mr_move_status */
  mr_message_id id;
  const char* target_queue;     /**< empty: each message to the queue whose dead letter it is */
  uint32_t messages_per_second; /**< 0: as quick as possible */
  uint32_t reserved;
  int64_t started_at_ms; /**< since the Unix epoch */
  uint64_t to_move;      /**< visible messages when it began; it ends after so many */
  uint64_t moved;
  const char* failure_reason; /**< empty unless MR_MOVE_FAILED */
} mr_message_move;

/** Moves the visible messages of `source` to `target_queue`, or where that is null or empty each to
 *  the queue whose dead letter it is; `messages_per_second` 1..500, or 0. Returns at once; *task is
 *  the task's id, if not null. MR_MESSAGE_MOVE_RUNNING, MR_TOO_MANY_MESSAGE_MOVES;
 *  MR_INVALID_QUEUE_NAME: a target that is the source, or of the other type. */
MR_API int32_t mr_start_message_move(mr_client* client, mr_queue source, const char* target_queue,
                                     uint32_t messages_per_second, mr_message_id* task) MR_NOEXCEPT;
/** What has moved stays moved: so many in *moved, if not null. MR_MESSAGE_MOVE_DOES_NOT_EXIST,
 *  MR_MESSAGE_MOVE_NOT_RUNNING. */
MR_API int32_t mr_cancel_message_move(mr_client* client, mr_queue source, const mr_message_id* task,
                                      uint64_t* moved) MR_NOEXCEPT;
/** How many tasks *answer has: the latest of this source, ten at most, the latest first. Release
 *  it. */
MR_API int32_t mr_list_message_moves(mr_client* client, mr_queue source,
                                     mr_answer** answer) MR_NOEXCEPT;
/** MR_INVALID_ARGUMENT if the answer has no task of that index. */
MR_API int32_t mr_answer_message_move(const mr_answer* answer, size_t index,
                                      mr_message_move* move) MR_NOEXCEPT;

/* Without waiting, see <millrace/c/async.h>: the completion's answer has the one task, or the
 * list. */

MR_API int32_t mr_submit_start_message_move(mr_client* client, mr_queue source,
                                            const char* target_queue, uint32_t messages_per_second,
                                            uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_cancel_message_move(mr_client* client, mr_queue source,
                                             const mr_message_id* task, uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_list_message_moves(mr_client* client, mr_queue source,
                                            uint64_t token) MR_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
