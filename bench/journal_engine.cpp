#include "journal_engine.hpp"

#include <unistd.h>

#include <array>
#include <stdexcept>

#include "base/clock.hpp"
#include "stolen_time.hpp"

namespace millrace::bench {
namespace {

constexpr std::uint32_t window = 4096;
constexpr std::int64_t settle_ns = 100'000'000;

template <class T>
T require(result<T> answer, const std::string& what) {
  if (answer.has_value()) return std::move(answer).value();
  throw std::runtime_error(what + ": " + std::string(to_string(answer.error())));
}

/// One run's calls: each token is submitted again as soon as it is answered. As many sends as may
/// be outstanding are prepared meanwhile, if wanted, one whenever there is no answer.
class sender {
 public:
  sender(client& caller, queue_handle queue, const journal_engine::load& wanted)
      : client_(caller),
        queue_(queue),
        load_(wanted),
        started_(wanted.outstanding),
        prepared_(wanted.prepare ? wanted.outstanding : 0) {
    run_.ns.reserve(wanted.records / wanted.batch + 1);
  }

  void begin(std::int64_t now) {
    now_ = now;
    for (std::uint64_t token = 0; token < load_.outstanding; ++token) send(token);
  }
  void poll(std::int64_t now) {
    now_ = now;
    if (client_.poll([this](const completion& answer) { take(answer); }) == 0) prepare();
  }
  [[nodiscard]] bool done() const { return run_.written >= load_.records; }
  [[nodiscard]] journal_run& run() { return run_; }

 private:
  std::span<const send_entry> next_entries() {
    for (std::size_t i = 0; i < load_.batch; ++i) entries_[i].body = next_record();
    made_ += load_.batch;
    return {entries_.data(), load_.batch};
  }
  void prepare() {
    if (made_ >= load_.records || ready_ == prepared_.size()) return;
    const std::size_t place = oldest_ + ready_;
    prepared_[place < prepared_.size() ? place : place - prepared_.size()] =
        require(client_.prepare_send(queue_, next_entries()), "prepare");
    ++ready_;
  }
  void send(std::uint64_t token) {
    if (sent_ >= load_.records) return;
    started_[token] = now_;
    result<void> asked;
    if (ready_ != 0) {
      asked = client_.submit_prepared(prepared_[oldest_], token);
      if (++oldest_ == prepared_.size()) oldest_ = 0;
      --ready_;
    } else {
      asked = client_.submit_send(queue_, next_entries(), token);
    }
    if (!asked) throw std::runtime_error("submit: " + std::string(to_string(asked.error())));
    sent_ += load_.batch;
  }
  void take(const completion& answer) {
    if (answer.status != errc::ok) {
      throw std::runtime_error("send: " + std::string(to_string(answer.status)));
    }
    for (const send_result& one : answer.sent) {
      if (one.status != errc::ok) {
        throw std::runtime_error("send: " + std::string(to_string(one.status)));
      }
    }
    run_.written += answer.sent.size();
    note(static_cast<std::uint32_t>(now_ - started_[answer.token]), answer.sent.size());
    send(answer.token);
  }

  /// An answer; before what follows from it is sent.
  void note(std::uint32_t ns, std::size_t records) {
    if (run_.first_ns.size() < load_.outstanding) {
      run_.first_ns.push_back(ns);
      begin_ = now_;
    } else if (now_ != begin_ && sent_ < load_.records) {
      run_.ns.push_back(ns);
      run_.records += records;
      run_.seconds = static_cast<double>(now_ - begin_) * 1e-9;
    }
  }

  client& client_;
  const queue_handle queue_;
  const journal_engine::load load_;
  std::vector<std::int64_t> started_;
  std::array<send_entry, batch_entries_max> entries_;
  std::int64_t now_ = 0;
  std::int64_t begin_ = 0;
  std::size_t made_ = 0;                 // records given to the client
  std::size_t sent_ = 0;                 // and submitted
  std::vector<prepared_send> prepared_;  // a ring of ready_, from oldest_ on
  std::size_t oldest_ = 0;
  std::size_t ready_ = 0;
  journal_run run_;
};

}  // namespace

journal_engine::journal_engine(const options& wanted) {
  millrace::options chosen;
  chosen.lanes = 1;
  chosen.data_dir = wanted.directory;
  chosen.level = wanted.level;
  chosen.client_window = window;
  std::string why;
  auto opened = engine::open(chosen, &why);
  if (!opened) throw std::runtime_error(wanted.directory + ": " + why);
  engine_ = std::move(opened).value();
  client_ = require(engine_.connect(), "connect");
  queue_ = require(client_.create_queue("bench"), "create_queue");
}

journal_run journal_engine::run(const load& wanted) {
  const journal_counters before = counters();
  sender calls(client_, queue_, wanted);
  const stolen_time stolen;
  const std::int64_t began = base::monotonic_ns();
  std::int64_t now = began;
  for (calls.begin(now); !calls.done(); now = base::monotonic_ns()) {
    calls.poll(now);
    engine_.poll(0);
  }
  journal_run run = std::move(calls.run());
  run.stolen = stolen.seconds() / (static_cast<double>(now - began) * 1e-9);
  const journal_counters after = counters();
  run.writes = after.writes - before.writes;
  run.journal_bytes = after.bytes - before.bytes;
  if (run.records == 0) throw std::runtime_error("too few records for what is outstanding");
  return run;
}

void journal_engine::rest() {
  constexpr useconds_t quiet_us = 20'000;
  ::usleep(quiet_us);
}

void journal_engine::drain() {
  const auto purged = client_.purge_queue(queue_);
  if (!purged) throw std::runtime_error("purge: " + std::string(to_string(purged.error())));
  const std::int64_t end = base::monotonic_ns() + settle_ns;
  while (base::monotonic_ns() < end) {
    engine_.poll(0);
    ::usleep(20);
  }
}

}  // namespace millrace::bench
