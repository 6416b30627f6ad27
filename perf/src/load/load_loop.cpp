#include "load/load_loop.hpp"

#include <stdexcept>

#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t answer_max = 512 * 1024;
constexpr std::uint64_t errors_max = 100;

}  // namespace

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
    : settings_(chosen),
      transport_(open_transport(connect_to(chosen.target, chosen.connections), chosen.transport)),
      connections_(chosen.connections) {}

std::uint64_t load_loop::server_cpu_ns() const {
  if (!settings_.server_process) return 0;
  const auto used = process_cpu_ns(*settings_.server_process);
  if (!used) throw std::runtime_error("the server's process is gone");
  return *used;
}

void load_loop::begin_phase(const workload& plan, conversation_context& context) {
  context_ = &context;
  context.messages = context.cycles = 0;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    connections_[i].talk.emplace(plan, context);
    send_next(i, monotonic_ns());
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
    transport_->turn(*this, 100);
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

void load_loop::send_next(std::size_t index, std::uint64_t now_ns) {
  connection& on = connections_[index];
  const auto request = on.talk->next_request();
  if (!request) return;
  ++busy_;
  on.asked_at_ns = now_ns;
  transport_->send(index, *request);
}

void load_loop::take(std::size_t index, std::string_view bytes) {
  connection& on = connections_[index];
  const bool continues = !on.unread.empty();
  if (continues) bytes = on.unread.append(bytes);
  const http_answer answer = scan_answer(bytes);
  if (answer.state == answer_state::incomplete) {
    if (bytes.size() > answer_max) throw std::runtime_error("an answer over 512 KiB");
    if (!continues) on.unread.assign(bytes);
    return;
  }
  if (answer.state == answer_state::malformed || answer.consumed != bytes.size()) {
    throw std::runtime_error("cannot read the answer: " + std::string(bytes.substr(0, 200)));
  }
  const std::uint64_t now = monotonic_ns();
  result_->service[static_cast<std::size_t>(on.talk->current())].record(now - on.asked_at_ns);
  ++result_->requests;
  --busy_;
  on.talk->take_answer(answer);
  on.unread.clear();
  send_next(index, now);
}

}  // namespace millrace::perf
