/* Streams: create, find, shards, delete; put records and read them. Each call waits for its answer;
 * consumers, resharding and calls that do not wait are in C++ alone. Part of
 * <millrace/millrace.h>. */
#ifndef MILLRACE_C_STREAMS_H
#define MILLRACE_C_STREAMS_H

#include <millrace/c/base.h>

#if defined(__cplusplus)
extern "C" {
#endif

/** A stream of one engine, until it is deleted; 0 names none. */
typedef uint64_t mr_stream;
/** What holds the bytes of records that were read. */
typedef struct mr_records mr_records;

/** Bits of mr_stream_settings.given; without its bit a member is ignored. */
enum mr_stream_given {
  MR_STREAM_SHARD_COUNT = 1,
  MR_STREAM_RETENTION = 2,
  MR_STREAM_RECORD_SIZE = 4,
  MR_STREAM_MODE = 16,
  MR_STREAM_DURABILITY = 32,
};
enum mr_stream_mode {
  MR_STREAM_PROVISIONED = 0,
  MR_STREAM_ON_DEMAND = 1,
};

/** See millrace::stream_settings. */
typedef struct mr_stream_settings {
  uint32_t struct_size;
  uint32_t given;           /**< mr_stream_given */
  uint32_t shard_count;     /**< 1..20000; 1 if not given */
  uint32_t retention_hours; /**< 24..8760; 24 if not given */
  uint32_t record_kib_max;  /**< 1024..10240; 1024 if not given */
  uint32_t mode;            /**< mr_stream_mode */
  uint32_t durability;      /**< mr_durability, of <millrace/c/queues.h>; else the engine's */
  uint32_t reserved;        /**< 0 */
} mr_stream_settings;

/** Settings may be null. MR_STREAM_EXISTS, MR_INVALID_STREAM_NAME, MR_INVALID_SHARD_COUNT. */
MR_API int32_t mr_create_stream(mr_client* client, const char* name,
                                const mr_stream_settings* settings, mr_stream* stream) MR_NOEXCEPT;
/** MR_STREAM_DOES_NOT_EXIST. */
MR_API int32_t mr_find_stream(mr_client* client, const char* name, mr_stream* stream) MR_NOEXCEPT;
/** With its records and consumers. */
MR_API int32_t mr_delete_stream(mr_client* client, mr_stream stream) MR_NOEXCEPT;

/** A point of the 128-bit hash space over which a stream's shards are spread. */
typedef struct mr_hash_key {
  uint64_t high;
  uint64_t low;
} mr_hash_key;

typedef struct mr_shard {
  uint32_t struct_size;
  uint32_t number;
  mr_hash_key first; /**< of its range; and last */
  mr_hash_key last;
  uint32_t closed; /**< 1: it takes no more records */
  uint32_t reserved;
} mr_shard;

/** How many shards there are, open and closed ones, by number; up to `capacity` of them are
 *  written, as mr_send_batch_results() writes. */
MR_API int32_t mr_list_shards(mr_client* client, mr_stream stream, mr_shard* shards,
                              size_t capacity) MR_NOEXCEPT;

/** Where a record stands; it grows within a shard. See millrace::sequence_number. */
typedef struct mr_sequence_number {
  uint64_t created_s; /**< of the shard */
  uint64_t index;     /**< of the record in its shard */
  uint64_t arrived_s;
  uint32_t shard;
  uint32_t reserved; /**< 0 */
} mr_sequence_number;

enum { MR_SEQUENCE_NUMBER_TEXT = 56 };
/** Writes MR_SEQUENCE_NUMBER_TEXT digits and a zero byte. */
MR_API void mr_sequence_number_text(const mr_sequence_number* number, char* out) MR_NOEXCEPT;

/** What to put. All bytes are copied before the call returns. */
typedef struct mr_put_entry {
  uint32_t struct_size;
  uint32_t reserved; /**< 0 */
  mr_bytes data;
  mr_bytes partition_key;  /**< 1..256 characters */
  const mr_hash_key* hash; /**< where it goes; null: where the MD5 of the partition key is */
} mr_put_entry;

/** What became of one record. */
typedef struct mr_put_result {
  uint32_t struct_size;
  int32_t status;              /**< MR_THROUGHPUT_EXCEEDED: it may be put again */
  mr_sequence_number sequence; /**< if status is MR_OK */
} mr_put_result;

/** *sequence may be null. */
MR_API int32_t mr_put_record(mr_client* client, mr_stream stream, const mr_put_entry* entry,
                             mr_sequence_number* sequence) MR_NOEXCEPT;
/** 1..500 entries, 10 MiB. How many were put; results as of mr_send_batch_results(). */
MR_API int32_t mr_put_records(mr_client* client, mr_stream stream, const mr_put_entry* entries,
                              size_t count, mr_put_result* results) MR_NOEXCEPT;

enum mr_iterator_type {
  MR_TRIM_HORIZON = 0, /**< with the oldest record */
  MR_LATEST = 1,       /**< with the next one to come */
  MR_AT_SEQUENCE_NUMBER = 2,
  MR_AFTER_SEQUENCE_NUMBER = 3,
  MR_AT_TIMESTAMP = 4, /**< with the first that arrived then or later */
};

/** Where to begin to read a shard. */
typedef struct mr_shard_start {
  uint32_t struct_size;
  uint32_t type; /**< mr_iterator_type */
  mr_sequence_number sequence;
  int64_t timestamp_ms; /**< since the Unix epoch */
} mr_shard_start;

/** *position is the index of the first record that is wanted. A null start is MR_TRIM_HORIZON.
 *  MR_SHARD_DOES_NOT_EXIST, MR_INVALID_POSITION. */
MR_API int32_t mr_locate_record(mr_client* client, mr_stream stream, uint32_t shard,
                                const mr_shard_start* start, uint64_t* position) MR_NOEXCEPT;

typedef struct mr_read_options {
  uint32_t struct_size;
  uint32_t shard;
  uint64_t position;    /**< of mr_locate_record() or the read before */
  uint32_t max_records; /**< 1..10000; 0 = 10000 */
  uint32_t reserved;    /**< 0 */
  uint64_t bytes_max;   /**< of data and keys; one record always fits; 0 = 10 MiB */
  int64_t wait_ms;      /**< how long to wait for a first record */
} mr_read_options;

/** A record that was read. What it points to lives until its mr_records is released. */
typedef struct mr_record {
  uint32_t struct_size;
  uint32_t reserved;
  mr_sequence_number sequence;
  mr_bytes data;
  mr_bytes partition_key;
  int64_t arrived_at_ms; /**< since the Unix epoch */
} mr_record;

/** What a read answers besides records. */
typedef struct mr_read_summary {
  uint32_t struct_size;
  uint32_t end_of_shard;  /**< 1: it is closed and all of it has been read */
  uint64_t next_position; /**< where to go on */
  int64_t behind_ms;      /**< age of the next record; 0: caught up */
} mr_read_summary;

/** How many records came, perhaps none. *records is null only on an error; release it. */
MR_API int32_t mr_read_records(mr_client* client, mr_stream stream, const mr_read_options* options,
                               mr_records** records) MR_NOEXCEPT;
MR_API int32_t mr_records_record(const mr_records* records, size_t index,
                                 mr_record* record) MR_NOEXCEPT;
MR_API int32_t mr_records_summary(const mr_records* records, mr_read_summary* summary) MR_NOEXCEPT;
/** On any thread, before the engine closes. Null is allowed. */
MR_API void mr_records_release(mr_records* records) MR_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
