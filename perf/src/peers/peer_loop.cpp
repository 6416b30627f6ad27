#include "peers/peer_loop.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t patience_ns = 10'000'000'000;

}  // namespace

peer_loop::peer_loop(const settings& chosen, peer_protocol& protocol)
    : settings_(chosen), protocol_(protocol), connections_(chosen.connections) {
  auto sockets = connect_to(chosen.target, chosen.connections);
  for (std::size_t i = 0; i < sockets.size(); ++i) protocol.greet(sockets[i].get(), i);
  transport_ = open_transport(std::move(sockets), std::nullopt);
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
  result_ = result.get();
  go_on_ = true;
  for (std::size_t i = 0; i < connections_.size(); ++i) ask(i, started);
  std::uint64_t answered = 0, answered_at = started;
  while (busy_ != 0) {
    transport_->turn(*this, 100);
    const std::uint64_t now = monotonic_ns();
    go_on_ = now < stop_at;
    if (result->requests != answered) answered_at = now;
    answered = result->requests;
    if (now - answered_at > patience_ns) throw std::runtime_error("the server does not answer");
  }
  result->seconds = static_cast<double>(monotonic_ns() - started) / 1e9;
  result->generator_cpu_ns = thread_cpu_ns() - own_before;
  result->server_cpu_ns = server_cpu_ns() - server_before;
  return result;
}

void peer_loop::ask(std::size_t index, std::uint64_t now_ns) {
  ++busy_;
  connections_[index].asked_at_ns = now_ns;
  transport_->send(index, protocol_.request(index));
}

void peer_loop::take(std::size_t index, std::string_view bytes) {
  connection& on = connections_[index];
  on.unread.append(bytes);
  const std::size_t answer = protocol_.answer_bytes(on.unread);
  if (answer == 0) return;
  if (answer != on.unread.size()) throw std::runtime_error("more answers than requests");
  result_->messages += protocol_.answered(index, on.unread);
  on.unread.clear();
  const std::uint64_t now = monotonic_ns();
  result_->service.record(now - on.asked_at_ns);
  ++result_->requests;
  --busy_;
  if (go_on_) ask(index, now);
}

}  // namespace millrace::perf
