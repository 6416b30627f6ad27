#include "campaign.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <atomic>

#include "process/cpu_time.hpp"
#include "script.hpp"

namespace millrace::crash {

campaign::campaign(const campaign_settings& wanted, test_bed& bed, disaster& fate)
    : wanted_(wanted), bed_(bed), fate_(fate), result_(std::make_unique<campaign_result>()) {
  bed.notes.tolerate({.failures = fate.kind() == blow::power_cut});
}

bool campaign::is_over() const {
  return result_->crashes >= wanted_.crashes || bed_.book.counts().violations() != 0 ||
         (wanted_.seconds_max > 0 && seconds_since(began_) > wanted_.seconds_max);
}

std::unique_ptr<campaign_result> campaign::run() {
  began_ = perf::monotonic_ns();
  while (!is_over()) cycle();
  const auto server = start();
  end(*server);
  return take_result();
}

std::unique_ptr<campaign_result> campaign::run_calmly(double seconds) {
  began_ = perf::monotonic_ns();
  const auto server = start();
  mixed_script script(bed_.queues, bed_.book, bed_.notes, bed_.dice, {.present = wanted_.present});
  bed_.load(script, seconds, [] { return false; });
  bed_.through.settle(script, 20);
  result_->load_seconds = seconds_since(began_);
  end(*server);
  return take_result();
}

std::unique_ptr<campaign_result> campaign::take_result() {
  result_->seconds = seconds_since(began_);
  result_->counts = bed_.book.counts();
  result_->findings = bed_.book.findings();
  result_->done = bed_.notes.done();
  return std::move(result_);
}

std::unique_ptr<server_process> campaign::start() {
  const std::uint32_t lanes = wanted_.lanes[starts_++ % wanted_.lanes.size()];
  auto server = bed_.start({.data_dir = fate_.data_dir(), .lanes = lanes});
  result_->start_ns.record(server->start_ns());
  return server;
}

void campaign::drain() {
  bed_.drain();
  ++result_->drains;
}

void campaign::end(server_process& server) {
  drain();
  drain_script quiet(bed_.queues, bed_.notes, bed_.dice);
  bed_.stop(server, quiet);
}

void campaign::cycle() {
  const auto server = start();
  if (result_->crashes != 0 && result_->crashes % wanted_.drain_every == 0) drain();
  const std::uint64_t hit_before = bed_.notes.done().hit;
  load_until_blow(*server);
  ++result_->crashes;
  result_->crashes_hit += bed_.notes.done().hit != hit_before;
  fate_.restore();
}

void campaign::load_until_blow(server_process& server) {
  const double share = static_cast<double>(bed_.dice() >> 11) * 0x1p-53;
  const double ms = wanted_.load_ms_min + share * (wanted_.load_ms_max - wanted_.load_ms_min);
  const std::uint64_t now = perf::monotonic_ns();
  mixed_script script(bed_.queues, bed_.book, bed_.notes, bed_.dice, {.present = wanted_.present});
  bool ended_early = false;
  {
    std::atomic<bool> struck = false;
    const striker hand(now + static_cast<std::uint64_t>(ms * 1e6), [&] {
      struck.store(true);
      fate_.strike(server, bed_.notes);
    });
    while (!bed_.through.broken()) bed_.through.turn(script, 5);
    ended_early = !struck.load();
  }
  const int status = bed_.crash(server, script);
  if (ended_early || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
    bed_.book.report(bed_.book.counts().errors,
                     "the server ended by itself or closed a connection");
  }
  result_->load_seconds += seconds_since(now);
}

}  // namespace millrace::crash
