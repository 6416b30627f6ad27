// The last microseconds before something is due are spun away: a sleep ends some 60 us late here.

#include "target/engine_clients.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "cycle/require.hpp"
#include "process/cpu_time.hpp"

namespace millrace::perf {

namespace {

constexpr std::uint64_t spin_ns = 100'000;
constexpr std::size_t senders_max = 64;

bool has_server_fault(const bench_workload& plan) {
  return std::any_of(plan.faults.begin(), plan.faults.end(),
                     [](const fault& f) { return f.whom == fault::victim::server; });
}

std::size_t senders_of(const bench_workload& plan) {
  return std::min<std::size_t>(std::size_t{plan.topics} * plan.producers_per_topic, senders_max);
}

}  // namespace

doorbell::doorbell() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (event_ < 0) throw std::runtime_error("eventfd");
}

doorbell::~doorbell() { close(event_); }

void doorbell::ring() const noexcept { eventfd_write(event_, 1); }

void doorbell::wait_until(std::uint64_t until_ns) const noexcept {
  const std::uint64_t now = monotonic_ns();
  if (until_ns <= now) return;
  const timespec left{.tv_sec = static_cast<time_t>((until_ns - now) / 1'000'000'000),
                      .tv_nsec = static_cast<long>((until_ns - now) % 1'000'000'000)};
  pollfd wanted{.fd = event_, .events = POLLIN, .revents = 0};
  if (ppoll(&wanted, 1, &left, nullptr) != 1) return;
  eventfd_t rings = 0;
  eventfd_read(event_, &rings);
}

engine_clients::engine_clients(const bench_workload& plan, const engine_target_settings& settings)
    : data_dir_(settings.data_dir),
      host_({.data_dir = settings.data_dir,
             .can_stall = has_server_fault(plan),
             .seed = settings.seed,
             .clients = static_cast<std::uint32_t>(senders_of(plan) + 2)}) {
  const client_options woken{
      .wake = [](void* bell) noexcept { static_cast<const doorbell*>(bell)->ring(); },
      .wake_context = &bell_};
  for (std::size_t i = 0; i < senders_of(plan); ++i) {
    senders_.push_back(require(host().connect(woken), "engine::connect"));
  }
  reading_ = require(host().connect(woken), "engine::connect");
}

std::string engine_clients::describe() const {
  return "engine in this process, " +
         (data_dir_.empty() ? std::string("in memory") : "journal in " + data_dir_);
}

send_outcome engine_clients::judge(errc status) {
  if (status == errc::ok) return send_outcome::accepted;
  if (status == errc::request_throttled || status == errc::throughput_exceeded) {
    return send_outcome::throttled;
  }
  note_error(to_string(status));
  return send_outcome::failed;
}

void engine_clients::take_refused(listener& to, std::uint64_t call, errc why) {
  std::array<send_outcome, send_batch_max> outcomes;
  outcomes.fill(judge(why));
  to.sent(call, outcomes);
}

void engine_clients::next(std::size_t reader) {
  waiting_.push_back(reader);
  submit_waiting();
}

void engine_clients::submit_waiting() {
  std::size_t done = 0;
  while (done < waiting_.size() && submit_next(waiting_[done])) ++done;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done));
}

std::size_t engine_clients::poll_all(listener& to) {
  std::size_t done = 0;
  const auto handle = [&](const completion& answer) { take(to, answer); };
  for (client& each : senders_) done += each.poll(handle, 64);
  done += reading_.poll(handle, 64);
  return done;
}

void engine_clients::turn(listener& to, std::uint64_t until_ns) {
  for (const refusal& each : std::exchange(refused_, {})) take_refused(to, each.call, each.why);
  submit_waiting();
  const bool blocked = !waiting_.empty();
  if (poll_all(to) != 0 || blocked) return;
  const std::uint64_t now = monotonic_ns();
  if (now + spin_ns < until_ns) sleep(until_ns - spin_ns);
}

void engine_clients::sleep(std::uint64_t until_ns) {
  std::size_t asleep = 0;
  bool quiet = true;
  for (; asleep < senders_.size() && quiet; ++asleep) quiet = senders_[asleep].prepare_to_sleep();
  if (!quiet) --asleep;
  quiet = quiet && reading_.prepare_to_sleep();
  if (quiet) {
    bell_.wait_until(until_ns);
    reading_.end_sleep();
  }
  for (std::size_t i = 0; i < asleep; ++i) senders_[i].end_sleep();
}

}  // namespace millrace::perf
