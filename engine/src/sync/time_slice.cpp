#include "sync/time_slice.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace millrace::sync {
namespace {

/// The kernel's sched_attr, as its first version has it; glibc 2.36 declares none.
struct attributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t niceness;
  std::uint32_t priority;
  std::uint64_t runtime_ns;  ///< of SCHED_OTHER and SCHED_BATCH: the length of a turn; 0: as usual
  std::uint64_t deadline_ns;
  std::uint64_t period_ns;
};
static_assert(sizeof(attributes) == 48);

}  // namespace

bool take_turns(turns wanted) noexcept {
  attributes now{};
  if (::syscall(SYS_sched_getattr, 0, &now, sizeof(now), 0) != 0) return false;
  if (now.policy != SCHED_OTHER && now.policy != SCHED_BATCH) return false;
  now.size = sizeof(now);
  now.runtime_ns = wanted == turns::brief ? brief_turn_ns : 0;
  return ::syscall(SYS_sched_setattr, 0, &now, 0) == 0;
}

}  // namespace millrace::sync
