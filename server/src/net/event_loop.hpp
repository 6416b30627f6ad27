// event_loop: what one I/O thread waits for: its sockets (edge-triggered), and messages from other
// threads. wait() is called by the owning thread, post() by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "net/descriptor.hpp"

namespace millrace::net {

struct event {
  void* owner = nullptr;  ///< as given to watch()
  bool readable = false;  ///< also when the peer has closed
  bool writable = false;
  bool peer_gone = false;  ///< it sends no more, or all is lost
};

class event_loop {
 public:
  static constexpr std::size_t events_max = 256;

  /// False: the system refused; nothing works.
  [[nodiscard]] bool open() noexcept;

  /// Reports changes of readiness of `fd` with `owner`.
  [[nodiscard]] bool watch(const descriptor& fd, void* owner) noexcept;

  /// Waits at most `timeout_ms` (-1: for ever, 0: not at all) and returns what happened.
  std::span<const event> wait(int timeout_ms) noexcept;

  /// Any thread: wakes the owner out of wait() and leaves it these bits.
  void post(std::uint32_t bits) noexcept;
  /// Takes the bits posted since the last call.
  std::uint32_t take_posted() noexcept;

 private:
  descriptor epoll_;
  descriptor wake_;
  std::atomic<std::uint32_t> posted_{0};
  event events_[events_max];
};

/// Milliseconds to wait until `due_ns`, at `now_ns`: rounded up, at most a minute.
int timeout_until(std::int64_t due_ns, std::int64_t now_ns) noexcept;

}  // namespace millrace::net
