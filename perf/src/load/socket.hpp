// A TCP connection to the measured server, and the blocking exchange used outside measured phases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::perf {

struct endpoint {
  std::string address = "127.0.0.1";  ///< numeric IPv4
  std::uint16_t port = 4566;

  [[nodiscard]] std::string host() const { return address + ":" + std::to_string(port); }
};

/// Owns a file descriptor.
class socket_handle {
 public:
  socket_handle() = default;
  explicit socket_handle(int descriptor) noexcept : descriptor_(descriptor) {}
  socket_handle(socket_handle&& other) noexcept : descriptor_(other.release()) {}
  socket_handle& operator=(socket_handle&& other) noexcept;
  ~socket_handle();
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int release() noexcept;
  int descriptor_ = -1;
};

/// Connects with Nagle's delay off. Throws std::runtime_error naming endpoint and reason.
[[nodiscard]] socket_handle connect_to(const endpoint& target);
/// The same, `count` times.
[[nodiscard]] std::vector<socket_handle> connect_to(const endpoint& target, std::size_t count);

/// Throws std::runtime_error with `what` and the text of errno.
[[noreturn]] void throw_errno(const std::string& what);

struct exchange_result {
  int status = 0;
  std::string body;
};

/// Sends one request on a connection of its own and waits for the answer, 30 s at most. Throws
/// std::runtime_error when there is none or it cannot be parsed.
[[nodiscard]] exchange_result exchange(const endpoint& target, std::string_view request);

}  // namespace millrace::perf
