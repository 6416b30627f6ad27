// One recv usually brings the whole answer, one send usually takes the whole next request, straight
// out of the caller's bytes.

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "load/transport.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t receive_bytes = 512 * 1024;

class epoll_transport final : public transport {
 public:
  explicit epoll_transport(std::vector<socket_handle> sockets)
      : epoll_(epoll_create1(EPOLL_CLOEXEC)), received_(receive_bytes) {
    if (epoll_.get() < 0) throw_errno("epoll_create1");
    connections_.reserve(sockets.size());
    for (socket_handle& each : sockets) {
      if (fcntl(each.get(), F_SETFL, O_NONBLOCK) != 0) throw_errno("fcntl");
      connections_.push_back({std::move(each), {}});
      watch(EPOLL_CTL_ADD, connections_.size() - 1, EPOLLIN);
    }
  }

  void send(std::size_t connection, std::string_view bytes) override {
    const std::size_t taken = push(connection, bytes);
    if (taken == bytes.size()) return;
    connections_[connection].unsent.assign(bytes.substr(taken));
    watch(EPOLL_CTL_MOD, connection, EPOLLIN | EPOLLOUT);
  }

  void turn(receiver& to, int timeout_ms) override {
    std::array<epoll_event, 128> ready;
    const int count =
        epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), timeout_ms);
    if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = ready[static_cast<std::size_t>(i)];
      const std::uint32_t events = event.events;
      if ((events & EPOLLOUT) != 0) flush(event.data.u64);
      if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive(event.data.u64, to);
    }
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "epoll"; }

 private:
  struct connection_state {
    socket_handle socket;
    std::string unsent;
  };

  /// Edge-triggered: one read takes all there is, so that a socket need not be looked at twice.
  void watch(int how, std::size_t connection, std::uint32_t events) {
    epoll_event wanted{};
    wanted.events = events | EPOLLET;
    wanted.data.u64 = connection;
    const int socket = connections_[connection].socket.get();
    if (epoll_ctl(epoll_.get(), how, socket, &wanted) != 0) throw_errno("epoll_ctl");
  }

  /// The number of bytes that the socket took.
  std::size_t push(std::size_t connection, std::string_view bytes) {
    const int socket = connections_[connection].socket.get();
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) throw_errno("send");
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

  void flush(std::size_t connection) {
    std::string& unsent = connections_[connection].unsent;
    unsent.erase(0, push(connection, unsent));
    if (unsent.empty()) watch(EPOLL_CTL_MOD, connection, EPOLLIN);
  }

  void receive(std::size_t connection, receiver& to) {
    const int socket = connections_[connection].socket.get();
    const ssize_t got = recv(socket, received_.data(), received_.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) throw_errno("recv");
    if (got == 0) throw std::runtime_error("the server closed a connection");
    to.take(connection, {received_.data(), static_cast<std::size_t>(got)});
  }

  socket_handle epoll_;
  std::vector<connection_state> connections_;
  std::vector<char> received_;  ///< one buffer for all: an answer seldom needs two reads
};

}  // namespace

std::unique_ptr<transport> open_epoll_transport(std::vector<socket_handle> sockets) {
  return std::make_unique<epoll_transport>(std::move(sockets));
}

}  // namespace millrace::perf
