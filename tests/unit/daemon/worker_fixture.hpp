// A worker with its engine on a thread, listening on a free port of loopback, for tests that are
// its clients; and a socket of such a client. There is a queue "followed".
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <millrace/engine.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/worker.hpp"
#include "net/io_thread.hpp"

namespace millrace::daemon::test {

class running_worker {
 public:
  explicit running_worker(decltype(worker_options::handler_of) handlers,
                          tls::credentials_or_null credentials = nullptr) {
    settings_.engine.lanes = 1;
    settings_.engine.threading = thread_mode::none;
    settings_.engine.client_window = 64;
    settings_.engine.on_lane_wake = [](std::uint32_t, void* self) noexcept {
      auto& w = static_cast<running_worker*>(self)->worker_;
      if (w != nullptr) w->post_wake();
    };
    settings_.engine.wake_context = this;
    result<engine> opened = engine::open(settings_.engine);
    EXPECT_TRUE(opened);
    engine_ = std::move(opened).value();
    {
      result<client> first = engine_.connect();
      EXPECT_TRUE(first && first->create_queue("followed"));
    }
    net::listening made = net::listen_on("127.0.0.1", 0, net::port_sharing::none);
    EXPECT_EQ(made.failure, "");
    port_ = made.port;
    undrained_.start(1);
    worker_options wanted;
    wanted.engine = &engine_;
    wanted.settings = &settings_;
    wanted.listener = std::move(made.socket);
    if (credentials != nullptr) {
      net::listening with_tls = net::listen_on("127.0.0.1", 0, net::port_sharing::none);
      EXPECT_EQ(with_tls.failure, "");
      tls_port_ = with_tls.port;
      wanted.tls_listener = std::move(with_tls.socket);
      wanted.credentials = std::move(credentials);
    }
    wanted.address = "127.0.0.1";
    wanted.undrained = &undrained_;
    wanted.wake_all = [this] { worker_->post_wake(); };
    wanted.handler_of = handlers;
    worker_ = std::make_unique<worker>(std::move(wanted));
    EXPECT_TRUE(worker_->open());
    thread_.emplace([this] { worker_->run(); });
  }
  ~running_worker() { stop(); }
  running_worker(const running_worker&) = delete;
  running_worker& operator=(const running_worker&) = delete;

  void drain() { worker_->drain(); }
  /// Drains and waits for the end.
  void stop() {
    if (!thread_) return;
    worker_->drain();
    thread_.reset();
  }
  void use(tls::credentials_or_null fresh) { worker_->use(std::move(fresh)); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Of TLS, if it was given credentials.
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }

 private:
  config::settings settings_;
  engine engine_;
  net::countdown undrained_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  std::unique_ptr<worker> worker_;
  std::optional<net::io_thread> thread_;
};

/// A blocking socket with small buffers, which gives up after 10 s.
class peer {
 public:
  explicit peer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int small = 16 * 1024;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  ~peer() { close(); }
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void send(std::string_view bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What has come and not been taken, after one more read; `ended` if there is no more.
  bool read_some() {
    char part[16 * 1024];
    const ssize_t got = ::recv(fd_, part, sizeof part, 0);
    if (got <= 0) return false;
    in_.append(part, static_cast<std::size_t>(got));
    return true;
  }
  /// Takes everything up to and with `end`; what has come if it does not come.
  std::string take_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = in_.find(end)) == std::string::npos) {
      if (!read_some()) return std::exchange(in_, {}).append(" ...and no more");
    }
    std::string taken = in_.substr(0, at + end.size());
    in_.erase(0, at + end.size());
    return taken;
  }
  std::string take(std::size_t size) {
    while (in_.size() < size && read_some()) continue;
    std::string taken = in_.substr(0, size);
    in_.erase(0, taken.size());
    return taken;
  }
  /// All that has come and not been taken.
  std::string take_all() { return std::exchange(in_, {}); }
  /// Whether the other side has closed, and sent nothing before.
  bool at_end() { return in_.empty() && !read_some(); }

 private:
  int fd_;
  std::string in_;
};

}  // namespace millrace::daemon::test
