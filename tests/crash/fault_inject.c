/* A library for LD_PRELOAD: lets one chosen system call on the journal's files fail, or do half of
 * its work. Written for calls through glibc, which is how millraced makes them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "fault_control.h"

static struct fault_control* control;

__attribute__((constructor)) static void map_control(void) {
  const char* path = getenv("MILLRACE_FAULT_CONTROL");
  const int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* memory =
      mmap(NULL, sizeof(struct fault_control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory != MAP_FAILED) control = memory;
}

static int is_ours(int descriptor) {
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strncmp(path, control->directory, strlen(control->directory)) == 0;
}

/* Whether this call is the one that fails. */
static int fires(enum fault_site site, int descriptor) {
  if (control == NULL || !is_ours(descriptor)) return 0;
  __atomic_fetch_add(&control->calls[site], 1, __ATOMIC_RELAXED);
  if (control->site != (uint32_t)site) return 0;
  if (__atomic_load_n(&control->countdown, __ATOMIC_ACQUIRE) < 0) return 0;
  if (__atomic_fetch_sub(&control->countdown, 1, __ATOMIC_ACQ_REL) != 0) return 0;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const uint64_t ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  __atomic_store_n(&control->fired_ns, ns, __ATOMIC_RELEASE);
  if (control->kind == FAULT_ERROR) {
    __atomic_store_n(&control->dead_ns, ns + control->grace_ns, __ATOMIC_RELEASE);
  }
  return 1;
}

static int failure(void) {
  errno = control->error;
  return -1;
}

/* The real function of that name. ISO C has no cast from void * to a function, hence the copy. */
#define REAL(name, type)                       \
  static type name;                            \
  if (name == NULL) {                          \
    void* found = dlsym(RTLD_NEXT, &#name[5]); \
    memcpy(&name, &found, sizeof found);       \
  }

typedef ssize_t (*pwritev2_type)(int, const struct iovec*, int, off_t, int);
typedef ssize_t (*pwritev_type)(int, const struct iovec*, int, off_t);
typedef int (*sync_type)(int);
typedef int (*renameat_type)(int, const char*, int, const char*);
typedef int (*openat_type)(int, const char*, int, ...);

/* Half of the blocks of the first piece: what O_DIRECT allows. 0: it is too small to be halved. */
static size_t half_of(const struct iovec* pieces) { return pieces[0].iov_len / 2 / 4096 * 4096; }

ssize_t pwritev2(int file, const struct iovec* pieces, int count, off_t offset, int flags) {
  REAL(real_pwritev2, pwritev2_type)
  if (fires(FAULT_PWRITEV2, file)) {
    if (control->kind == FAULT_ERROR) return failure();
    struct iovec half = {pieces[0].iov_base, half_of(pieces)};
    if (half.iov_len != 0) return real_pwritev2(file, &half, 1, offset, flags);
  }
  return real_pwritev2(file, pieces, count, offset, flags);
}

ssize_t pwritev(int file, const struct iovec* pieces, int count, off_t offset) {
  REAL(real_pwritev, pwritev_type)
  if (fires(FAULT_PWRITEV, file)) {
    if (control->kind == FAULT_ERROR) return failure();
    struct iovec half = {pieces[0].iov_base, half_of(pieces)};
    if (half.iov_len != 0) return real_pwritev(file, &half, 1, offset);
  }
  return real_pwritev(file, pieces, count, offset);
}

int fdatasync(int file) {
  REAL(real_fdatasync, sync_type)
  return fires(FAULT_FDATASYNC, file) ? failure() : real_fdatasync(file);
}

int fsync(int file) {
  REAL(real_fsync, sync_type)
  return fires(FAULT_FSYNC, file) ? failure() : real_fsync(file);
}

int renameat(int from, const char* before, int to, const char* after) {
  REAL(real_renameat, renameat_type)
  return fires(FAULT_RENAMEAT, to) ? failure() : real_renameat(from, before, to, after);
}

int openat(int folder, const char* name, int flags, ...) {
  REAL(real_openat, openat_type)
  va_list arguments;
  va_start(arguments, flags);
  const int mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, int) : 0;
  va_end(arguments);
  if (folder != AT_FDCWD && fires(FAULT_OPENAT, folder)) return failure();
  return real_openat(folder, name, flags, mode);
}
