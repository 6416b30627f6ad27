#include "peers/blocking.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "load/socket.hpp"

namespace millrace::perf {

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) throw_errno("send");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string receive_until(int socket, const std::function<bool(std::string_view)>& complete) {
  std::string received;
  std::array<char, 16 * 1024> chunk;
  while (!complete(received)) {
    const ssize_t got = recv(socket, chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("the server closed the connection: " + received);
    received.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return received;
}

}  // namespace millrace::perf
