/* Queues: create, describe, list, delete; counters of a lane. Part of <millrace/millrace.h>. */
#ifndef MILLRACE_C_QUEUES_H
#define MILLRACE_C_QUEUES_H

#include <millrace/c/base.h>

#if defined(__cplusplus)
extern "C" {
#endif

/** Bits of mr_queue_attributes.given; without its bit a member is ignored. */
enum mr_given {
  MR_GIVEN_DELAY_SECONDS = 1,
  MR_GIVEN_MAXIMUM_MESSAGE_SIZE = 2,
  MR_GIVEN_MESSAGE_RETENTION_PERIOD = 4,
  MR_GIVEN_RECEIVE_MESSAGE_WAIT_TIME_SECONDS = 8,
  MR_GIVEN_VISIBILITY_TIMEOUT = 16,
  MR_GIVEN_REDRIVE = 32,
  MR_GIVEN_DURABILITY = 64,  /**< at creation only */
  MR_GIVEN_FIFO_QUEUE = 128, /**< at creation only, and exactly for names that end with ".fifo" */
  MR_GIVEN_CONTENT_BASED_DEDUPLICATION = 256, /**< this and the next: FIFO queues only */
  MR_GIVEN_DEDUPLICATION_SCOPE = 512,
  MR_GIVEN_FIFO_THROUGHPUT_LIMIT = 1024,
};

/** How far a deduplication id counts. */
enum mr_deduplication_scope {
  MR_DEDUPLICATION_QUEUE = 0,
  MR_DEDUPLICATION_MESSAGE_GROUP = 1,
};

/** What a FIFO queue's rate is counted for; per group with the scope MR_..._MESSAGE_GROUP only. */
enum mr_fifo_throughput_limit {
  MR_FIFO_PER_QUEUE = 0,
  MR_FIFO_PER_MESSAGE_GROUP_ID = 1,
};

/** What an acknowledged message survives; see millrace::durability. */
enum mr_durability {
  MR_DURABILITY_MEMORY = 0,
  MR_DURABILITY_OS = 1,
  MR_DURABILITY_DISK = 2,
};

typedef struct mr_queue_attributes {
  uint32_t struct_size;
  uint32_t given;
  int32_t delay_seconds;
  uint32_t maximum_message_size;
  int32_t message_retention_period; /**< seconds */
  int32_t receive_message_wait_time_seconds;
  int32_t visibility_timeout;    /**< seconds */
  uint32_t max_receive_count;    /**< with dead_letter_queue */
  const char* dead_letter_queue; /**< a name; null or empty = no redrive policy */
  const mr_pair* stored;         /**< given by being there; an empty value removes */
  size_t stored_count;
  uint32_t durability; /**< mr_durability */
  uint32_t reserved;
  uint32_t fifo_queue; /**< 0 or 1; so the next */
  uint32_t content_based_deduplication;
  uint32_t deduplication_scope;   /**< mr_deduplication_scope */
  uint32_t fifo_throughput_limit; /**< mr_fifo_throughput_limit */
} mr_queue_attributes;

/** Attributes may be null: nothing given. If the queue exists and what is given equals what it has,
 *  its handle; else MR_QUEUE_NAME_EXISTS. */
MR_API int32_t mr_create_queue(mr_client* client, const char* name,
                               const mr_queue_attributes* attributes, mr_queue* queue) MR_NOEXCEPT;
MR_API int32_t mr_find_queue(mr_client* client, const char* name, mr_queue* queue) MR_NOEXCEPT;
MR_API int32_t mr_set_queue_attributes(mr_client* client, mr_queue queue,
                                       const mr_queue_attributes* attributes) MR_NOEXCEPT;
MR_API int32_t mr_delete_queue(mr_client* client, mr_queue queue) MR_NOEXCEPT;
MR_API int32_t mr_purge_queue(mr_client* client, mr_queue queue) MR_NOEXCEPT;
/** *answer has a description and attributes; release it. */
MR_API int32_t mr_describe_queue(mr_client* client, mr_queue queue, mr_answer** answer) MR_NOEXCEPT;
/** How many names *answer has: sorted, with this prefix, after `after`, at most `max` (both texts
 *  may be null; 0 = 1000). Release it. */
MR_API int32_t mr_list_queues(mr_client* client, const char* prefix, const char* after, size_t max,
                              mr_answer** answer) MR_NOEXCEPT;

typedef struct mr_queue_description {
  uint32_t struct_size;
  uint32_t reserved;
  mr_queue queue;
  const char* name; /**< lives as long as the answer */
  uint64_t messages;
  uint64_t messages_not_visible;
  uint64_t messages_delayed;
  int64_t created_at_ms; /**< since the Unix epoch */
  int64_t modified_at_ms;
} mr_queue_description;

/** Null if there is no name of that index. Lives as long as the answer. */
MR_API const char* mr_answer_name(const mr_answer* answer, size_t index) MR_NOEXCEPT;
/** MR_INVALID_ARGUMENT if the answer describes no queue; so the next one. */
MR_API int32_t mr_answer_description(const mr_answer* answer,
                                     mr_queue_description* description) MR_NOEXCEPT;
/** Texts and pairs live as long as the answer. */
MR_API int32_t mr_answer_attributes(const mr_answer* answer,
                                    mr_queue_attributes* attributes) MR_NOEXCEPT;
/** Null is allowed. Not for answers of completions: the client owns those. */
MR_API void mr_answer_release(mr_answer* answer) MR_NOEXCEPT;

/** See millrace::lane_statistics. */
typedef struct mr_statistics {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t operations;
  uint64_t messages_sent;
  uint64_t messages_received;
  uint64_t messages_deleted;
  uint64_t bytes_sent;
  uint64_t empty_receives;
  uint64_t refused;
  uint64_t queues;
  uint64_t messages;
  uint64_t parked_receives;
  uint64_t polls;
  uint64_t memory_in_use;
  uint64_t memory_max;
  int64_t now_ms;
} mr_statistics;

MR_API int32_t mr_lane_statistics(mr_client* client, uint32_t lane,
                                  mr_statistics* statistics) MR_NOEXCEPT;
/** MR_INVALID_ARGUMENT if the answer is not one to mr_submit_statistics. */
MR_API int32_t mr_answer_statistics(const mr_answer* answer, mr_statistics* statistics) MR_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
