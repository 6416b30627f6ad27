/* The C interface's version, errors, plain values and handles. Part of <millrace/millrace.h>. */
#ifndef MILLRACE_C_BASE_H
#define MILLRACE_C_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
#define MR_NOEXCEPT noexcept
extern "C" {
#else
#define MR_NOEXCEPT
#endif
#define MR_API __attribute__((visibility("default")))

/** Major in the upper, minor in the lower 16 bits. Programs of one major run with every library of
 *  that major; what a newer minor added needs that minor. */
#define MR_ABI_VERSION UINT32_C(0x00010000)
/** The version that the library was built with. */
MR_API uint32_t mr_abi_version(void) MR_NOEXCEPT;

enum mr_constants {
  MR_BATCH_ENTRIES_MAX = 10, /**< entries or messages of one call */
  MR_POLL_MAX = 256,         /**< completions of one mr_client_poll */
  MR_STRUCT_SIZE_MAX = 4096, /**< bytes */
  MR_MESSAGE_ID_TEXT = 36,   /**< characters of a message id */
};

/** Values are those of millrace::errc, negated. */
typedef enum mr_errc {
  MR_OK = 0,
  MR_WOULD_BLOCK = -1,        /**< a ring or the client's window is full: poll, submit again */
  MR_ENGINE_CLOSED = -2,      /**< the engine or client is closed or closing */
  MR_MEMORY_FULL = -3,        /**< memory_max is reached; receives and deletes still work */
  MR_INVALID_OPTION = -4,     /**< an option is out of range or contradicts another */
  MR_DURABILITY_MISSING = -5, /**< a durability level above what this engine has */
  MR_TOO_MANY_CLIENTS = -6,   /**< the engine's client table is full */
  MR_NOT_SUPPORTED = -7,      /**< this build or threading mode cannot do it */
  MR_CANCELLED = -8,          /**< the caller cancelled it before it was decided */
  MR_SYSTEM = -9,             /**< the operating system refused (memory, threads, files) */
  MR_JOURNAL_FAILED = -10,    /**< the journal is fail-stopped */
  MR_DISK_FULL = -11,         /**< no space for the journal; receives and deletes still work */
  MR_DATA_DIR_IN_USE = -12,   /**< another engine has the data directory open */
  MR_JOURNAL_DAMAGED = -13,   /**< the data directory is not one, or cannot be understood */
  MR_CHANGED_MEANWHILE = -14, /**< not as it was when the caller looked: look again */
  MR_QUEUE_DOES_NOT_EXIST = -100,
  MR_QUEUE_NAME_EXISTS = -101,      /**< same name, different attributes */
  MR_QUEUE_DELETED_RECENTLY = -102, /**< MR_LIMITS_AWS: within 60 s of its deletion */
  MR_INVALID_QUEUE_NAME = -103,
  MR_INVALID_ATTRIBUTE_NAME = -104,
  MR_INVALID_ATTRIBUTE_VALUE = -105,
  MR_MESSAGE_TOO_LONG = -106,           /**< body plus attributes exceed the queue's maximum */
  MR_BATCH_TOO_LONG = -107,             /**< the entries together exceed 1 MiB */
  MR_EMPTY_MESSAGE = -108,              /**< a body has at least one byte */
  MR_INVALID_MESSAGE_CONTENTS = -109,   /**< a character that XML 1.0 forbids */
  MR_INVALID_DELAY = -110,              /**< outside 0..900 s */
  MR_INVALID_VISIBILITY_TIMEOUT = -111, /**< outside 0..43200 s, or more than is left of 12 h */
  MR_INVALID_WAIT_TIME = -112,          /**< outside 0..20 s */
  MR_INVALID_MAX_MESSAGES = -113,       /**< outside 1..10 */
  MR_EMPTY_BATCH = -114,
  MR_TOO_MANY_ENTRIES = -115, /**< more than 10 */
  MR_RECEIPT_HANDLE_IS_INVALID = -116,
  MR_MESSAGE_NOT_IN_FLIGHT = -117,
  MR_OVER_LIMIT = -118,        /**< in-flight limit of the queue */
  MR_PURGE_IN_PROGRESS = -119, /**< MR_LIMITS_AWS: a purge in the last 60 s */
  MR_DEAD_LETTER_QUEUE_DOES_NOT_EXIST = -120,
  MR_INVALID_MESSAGE_ATTRIBUTES = -121,
  MR_MESSAGE_GROUP_ID_MISSING = -122,         /**< a FIFO queue wants one with every message */
  MR_MESSAGE_DEDUPLICATION_ID_MISSING = -123, /**< and one of these, or ContentBasedDeduplication */
  MR_INVALID_MESSAGE_GROUP_ID = -124,         /**< 1..128 of [A-Za-z0-9] and punctuation */
  MR_INVALID_MESSAGE_DEDUPLICATION_ID = -125,
  MR_NOT_FOR_FIFO_QUEUES = -126,     /**< a parameter that only standard queues have */
  MR_NOT_FOR_STANDARD_QUEUES = -127, /**< a parameter that only FIFO queues have */
  MR_RECEIPT_HANDLE_EXPIRED = -128,  /**< FIFO: received again, or no longer in flight */
  MR_RECEIVE_ATTEMPT_OVER = -129,    /**< FIFO: what that receive was given is not as it left it */
  MR_INVALID_RECEIVE_REQUEST_ATTEMPT_ID = -130,
  MR_REQUEST_THROTTLED = -131,      /**< limits=aws: more calls a second than a FIFO queue takes */
  MR_MESSAGE_DOES_NOT_EXIST = -132, /**< deleted, expired or a dead letter */
  MR_MESSAGE_MOVE_RUNNING = -140,   /**< a queue has one at most that runs */
  MR_MESSAGE_MOVE_DOES_NOT_EXIST = -141,
  MR_MESSAGE_MOVE_NOT_RUNNING = -142,
  MR_TOO_MANY_MESSAGE_MOVES = -143, /**< MR_LIMITS_AWS: an account has 100 at most that run */

  /* Streams (not in this interface yet). */
  MR_STREAM_DOES_NOT_EXIST = -200,
  MR_STREAM_EXISTS = -201,
  MR_INVALID_STREAM_NAME = -202,
  MR_INVALID_STREAM_SETTING = -203,
  MR_SHARD_DOES_NOT_EXIST = -204,
  MR_SHARD_CLOSED = -205,
  MR_INVALID_SPLIT_POINT = -206,
  MR_SHARDS_NOT_ADJACENT = -207,
  MR_INVALID_SHARD_COUNT = -208,
  MR_THROUGHPUT_EXCEEDED = -209,
  MR_RECORD_TOO_LARGE = -210,
  MR_TOO_MANY_RECORDS = -211,
  MR_INVALID_PARTITION_KEY = -212,
  MR_INVALID_POSITION = -213,
  MR_CONSUMER_EXISTS = -214,
  MR_CONSUMER_DOES_NOT_EXIST = -215,
  MR_TOO_MANY_CONSUMERS = -216,
  MR_STREAM_HAS_CONSUMERS = -217,
  MR_SUBSCRIBED_RECENTLY = -218,
  MR_SUBSCRIPTION_TAKEN_OVER = -219,
  MR_STREAM_IS_ON_DEMAND = -220,
  MR_TOO_MANY_SHARDS = -221,
  MR_TOO_MANY_ON_DEMAND_STREAMS = -222,
  MR_STREAM_NOT_ACTIVE = -223,
  MR_CONSUMER_NOT_ACTIVE = -224,
  MR_TOO_MANY_AT_ONCE = -225,
  MR_CHANGED_TOO_OFTEN = -226,
  MR_TOPIC_DOES_NOT_EXIST = -300,
  MR_TOPIC_EXISTS = -301,
  MR_INVALID_TOPIC_NAME = -302,
  MR_INVALID_TOPIC_SETTING = -303,
  MR_SUBSCRIPTION_DOES_NOT_EXIST = -304,
  MR_SUBSCRIPTION_EXISTS = -305,
  MR_INVALID_SUBSCRIPTION = -306,
  MR_INVALID_FILTER_POLICY = -307,
  MR_TOO_MANY_FILTER_POLICIES = -308,
  MR_TOO_MANY_SUBSCRIPTIONS = -309,

  /* Of this interface alone. */
  MR_INVALID_ARGUMENT = -1000, /**< a null pointer, a wrong struct_size, no such lane or entry */
  MR_ABI_MISMATCH = -1001,     /**< compiled for another major version of this interface */
  MR_IN_USE = -1002,           /**< clients or received messages of the engine are still open */
} mr_errc;

/** "queue_does_not_exist" for MR_QUEUE_DOES_NOT_EXIST, "ok" for anything >= 0, else "unknown".
 *  Valid for ever. */
MR_API const char* mr_error_name(int32_t code) MR_NOEXCEPT;

/* Plain values. These never change. */

typedef struct mr_bytes {
  const void* data;
  size_t size;
} mr_bytes;

typedef struct mr_message_id {
  uint8_t bytes[16];
} mr_message_id;

/** Names one receive of one message. Opaque; any bytes may be passed and are checked. */
typedef struct mr_receipt {
  uint8_t bytes[32];
} mr_receipt;

/** A queue of one engine, until it is deleted; 0 names none. */
typedef uint64_t mr_queue;

/** An attribute that a queue stores and returns unchanged. */
typedef struct mr_pair {
  const char* name;
  const char* value;
} mr_pair;

typedef struct mr_engine mr_engine;
typedef struct mr_client mr_client;
/** Messages and what holds their bytes. */
typedef struct mr_received mr_received;
/** What a call about queues answered: names, or a description. */
typedef struct mr_answer mr_answer;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
