#include "traffic.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>

#include "load/http_answer.hpp"
#include "process/cpu_time.hpp"
#include "wire.hpp"

namespace millrace::crash {

struct traffic::connection {
  perf::socket_handle socket;
  std::optional<request> under_way{};
  std::string unsent{};
  std::size_t sent = 0;  ///< of unsent
  std::string unread{};
  bool writing = false;  ///< waits until more of unsent can be sent
  bool ended = false;
};

traffic::traffic(const roster& queues, const bodies& texts, recorder& notes)
    : queues_(queues),
      texts_(texts),
      notes_(notes),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(256 * 1024) {
  if (epoll_ < 0) perf::throw_errno("epoll_create1");
}

traffic::~traffic() { ::close(epoll_); }

void traffic::watch(connection& on, int how, bool writing) const {
  epoll_event wanted{};
  wanted.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
  wanted.data.ptr = &on;
  if (epoll_ctl(epoll_, how, on.socket.get(), &wanted) != 0) perf::throw_errno("epoll_ctl");
}

void traffic::open(const perf::endpoint& target, std::size_t connections) {
  target_ = target;
  broken_ = false;
  for (std::size_t i = 0; i < connections; ++i) {
    auto made = std::make_unique<connection>(connection{.socket = perf::connect_to(target)});
    if (fcntl(made->socket.get(), F_SETFL, O_NONBLOCK) != 0) perf::throw_errno("fcntl");
    watch(*made, EPOLL_CTL_ADD, false);
    connections_.push_back(std::move(made));
  }
}

void traffic::turn(script& from, int timeout_ms) {
  for (auto& each : connections_) {
    if (each->under_way || each->ended) continue;
    auto what = from.next();
    if (!what) break;
    ask(*each, std::move(*what));
  }
  std::array<epoll_event, 64> ready;
  const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    auto& on = *static_cast<connection*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0) flush(on);
    if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(on, from);
  }
}

void traffic::settle(script& from, double seconds) {
  class nothing final : public script {
   public:
    explicit nothing(script& heard) : heard_(heard) {}
    std::optional<request> next() override { return std::nullopt; }
    void received(std::size_t queue, std::size_t messages) override {
      heard_.received(queue, messages);
    }

   private:
    script& heard_;
  } quiet(from);
  const std::uint64_t until = perf::monotonic_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  while (outstanding_ != 0 && !broken_) {
    if (perf::monotonic_ns() > until) throw std::runtime_error("no answer to" + under_way());
    turn(quiet, 10);
  }
}

std::string traffic::under_way() const {
  std::string text;
  for (const auto& each : connections_) {
    if (!each->under_way) continue;
    text += std::string(" ") + to_string(each->under_way->what) + " of " +
            queues_[each->under_way->queue].rules.name;
  }
  return text;
}

void traffic::ask(connection& on, request what) {
  notes_.asked(what, perf::monotonic_ns());
  on.unsent = encode(what, queues_, texts_, target_);
  on.sent = 0;
  on.under_way = std::move(what);
  ++outstanding_;
  flush(on);
}

void traffic::flush(connection& on) {
  while (on.sent < on.unsent.size()) {
    const ssize_t sent = ::send(on.socket.get(), on.unsent.data() + on.sent,
                                on.unsent.size() - on.sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) break;
    // After an error reading tells that the connection has ended.
    on.sent = sent < 0 ? on.unsent.size() : on.sent + static_cast<std::size_t>(sent);
  }
  const bool writing = on.sent < on.unsent.size();
  if (writing != on.writing && !on.ended) watch(on, EPOLL_CTL_MOD, writing);
  on.writing = writing;
}

void traffic::read(connection& on, script& from) {
  for (;;) {
    const ssize_t got = recv(on.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      epoll_ctl(epoll_, EPOLL_CTL_DEL, on.socket.get(), nullptr);
      on.ended = broken_ = true;
      return;
    }
    take(on, from, static_cast<std::size_t>(got));
    if (static_cast<std::size_t>(got) < buffer_.size()) return;
  }
}

void traffic::take(connection& on, script& from, std::size_t bytes) {
  on.unread.append(buffer_.data(), bytes);
  const perf::http_answer answer = perf::scan_answer(on.unread);
  if (answer.state == perf::answer_state::incomplete) return;
  if (answer.state == perf::answer_state::malformed || !on.under_way ||
      answer.consumed != on.unread.size()) {
    throw std::runtime_error("cannot read the answer: " + on.unread.substr(0, 300));
  }
  const request what = std::move(*on.under_way);
  on.under_way.reset();
  --outstanding_;
  const std::size_t messages =
      notes_.answered(what, answer.status, answer.body, perf::monotonic_ns());
  if (what.what == action::receive) from.received(what.queue, messages);
  on.unread.clear();
}

void traffic::close(script& from) {
  for (auto& each : connections_) {
    // Its process is gone, so that each socket ends behind what it had sent.
    if (each->under_way && !each->ended) {
      fcntl(each->socket.get(), F_SETFL, 0);
      while (!each->ended) read(*each, from);
    }
    if (each->under_way) notes_.unanswered(*each->under_way);
  }
  connections_.clear();
  outstanding_ = 0;
}

}  // namespace millrace::crash
