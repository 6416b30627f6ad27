/* Messages: send, receive, delete, change visibility, one at a time or in batches; their
 * attributes. Each call waits for its answer. Part of <millrace/millrace.h>. */
#ifndef MILLRACE_C_MESSAGES_H
#define MILLRACE_C_MESSAGES_H

#include <millrace/c/base.h>

#if defined(__cplusplus)
extern "C" {
#endif

/** What to send. All bytes are copied before the call returns. */
typedef struct mr_send_entry {
  uint32_t struct_size;
  uint32_t delay_given;              /**< 1: delay_seconds counts; 0: the queue's own delay */
  int32_t delay_seconds;             /**< 0..900 */
  uint32_t reserved;                 /**< 0 */
  mr_bytes body;                     /**< 1..1048576 bytes */
  mr_bytes attributes;               /**< encoded, see mr_attribute_encode(); or empty */
  mr_bytes system_attributes;        /**< encoded; beside the size; 1048576 bytes at most */
  const uint8_t* body_digest;        /**< 16 bytes, stored and handed out as they are; or null */
  mr_bytes message_group_id;         /**< 1..128 bytes, or empty; FIFO queues need it */
  mr_bytes message_deduplication_id; /**< FIFO queues only: the same, or the body's SHA-256 */
} mr_send_entry;

/** *id may be null; so below. */
MR_API int32_t mr_send(mr_client* client, mr_queue queue, const void* body, size_t size,
                       mr_message_id* id) MR_NOEXCEPT;
MR_API int32_t mr_send_message(mr_client* client, mr_queue queue, const mr_send_entry* entry,
                               mr_message_id* id) MR_NOEXCEPT;
/** 1..10 entries. How many were sent; statuses[i] and ids[i] (both may be null) belong to
 *  entries[i]. An error only if the call as a whole is wrong. */
MR_API int32_t mr_send_batch(mr_client* client, mr_queue queue, const mr_send_entry* entries,
                             size_t count, int32_t* statuses, mr_message_id* ids) MR_NOEXCEPT;

/** What became of one entry. */
typedef struct mr_send_result {
  uint32_t struct_size;
  int32_t status;
  mr_message_id id;  /**< if status is MR_OK, and so below */
  uint64_t sequence; /**< of a FIFO queue: strictly growing within a group; else 0 */
} mr_send_result;

/** mr_send_batch() with whole results: results[i] belongs to entries[i], and results[0].struct_size
 *  says how far apart they are; it is set in each. */
MR_API int32_t mr_send_batch_results(mr_client* client, mr_queue queue,
                                     const mr_send_entry* entries, size_t count,
                                     mr_send_result* results) MR_NOEXCEPT;
/** Writes MR_MESSAGE_ID_TEXT characters and a zero byte. */
MR_API void mr_message_id_text(const mr_message_id* id, char* out) MR_NOEXCEPT;

/** Bits of mr_receive_options.given; without its bit the queue's own setting holds. */
enum mr_receive_given {
  MR_RECEIVE_VISIBILITY_TIMEOUT = 1,
  MR_RECEIVE_WAIT_TIME = 2,
};

typedef struct mr_receive_options {
  uint32_t struct_size;
  uint32_t given;
  uint32_t max_messages;      /**< 1..10; 0 = 1 */
  int32_t visibility_timeout; /**< 0..43200 s */
  int32_t wait_time_seconds;  /**< 0..20: how long to wait for a first message */
  uint32_t reserved;          /**< 0 */
  /** 1..128 bytes, or empty; FIFO queues only. See millrace::receive_options. */
  mr_bytes receive_request_attempt_id;
} mr_receive_options;

/** A received message. What it points to lives until its mr_received is released. */
typedef struct mr_message {
  uint32_t struct_size;
  uint32_t receive_count; /**< this receive included */
  mr_message_id id;
  mr_receipt receipt;
  mr_bytes body;
  mr_bytes attributes;        /**< encoded, as sent */
  mr_bytes system_attributes; /**< encoded, as sent */
  const uint8_t* body_digest; /**< 16 bytes as sent, or null */
  int64_t sent_at_ms;         /**< since the Unix epoch */
  int64_t first_received_at_ms;
  mr_bytes dead_letter_source; /**< the queue from which it came as a dead letter, or empty */
  mr_bytes message_group_id;   /**< as sent, or empty */
  /** FIFO queues: as sent, or the body's SHA-256; empty for a dead letter, which has its id for
   *  one. */
  mr_bytes message_deduplication_id;
  uint64_t sequence; /**< FIFO queues, as in mr_send_result; else 0 */
} mr_message;

/** How many messages came. Options may be null. *received is null unless that is > 0. */
MR_API int32_t mr_receive(mr_client* client, mr_queue queue, const mr_receive_options* options,
                          mr_received** received) MR_NOEXCEPT;
MR_API int32_t mr_received_count(const mr_received* received) MR_NOEXCEPT;
MR_API int32_t mr_received_message(const mr_received* received, size_t index,
                                   mr_message* message) MR_NOEXCEPT;
/** On any thread (a completion's: on the client's), before the engine closes. Null is allowed. The
 *  messages are not deleted: they come again when their visibility timeout is over. */
MR_API void mr_received_release(mr_received* received) MR_NOEXCEPT;

MR_API int32_t mr_delete(mr_client* client, mr_queue queue, const mr_receipt* receipt) MR_NOEXCEPT;
/** 1..10 receipts. How many were deleted; statuses may be null. */
MR_API int32_t mr_delete_batch(mr_client* client, mr_queue queue, const mr_receipt* receipts,
                               size_t count, int32_t* statuses) MR_NOEXCEPT;

typedef struct mr_visibility_entry {
  uint32_t struct_size;
  int32_t visibility_timeout; /**< 0..43200 s from now; 0 = visible at once */
  mr_receipt receipt;
} mr_visibility_entry;

MR_API int32_t mr_change_visibility(mr_client* client, mr_queue queue, const mr_receipt* receipt,
                                    int32_t visibility_timeout) MR_NOEXCEPT;
/** 1..10 entries. How many were changed; statuses may be null. */
MR_API int32_t mr_change_visibility_batch(mr_client* client, mr_queue queue,
                                          const mr_visibility_entry* entries, size_t count,
                                          int32_t* statuses) MR_NOEXCEPT;

/* Message attributes: a name, a data type (String, Number or Binary, optionally ".custom") and a
 * value each, at most 10 a message, encoded one after the other. */

typedef struct mr_attribute {
  uint32_t struct_size;
  uint32_t reserved;  /**< 0 */
  mr_bytes name;      /**< 1..256 characters */
  mr_bytes data_type; /**< 1..256 characters */
  mr_bytes value;     /**< not empty */
} mr_attribute;

/** The encoding's size in bytes; it is written to `out` if that has the capacity, else nothing is
 *  (and `out` may be null). Append one attribute's encoding to the other's. */
MR_API int32_t mr_attribute_encode(const mr_attribute* attribute, void* out,
                                   size_t capacity) MR_NOEXCEPT;
/** 1: *attribute is the first of *encoded, which moves on behind it. 0: *encoded is empty.
 *  MR_INVALID_MESSAGE_ATTRIBUTES: it is malformed. */
MR_API int32_t mr_attribute_next(mr_bytes* encoded, mr_attribute* attribute) MR_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
