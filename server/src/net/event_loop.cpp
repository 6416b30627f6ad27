#include "net/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace millrace::net {

bool event_loop::open() noexcept {
  epoll_ = descriptor(epoll_create1(EPOLL_CLOEXEC));
  wake_ = descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  return epoll_ && wake_ && watch(wake_, nullptr);
}

bool event_loop::watch(const descriptor& fd, void* owner) noexcept {
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  if (owner != nullptr) wanted.events |= EPOLLOUT;
  wanted.data.ptr = owner;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &wanted) == 0;
}

std::span<const event> event_loop::wait(int timeout_ms) noexcept {
  epoll_event raw[events_max];
  const int count = epoll_wait(epoll_.get(), raw, events_max, timeout_ms);
  std::size_t kept = 0;
  for (int i = 0; i < count; ++i) {
    if (raw[i].data.ptr == nullptr) {
      std::uint64_t rings = 0;
      if (::read(wake_.get(), &rings, sizeof rings) < 0) continue;  // spurious: nothing to clear
      continue;
    }
    const std::uint32_t bits = raw[i].events;
    events_[kept++] = {raw[i].data.ptr, (bits & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                       (bits & EPOLLOUT) != 0, (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
  }
  return {events_, kept};
}

void event_loop::post(std::uint32_t bits) noexcept {
  // [R1] pairs with [A1]: what the poster did before is visible to who takes the bits.
  posted_.fetch_or(bits, std::memory_order_release);
  const std::uint64_t one = 1;
  if (::write(wake_.get(), &one, sizeof one) < 0) return;  // the counter is full: it is awake
}

std::uint32_t event_loop::take_posted() noexcept {
  // [A1] pairs with [R1].
  return posted_.exchange(0, std::memory_order_acquire);
}

int timeout_until(std::int64_t due_ns, std::int64_t now_ns) noexcept {
  constexpr std::int64_t ms = 1'000'000;
  constexpr std::int64_t most_ms = 60'000;
  if (due_ns == INT64_MAX) return -1;
  const std::int64_t wait = due_ns - now_ns;
  if (wait <= 0) return 0;
  return static_cast<int>(wait / ms >= most_ms ? most_ms : (wait + ms - 1) / ms);
}

}  // namespace millrace::net
