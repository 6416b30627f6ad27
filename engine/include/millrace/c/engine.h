/* Engines and clients: open, poll, connect, close. Part of <millrace/millrace.h>. */
#ifndef MILLRACE_C_ENGINE_H
#define MILLRACE_C_ENGINE_H

#include <millrace/c/base.h>

#if defined(__cplusplus)
extern "C" {
#endif

enum mr_threading { MR_THREADS_NONE = 0, MR_THREADS_OWN = 1 };
enum mr_limits { MR_LIMITS_OPEN = 0, MR_LIMITS_AWS = 1 };
enum mr_clock { MR_CLOCK_SYSTEM = 0, MR_CLOCK_VIRTUAL = 1 };

/** Where memory comes from; see <millrace/extent_source.hpp>. Called from any thread. */
typedef struct mr_extent_source {
  uint32_t struct_size;
  uint32_t reserved; /**< 0 */
  void* (*allocate)(void* context, size_t bytes, size_t alignment, int numa_node);
  void (*release)(void* context, void* extent, size_t bytes);
  void* context;
} mr_extent_source;

/** See millrace::options. 0 or null is the default everywhere. */
typedef struct mr_options {
  uint32_t struct_size;
  uint32_t lanes;     /**< 0 = as the placement plan has it */
  uint32_t threading; /**< mr_threading */
  uint32_t limits;    /**< mr_limits */
  uint32_t clock;     /**< mr_clock */
  uint32_t clients_max;
  uint32_t client_window; /**< operations that a client may have outstanding */
  uint32_t in_flight_max; /**< messages of one queue */
  uint64_t memory_max;    /**< bytes; 0 = 75 % of what there is */
  uint64_t seed;          /**< 0 = from the operating system */
  const char* data_dir;   /**< null or empty = everything in memory */
  const char* account_id; /**< twelve digits */
  const char* region;
  const mr_extent_source* extents; /**< copied; its context must outlive the engine */
  void (*on_thread_start)(uint32_t lane, void* context); /**< MR_THREADS_OWN */
  void* thread_context;
  void (*on_lane_wake)(uint32_t lane, void* context); /**< MR_THREADS_NONE; must not block */
  void* wake_context;
  /** 0 = disk with a data_dir, else memory; or an mr_durability and 1. */
  uint32_t durability;
  uint32_t message_size_max;    /**< bytes of a message, 1024..1048576, and of a batch */
  uint32_t short_poll_sampling; /**< 1: a receive that does not wait sees a part of a queue */
  uint32_t reserved;            /**< 0 */
  uint64_t pool_prefault;       /**< bytes of memory_max touched at the start and kept; 0 = none */
  /** Bytes of a record in a stream that is journaled, 1048576..10485760. */
  uint32_t stream_record_size_max;
  uint32_t stream_change_ms; /**< how long a stream shows that it is made, changed or deleted */
} mr_options;

/** Pass MR_ABI_VERSION. Options may be null. *engine is null unless MR_OK is returned. */
MR_API int32_t mr_engine_open(uint32_t abi_version, const mr_options* options,
                              mr_engine** engine) MR_NOEXCEPT;
/** Stops the lanes. MR_IN_USE, and nothing happens, unless every client is closed and every
 *  mr_received and mr_records released. Null is allowed. */
MR_API int32_t mr_engine_close(mr_engine* engine) MR_NOEXCEPT;
MR_API int32_t mr_engine_lanes(const mr_engine* engine) MR_NOEXCEPT;
/** The lane that owns queues of this name. */
MR_API int32_t mr_engine_lane_of(const mr_engine* engine, const char* queue_name) MR_NOEXCEPT;
/** Engine time: milliseconds since the Unix epoch. */
MR_API int64_t mr_engine_now_ms(const mr_engine* engine) MR_NOEXCEPT;
/** MR_CLOCK_VIRTUAL: moves time on; what becomes due is done by the lanes' next polls. */
MR_API int32_t mr_engine_advance(mr_engine* engine, int64_t by_ms) MR_NOEXCEPT;

/* MR_THREADS_NONE only, else MR_NOT_SUPPORTED. */

/** One bounded turn of a lane: how much was done, 0 when it is idle. Never blocks. */
MR_API int32_t mr_engine_poll(mr_engine* engine, uint32_t lane, uint32_t budget) MR_NOEXCEPT;
/** CLOCK_MONOTONIC nanoseconds until which an idle lane needs no poll unless on_lane_wake is
 *  called; INT64_MAX: for ever. */
MR_API int64_t mr_engine_next_poll_ns(mr_engine* engine, uint32_t lane) MR_NOEXCEPT;
/** 1: sleep until on_lane_wake or mr_engine_next_poll_ns(), then call mr_engine_end_sleep().
 *  0: there is work, poll instead. */
MR_API int32_t mr_engine_prepare_to_sleep(mr_engine* engine, uint32_t lane) MR_NOEXCEPT;
MR_API int32_t mr_engine_end_sleep(mr_engine* engine, uint32_t lane) MR_NOEXCEPT;

typedef struct mr_client_options {
  uint32_t struct_size;
  uint32_t reserved; /**< 0 */
  /** Called on another thread when answers have come and this client's thread sleeps outside of
   *  the engine, once for a batch; must not block. */
  void (*wake)(void* context);
  void* wake_context;
} mr_client_options;

/** Options may be null. */
MR_API int32_t mr_client_connect(mr_engine* engine, const mr_client_options* options,
                                 mr_client** client) MR_NOEXCEPT;
/** Cancels what is parked and gives up what the last poll showed. Messages that were taken or
 *  received synchronously stay valid. Null is allowed. */
MR_API int32_t mr_client_close(mr_client* client) MR_NOEXCEPT;

#if defined(__cplusplus)
} /* extern "C" */
#endif

#endif
