// The futex system call; Linux only, as is the whole engine.
#include "sync/futex_parker.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <cerrno>

namespace millrace::sync {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

bool futex_parker::park(std::atomic<std::uint32_t>& word, std::uint32_t expected,
                        std::int64_t deadline_ns) noexcept {
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  timespec until{};
  const timespec* limit = nullptr;
  if (deadline_ns != no_deadline) {
    const std::int64_t ns = deadline_ns < 0 ? 0 : deadline_ns;
    until.tv_sec = ns / ns_per_s;
    until.tv_nsec = ns % ns_per_s;
    limit = &until;
  }
  // The bitset form takes an absolute time: no clock is read here.
  const long rc = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, expected, limit, nullptr,
                            FUTEX_BITSET_MATCH_ANY);
  return !(rc == -1 && errno == ETIMEDOUT);
}

void futex_parker::unpark(std::atomic<std::uint32_t>& word) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace millrace::sync
