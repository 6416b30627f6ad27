/* Calls that do not wait: mr_submit_...() returns at once, the answer comes with mr_client_poll(),
 * under the token that was given. What was submitted is handed over at the latest by the next
 * mr_client_flush() or mr_client_poll(). MR_WOULD_BLOCK: nothing happened; poll, submit again.
 * Part of <millrace/millrace.h>. */
#ifndef MILLRACE_C_ASYNC_H
#define MILLRACE_C_ASYNC_H

#include <millrace/c/base.h>
#include <millrace/c/messages.h>
#include <millrace/c/queues.h>

#if defined(__cplusplus)
extern "C" {
#endif

/** Which call a completion answers. */
typedef enum mr_operation_kind {
  MR_OPERATION_NONE = 0,
  MR_OPERATION_SEND = 1,
  MR_OPERATION_RECEIVE = 2,
  MR_OPERATION_DELETE_MESSAGE = 3,
  MR_OPERATION_CHANGE_VISIBILITY = 4,
  MR_OPERATION_CREATE_QUEUE = 5,
  MR_OPERATION_SET_QUEUE_ATTRIBUTES = 6,
  MR_OPERATION_DELETE_QUEUE = 7,
  MR_OPERATION_PURGE_QUEUE = 8,
  MR_OPERATION_GET_QUEUE = 9,
  MR_OPERATION_LIST_QUEUES = 10,
  MR_OPERATION_LIST_DEAD_LETTER_SOURCE_QUEUES = 11,
  MR_OPERATION_RELEASE_WAITERS = 13,
  MR_OPERATION_STATISTICS = 14,
  MR_OPERATION_START_MESSAGE_MOVE = 16,
  MR_OPERATION_CANCEL_MESSAGE_MOVE = 17,
  MR_OPERATION_LIST_MESSAGE_MOVES = 18,
} mr_operation_kind;

/** The answer to one submitted call. What it points to lives until the client's next poll, its
 *  mr_client_release_completions() or its close. */
typedef struct mr_completion {
  uint32_t struct_size;
  int32_t status; /**< of the whole call; if not MR_OK, there is nothing below but token and kind */
  uint64_t token; /**< as submitted */
  uint32_t kind;  /**< mr_operation_kind */
  uint32_t count; /**< of statuses, ids, messages, names or message moves */
  mr_queue queue; /**< create_queue, describe_queue */
  const int32_t* statuses;   /**< send, delete, change_visibility: one an entry, in order */
  const mr_message_id* ids;  /**< send: of those entries whose status is MR_OK */
  mr_received* received;     /**< receive: null when the wait ended without a message */
  const mr_answer* answer;   /**< describe_queue, the lists, statistics, message moves */
  const uint64_t* sequences; /**< send: as in mr_send_result, beside ids */
} mr_completion;

/** Hands over what was submitted, then fills up to `capacity` (and up to MR_POLL_MAX) completions;
 *  how many. completions[0].struct_size says how far apart they are; it is set in each. */
MR_API int32_t mr_client_poll(mr_client* client, mr_completion* completions,
                              size_t capacity) MR_NOEXCEPT;
/** Gives up what the last poll showed, and with it the memory of received messages. */
MR_API int32_t mr_client_release_completions(mr_client* client) MR_NOEXCEPT;
/** Takes a completion's messages over, to be kept beyond the next poll and released by the caller.
 *  Null (and they stay where they are): out of memory, or it is not a completion's. */
MR_API mr_received* mr_received_take(mr_received* received) MR_NOEXCEPT;

MR_API int32_t mr_client_flush(mr_client* client) MR_NOEXCEPT;
/** Calls submitted and not yet completed. */
MR_API int32_t mr_client_outstanding(const mr_client* client) MR_NOEXCEPT;
/** 1: sleep until mr_client_options.wake is called, or as long as you like, then call
 *  mr_client_end_sleep(). 0: there are completions, poll instead. */
MR_API int32_t mr_client_prepare_to_sleep(mr_client* client) MR_NOEXCEPT;
MR_API int32_t mr_client_end_sleep(mr_client* client) MR_NOEXCEPT;

MR_API int32_t mr_submit_send(mr_client* client, mr_queue queue, const mr_send_entry* entries,
                              size_t count, uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_receive(mr_client* client, mr_queue queue,
                                 const mr_receive_options* options, uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_delete(mr_client* client, mr_queue queue, const mr_receipt* receipts,
                                size_t count, uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_change_visibility(mr_client* client, mr_queue queue,
                                           const mr_visibility_entry* entries, size_t count,
                                           uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_create_queue(mr_client* client, const char* name,
                                      const mr_queue_attributes* attributes,
                                      uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_set_queue_attributes(mr_client* client, mr_queue queue,
                                              const mr_queue_attributes* attributes,
                                              uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_describe_queue(mr_client* client, mr_queue queue,
                                        uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_delete_queue(mr_client* client, mr_queue queue,
                                      uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_purge_queue(mr_client* client, mr_queue queue, uint64_t token) MR_NOEXCEPT;
/** One lane's part of the list (see mr_engine_lanes()); merge the sorted parts. */
MR_API int32_t mr_submit_list_queues(mr_client* client, uint32_t lane, const char* prefix,
                                     const char* after, size_t max, uint64_t token) MR_NOEXCEPT;
/** One lane's queues whose redrive policy names `target`. */
MR_API int32_t mr_submit_list_sources(mr_client* client, uint32_t lane, const char* target,
                                      uint64_t token) MR_NOEXCEPT;
MR_API int32_t mr_submit_statistics(mr_client* client, uint32_t lane, uint64_t token) MR_NOEXCEPT;
/** Ends every long poll of a lane with an empty answer, whoever made it. */
MR_API int32_t mr_submit_release_waiters(mr_client* client, uint32_t lane,
                                         uint64_t token) MR_NOEXCEPT;
/** Ends the parked receive of that token: it completes with MR_CANCELLED, or with messages if it
 *  was just being answered. Has no completion of its own. */
MR_API int32_t mr_submit_cancel(mr_client* client, uint64_t receive_token) MR_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
