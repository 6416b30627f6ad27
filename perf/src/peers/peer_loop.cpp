#include "peers/peer_loop.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "process/cpu_time.hpp"

namespace millrace::perf {

peer_loop::peer_loop(const settings& chosen, peer_protocol& protocol)
    : settings_(chosen), protocol_(protocol), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw_errno("epoll_create1");
  for (std::size_t i = 0; i < chosen.connections; ++i) {
    auto made = std::make_unique<connection>(connection{.socket = connect_to(chosen.target)});
    protocol.greet(made->socket.get());
    if (fcntl(made->socket.get(), F_SETFL, O_NONBLOCK) != 0) throw_errno("fcntl");
    epoll_event wanted{};
    wanted.events = EPOLLIN | EPOLLOUT | EPOLLET;
    wanted.data.ptr = made.get();
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, made->socket.get(), &wanted) != 0)
      throw_errno("epoll_ctl");
    connections_.push_back(std::move(made));
  }
}

peer_loop::~peer_loop() {
  if (epoll_ >= 0) close(epoll_);
}

std::uint64_t peer_loop::server_cpu_ns() const {
  if (!settings_.server_process) return 0;
  const auto used = process_cpu_ns(*settings_.server_process);
  if (!used) throw std::runtime_error("the server's process is gone");
  return *used;
}

std::unique_ptr<peer_result> peer_loop::run(double seconds) {
  auto result = std::make_unique<peer_result>();
  const std::uint64_t server_before = server_cpu_ns();
  const std::uint64_t own_before = thread_cpu_ns();
  const std::uint64_t started = monotonic_ns();
  const std::uint64_t stop_at = started + static_cast<std::uint64_t>(seconds * 1e9);
  for (auto& each : connections_) ask(*each, started);
  std::array<epoll_event, 128> ready;
  while (busy_ != 0) {
    const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 10'000);
    if (count == 0) throw std::runtime_error("the server does not answer");
    const bool go_on = monotonic_ns() < stop_at;
    for (int i = 0; i < count; ++i) {
      auto& on = *static_cast<connection*>(ready[static_cast<std::size_t>(i)].data.ptr);
      flush(on);
      read(on, *result, go_on);
    }
  }
  result->seconds = static_cast<double>(monotonic_ns() - started) / 1e9;
  result->generator_cpu_ns = thread_cpu_ns() - own_before;
  result->server_cpu_ns = server_cpu_ns() - server_before;
  return result;
}

void peer_loop::ask(connection& on, std::uint64_t now_ns) {
  ++busy_;
  on.asked_at_ns = now_ns;
  on.unsent = protocol_.request().size();
  flush(on);
}

void peer_loop::flush(connection& on) {
  if (on.unsent == 0) return;
  const std::string_view rest = protocol_.request().substr(protocol_.request().size() - on.unsent);
  const ssize_t sent = send(on.socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) throw_errno("send");
  if (sent > 0) on.unsent -= static_cast<std::size_t>(sent);
}

void peer_loop::read(connection& on, peer_result& into, bool go_on) {
  std::array<char, 4096> chunk;
  const ssize_t got = recv(on.socket.get(), chunk.data(), chunk.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) throw std::runtime_error("the server closed a connection");
  on.unread.append(chunk.data(), static_cast<std::size_t>(got));
  const std::size_t bytes = protocol_.answer_bytes(on.unread);
  if (bytes == 0) return;
  if (bytes != on.unread.size()) throw std::runtime_error("more answers than requests");
  on.unread.clear();
  const std::uint64_t now = monotonic_ns();
  into.service.record(now - on.asked_at_ns);
  ++into.requests;
  --busy_;
  if (go_on) ask(on, now);
}

}  // namespace millrace::perf
