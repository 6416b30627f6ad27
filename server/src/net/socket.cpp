#include "net/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace millrace::net {
namespace {

constexpr int backlog = 4096;

void set(int fd, int level, int option) noexcept {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

/// Within a machine there is nothing to pace, and a system's default that paces costs a timer a
/// write.
void do_not_pace(int fd) noexcept {
  constexpr std::string_view name = "reno";
  setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.data(), name.size());
}

bool is_loopback(const sockaddr_in& address) noexcept {
  return ntohl(address.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

listening failed(const char* what, const std::string& host, std::uint16_t port) {
  listening out;
  out.failure =
      std::string(what) + " " + host + ":" + std::to_string(port) + ": " + std::strerror(errno);
  return out;
}

io_result result_of(ssize_t moved) noexcept {
  if (moved > 0) return {io::done, static_cast<std::size_t>(moved)};
  if (moved < 0 && (errno == EAGAIN || errno == EINTR)) return {io::would_block, 0};
  return {io::closed, 0};
}

}  // namespace

void descriptor::close() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

listening listen_on(const std::string& host, std::uint16_t port, port_sharing sharing) {
  listening out;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    errno = EINVAL;
    return failed("not an IPv4 address:", host, port);
  }
  out.socket = descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = out.socket.get();
  if (fd < 0) return failed("cannot make a socket for", host, port);
  set(fd, SOL_SOCKET, SO_REUSEADDR);
  if (is_loopback(address)) do_not_pace(fd);  // inherited by what it accepts
  if (sharing == port_sharing::joins) set(fd, SOL_SOCKET, SO_REUSEPORT);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed("cannot listen on", host, port);
  }
  // Only once the port is ours: another server must not be joined.
  if (sharing == port_sharing::first) set(fd, SOL_SOCKET, SO_REUSEPORT);
  if (listen(fd, backlog) != 0) return failed("cannot listen on", host, port);
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  out.port = ntohs(address.sin_port);
  return out;
}

descriptor accept_one(const descriptor& listener, bool& exhausted) noexcept {
  exhausted = false;
  while (true) {
    const int fd = accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      set(fd, IPPROTO_TCP, TCP_NODELAY);
      return descriptor(fd);
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    exhausted = errno == EMFILE || errno == ENFILE;
    return {};
  }
}

io_result read_some(const descriptor& socket, std::span<char> into) noexcept {
  return result_of(recv(socket.get(), into.data(), into.size(), 0));
}

io_result write_some(const descriptor& socket, std::string_view from) noexcept {
  return result_of(send(socket.get(), from.data(), from.size(), MSG_NOSIGNAL));
}

void shut_down_writing(const descriptor& socket) noexcept { shutdown(socket.get(), SHUT_WR); }

}  // namespace millrace::net
