// Two system calls a request: one recv that usually brings the whole answer, one send that usually
// takes the whole next request, straight out of the shared template. What is left over in either
// direction is kept by the connection.

#include "load/load_loop.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t receive_bytes = 512 * 1024;
constexpr std::uint64_t errors_max = 100;

/// Edge-triggered: one read takes all there is, so that a socket need not be looked at twice.
void watch(int epoll, int how, int descriptor, std::uint32_t events, void* owner) {
  epoll_event wanted{};
  wanted.events = events | EPOLLET;
  wanted.data.ptr = owner;
  if (epoll_ctl(epoll, how, descriptor, &wanted) != 0) throw_errno("epoll_ctl");
}

}  // namespace

struct load_loop::connection {
  socket_handle socket;
  std::optional<conversation> talk;
  std::uint64_t asked_at_ns = 0;
  std::string unread;  ///< the beginning of an answer whose end has not come
  std::string unsent;  ///< the end of a request that the socket did not take
};

void phase_result::add(const phase_result& other) {
  seconds += other.seconds;
  requests += other.requests;
  messages += other.messages;
  cycles += other.cycles;
  generator_cpu_ns += other.generator_cpu_ns;
  server_cpu_ns += other.server_cpu_ns;
  for (std::size_t i = 0; i < operation_count; ++i) service[i].merge(other.service[i]);
}

histogram phase_result::all_service() const {
  histogram all;
  for (const histogram& each : service) all.merge(each);
  return all;
}

load_loop::load_loop(const settings& chosen)
    : settings_(chosen), epoll_(epoll_create1(EPOLL_CLOEXEC)), received_(receive_bytes) {
  if (epoll_ < 0) throw_errno("epoll_create1");
  for (std::size_t i = 0; i < chosen.connections; ++i) {
    auto made = std::make_unique<connection>();
    made->socket = connect_to(chosen.target);
    const int descriptor = made->socket.get();
    if (fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) throw_errno("fcntl");
    watch(epoll_, EPOLL_CTL_ADD, descriptor, EPOLLIN, made.get());
    connections_.push_back(std::move(made));
  }
}

load_loop::~load_loop() {
  if (epoll_ >= 0) close(epoll_);
}

std::uint64_t load_loop::server_cpu_ns() const {
  if (!settings_.server_process) return 0;
  const auto used = process_cpu_ns(*settings_.server_process);
  if (!used) throw std::runtime_error("the server's process is gone");
  return *used;
}

void load_loop::begin_phase(const workload& plan, conversation_context& context) {
  context_ = &context;
  context.messages = context.cycles = 0;
  for (auto& each : connections_) {
    each->talk.emplace(plan, context);
    send_next(*each, monotonic_ns());
  }
}

std::unique_ptr<phase_result> load_loop::run(const workload& plan, conversation_context& context,
                                             const phase_limits& limits) {
  auto result = std::make_unique<phase_result>();
  result_ = result.get();
  context.cycles_left = limits.cycles;
  const std::uint64_t server_before = server_cpu_ns();
  const std::uint64_t own_before = thread_cpu_ns();
  const std::uint64_t started = monotonic_ns();
  const std::uint64_t stop_at =
      limits.seconds == 0 ? ~0ull : started + static_cast<std::uint64_t>(limits.seconds * 1e9);
  std::uint64_t give_up_at = ~0ull;
  begin_phase(plan, context);
  while (busy_ != 0) {
    turn(100);
    const std::uint64_t now = monotonic_ns();
    if (now >= stop_at) context.cycles_left = 0;
    if (context.cycles_left == 0 && give_up_at == ~0ull) {
      give_up_at = now + static_cast<std::uint64_t>(limits.patience_seconds * 1e9);
    }
    if (now >= give_up_at) throw std::runtime_error("the server does not finish the last cycles");
    if (context.errors > errors_max) {
      throw std::runtime_error("too many errors, the first: " + context.first_error);
    }
  }
  result->seconds = static_cast<double>(monotonic_ns() - started) / 1e9;
  result->generator_cpu_ns = thread_cpu_ns() - own_before;
  result->server_cpu_ns = server_cpu_ns() - server_before;
  result->messages = context.messages;
  result->cycles = context.cycles;
  return result;
}

void load_loop::turn(int timeout_ms) {
  std::array<epoll_event, 128> ready;
  const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), timeout_ms);
  if (count < 0 && errno != EINTR) throw_errno("epoll_wait");
  for (int i = 0; i < count; ++i) {
    auto& on = *static_cast<connection*>(ready[static_cast<std::size_t>(i)].data.ptr);
    const std::uint32_t events = ready[static_cast<std::size_t>(i)].events;
    if ((events & EPOLLOUT) != 0) flush(on);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive_from(on);
  }
}

void load_loop::send_next(connection& on, std::uint64_t now_ns) {
  const auto request = on.talk->next_request();
  if (!request) return;
  ++busy_;
  on.asked_at_ns = now_ns;
  const ssize_t sent = send(on.socket.get(), request->data(), request->size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) throw_errno("send");
  const auto taken = sent < 0 ? std::size_t{0} : static_cast<std::size_t>(sent);
  if (taken == request->size()) return;
  on.unsent.assign(request->substr(taken));
  watch(epoll_, EPOLL_CTL_MOD, on.socket.get(), EPOLLIN | EPOLLOUT, &on);
}

void load_loop::flush(connection& on) {
  const ssize_t sent = send(on.socket.get(), on.unsent.data(), on.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) throw_errno("send");
  if (sent > 0) on.unsent.erase(0, static_cast<std::size_t>(sent));
  if (on.unsent.empty()) watch(epoll_, EPOLL_CTL_MOD, on.socket.get(), EPOLLIN, &on);
}

void load_loop::receive_from(connection& on) {
  const std::size_t kept = on.unread.size();
  std::memcpy(received_.data(), on.unread.data(), kept);
  const ssize_t got = recv(on.socket.get(), received_.data() + kept, received_.size() - kept, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got < 0) throw_errno("recv");
  if (got == 0) throw std::runtime_error("the server closed a connection");
  const std::string_view bytes(received_.data(), kept + static_cast<std::size_t>(got));
  const http_answer answer = scan_answer(bytes);
  if (answer.state == answer_state::incomplete) {
    if (bytes.size() == received_.size()) throw std::runtime_error("an answer over 512 KiB");
    on.unread.assign(bytes);
    return;
  }
  if (answer.state == answer_state::malformed || answer.consumed != bytes.size()) {
    throw std::runtime_error("cannot read the answer: " + std::string(bytes.substr(0, 200)));
  }
  on.unread.clear();
  const std::uint64_t now = monotonic_ns();
  result_->service[static_cast<std::size_t>(on.talk->current())].record(now - on.asked_at_ns);
  ++result_->requests;
  --busy_;
  on.talk->take_answer(answer);
  send_next(on, now);
}

}  // namespace millrace::perf
