/* What crash_driver and the library that it preloads into millraced share: which call of which kind
 * fails, and how. A file mapped by both; named by MILLRACE_FAULT_CONTROL. */
#ifndef MILLRACE_CRASH_FAULT_CONTROL_H
#define MILLRACE_CRASH_FAULT_CONTROL_H

#include <stdint.h>

enum fault_site {
  FAULT_PWRITEV2,
  FAULT_PWRITEV,
  FAULT_FDATASYNC,
  FAULT_FSYNC,
  FAULT_RENAMEAT,
  FAULT_OPENAT,
  FAULT_SITES
};

enum fault_kind {
  FAULT_ERROR, /* nothing is done, errno is set */
  FAULT_SHORT  /* of a write: half of it is done */
};

struct fault_control {
  /* Only calls on files below it count, or on paths relative to such a folder. */
  char directory[256];
  uint32_t site;
  uint32_t kind;
  int32_t error;
  /* Calls of the site that are still to be let through; the next one fails. Below 0: none does.
   * Accessed by atomic operations only, as is all that follows. */
  int64_t countdown;
  uint64_t fired_ns; /* CLOCK_MONOTONIC; 0: not yet */
  uint64_t dead_ns;  /* from when on nothing may be acked; ~0: never */
  uint64_t grace_ns; /* from fired_ns to dead_ns */
  uint64_t calls[FAULT_SITES];
};

#endif
