// Plain blocking sockets.

#include "load/socket.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "load/http_answer.hpp"

namespace millrace::perf {

socket_handle& socket_handle::operator=(socket_handle&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = other.release();
  }
  return *this;
}
socket_handle::~socket_handle() {
  if (descriptor_ >= 0) close(descriptor_);
}
int socket_handle::release() noexcept { return std::exchange(descriptor_, -1); }

void throw_errno(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

socket_handle connect_to(const endpoint& target) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  if (inet_pton(AF_INET, target.address.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("not a numeric IPv4 address: " + target.address);
  }
  socket_handle made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.get() < 0) throw_errno("socket");
  if (connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw_errno("cannot connect to " + target.host());
  }
  const int on = 1;
  setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Of a size that is given, the system does not go on measuring which would be best.
  constexpr int buffer_bytes = 1 << 20;
  setsockopt(made.get(), SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(made.get(), SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  // A system's default may pace, which costs the generator a timer a write.
  constexpr std::string_view unpaced = "reno";
  setsockopt(made.get(), IPPROTO_TCP, TCP_CONGESTION, unpaced.data(), unpaced.size());
  return made;
}

std::vector<socket_handle> connect_to(const endpoint& target, std::size_t count) {
  std::vector<socket_handle> made;
  made.reserve(count);
  for (std::size_t i = 0; i < count; ++i) made.push_back(connect_to(target));
  return made;
}

exchange_result exchange(const endpoint& target, std::string_view request) {
  const socket_handle connection = connect_to(target);
  const timeval patience{30, 0};
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  while (!request.empty()) {
    const ssize_t sent = send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw_errno("send");
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::string received;
  std::array<char, 16 * 1024> chunk;
  for (;;) {
    const ssize_t got = recv(connection.get(), chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;  // an io_uring of this thread is ending
    if (got < 0) throw_errno("no answer");
    if (got == 0) throw std::runtime_error("the server closed the connection without an answer");
    received.append(chunk.data(), static_cast<std::size_t>(got));
    const http_answer answer = scan_answer(received);
    if (answer.state == answer_state::malformed) {
      throw std::runtime_error("not an answer this client reads: " + received.substr(0, 200));
    }
    if (answer.state == answer_state::complete) return {answer.status, std::string(answer.body)};
  }
}

}  // namespace millrace::perf
