// The synchronous forms: each call waits for its answer, so one call is in flight and what is
// measured is a round trip through the lane.

#include <millrace/client.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "cycle/bench_engine.hpp"
#include "cycle/cycle_bench.hpp"
#include "process/cpu_time.hpp"
#include "process/realtime.hpp"

namespace millrace::perf {

namespace {

class sync_cycles {
 public:
  sync_cycles(client& caller, queue_handle queue, const cycle_settings& settings)
      : client_(caller),
        queue_(queue),
        batch_(settings.batch),
        bodies_(settings.batch * settings.body_bytes) {
    for (std::size_t i = 0; i < batch_; ++i) {
      entries_[i].body = {bodies_.data() + i * settings.body_bytes, settings.body_bytes};
    }
  }

  /// One cycle; throws when a call fails.
  void run() {
    for (std::size_t i = 0; i < batch_; ++i) {
      auto* body = const_cast<std::byte*>(entries_[i].body.data());
      cycle_chains::put_sequence(body, tally_.sent + i);
      tally_.sum_sent += tally_.sent + i;
    }
    check(batch_ == 1
              ? send_one()
              : client_.send_batch(queue_, {entries_.data(), batch_}, {sent_.data(), batch_}));
    tally_.sent += batch_;
    auto answer = client_.receive(queue_, {.max_messages = static_cast<std::int32_t>(batch_)});
    if (!answer.has_value()) check(answer.error());
    remove(answer.value());
    ++tally_.cycles;
  }

  [[nodiscard]] const cycle_tally& tally() const noexcept { return tally_; }

 private:
  static void check(result<void> answer) {
    if (answer.has_value()) return;
    throw std::runtime_error("a call failed: " + std::string(to_string(answer.error())));
  }

  result<void> send_one() {
    const auto answer = client_.send(queue_, entries_[0]);
    return answer.has_value() ? result<void>() : result<void>(answer.error());
  }

  void remove(const received& messages) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      receipts_[i] = messages[i].receipt;
      tally_.sum_received += cycle_chains::sequence_of(messages[i].body.data());
    }
    tally_.received += messages.size();
    if (messages.size() != batch_) throw std::runtime_error("a receive brought too little");
    check(batch_ == 1 ? client_.delete_message(queue_, receipts_[0])
                      : client_.delete_batch(queue_, {receipts_.data(), batch_},
                                             {removed_.data(), batch_}));
    tally_.deleted += batch_;
  }

  client& client_;
  queue_handle queue_;
  std::size_t batch_;
  std::vector<std::byte> bodies_;
  std::array<send_entry, batch_entries_max> entries_;
  std::array<send_result, batch_entries_max> sent_;
  std::array<receipt_handle, batch_entries_max> receipts_;
  std::array<errc, batch_entries_max> removed_{};
  cycle_tally tally_;
};

}  // namespace

cycle_result run_sync_cycles(const cycle_settings& settings) {
  bench_engine bench(settings.threading, settings.realtime);
  client caller = bench.connect();
  bench.keep_off_the_lane();
  sync_cycles cycles(caller, bench.queue(caller), settings);
  const auto run_for = [&](double seconds) {
    const std::uint64_t end = monotonic_ns() + static_cast<std::uint64_t>(seconds * 1e9);
    while (monotonic_ns() < end) cycles.run();
  };
  std::optional<realtime_burst> burst;
  if (settings.realtime) burst.emplace(realtime_priority);
  run_for(settings.warm_up_seconds);
  const auto lane_cpu = [&] {
    return bench.lane_thread() == 0 ? 0 : thread_cpu_ns(bench.lane_thread()).value_or(0);
  };
  cycle_result result;
  result.realtime = burst && burst->active();
  const std::uint64_t cycles_before = cycles.tally().cycles;
  const std::uint64_t caller_before = thread_cpu_ns(), lane_before = lane_cpu();
  const std::uint64_t started = monotonic_ns();
  run_for(settings.seconds);
  result.seconds = static_cast<double>(monotonic_ns() - started) / 1e9;
  result.caller_cpu_ns = thread_cpu_ns() - caller_before;
  result.lane_cpu_ns = lane_cpu() - lane_before;
  result.cycles = cycles.tally().cycles - cycles_before;
  result.messages = result.cycles * settings.batch;
  result.tally = cycles.tally();
  return result;
}

}  // namespace millrace::perf
