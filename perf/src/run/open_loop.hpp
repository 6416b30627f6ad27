// Puts a workload on a target at one rate, open loop: each message has its time, fixed before the
// run, and everything is measured from there, however late it could be sent. One thread.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "run/load_result.hpp"
#include "run/send_queues.hpp"
#include "target/target.hpp"
#include "workload/payload.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

struct open_loop_settings {
  double rate = 1000;           ///< messages a second in all
  std::uint64_t seed = 1;       ///< of arrivals, keys, sizes, service times
  bool may_cut_short = false;   ///< give up once a second's worth of messages waits to be sent
  std::uint32_t mark = 1;       ///< tells this run's messages from others'
  double patience_seconds = 5;  ///< after the load, without a sign of life
  /// Told now and then: seconds that have passed, of how many.
  std::function<void(double, double)> progress = {};
};

class open_loop : private target::listener {
 public:
  /// Throws std::runtime_error when a payload file cannot be used.
  open_loop(const bench_workload& plan, target& on, const open_loop_settings& settings);

  /// Once. Throws std::runtime_error when the target breaks.
  [[nodiscard]] std::unique_ptr<load_result> run();

 private:
  struct call {
    std::array<due_message, send_batch_max> messages;
    std::size_t count = 0;
    std::size_t topic = 0;
  };
  struct timer {
    std::uint64_t at_ns = 0;  ///< monotonic
    std::size_t reader = 0;
    friend bool operator>(const timer& a, const timer& b) noexcept { return a.at_ns > b.at_ns; }
  };
  struct stall_event {
    std::uint64_t at_ns = 0;  ///< monotonic
    std::uint64_t until_ns = 0;
    fault::victim whom = fault::victim::server;
    bool begins = true;
  };

  // Phases.
  void start();
  bool load_turn();
  void turn(std::uint64_t until_ns);
  void drain();
  void finish();

  // Sending.
  void take_due(std::uint64_t now_ns);
  void dispatch();
  void send_some(std::size_t sender, std::size_t topic, std::deque<due_message>& waiting);
  void sent(std::uint64_t id, std::span<const send_outcome> outcomes) override;
  void count_answer(send_outcome outcome, std::uint64_t now_ns);
  [[nodiscard]] bool is_hopeless(std::uint64_t now_ns) const noexcept;

  // Receiving.
  void received(std::size_t reader, std::span<const std::string_view> bodies) override;
  void take_body(std::size_t reader, std::string_view body, std::uint64_t begins_ns);
  void run_timers(std::uint64_t now_ns);
  void run_stalls(std::uint64_t now_ns);
  void watch_backlog(std::uint64_t now_ns);
  [[nodiscard]] std::uint64_t next_event_ns() const noexcept;

  /// In the measured phase, by a time since the origin.
  [[nodiscard]] bool is_measured(std::uint64_t since_ns) const noexcept {
    return since_ns >= warm_up_ns_ && since_ns < end_ns_;
  }
  second_counts& second_at(std::uint64_t now_ns);
  void complete_rows();
  void tell_progress(std::uint64_t now_ns);

  const bench_workload& plan_;
  target& target_;
  open_loop_settings settings_;
  payload_pool payloads_;
  arrival_process arrivals_;
  sample_generator random_;
  distribution sizes_, keys_, service_;

  std::uint64_t origin_ns_ = 0;   ///< monotonic; "intended" counts from here
  std::uint64_t warm_up_ns_ = 0;  ///< since the origin: the measured phase begins
  std::uint64_t end_ns_ = 0;      ///< since the origin: it ends
  std::uint64_t next_due_ns_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t progress_due_ns_ = 0;
  std::uint64_t last_progress_ns_ = 0;  ///< something was answered or delivered

  send_queues waiting_;
  std::vector<call> calls_;
  std::vector<std::uint64_t> free_calls_;
  std::size_t calls_out_ = 0;
  std::vector<char> bodies_;  ///< of the call being made

  std::vector<std::uint64_t> worker_free_ns_;  ///< monotonic, by worker
  std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
  std::vector<stall_event> stalls_;   ///< the next one last
  std::uint64_t backlog_wanted_ = 0;  ///< bytes; 0: none, or it was reached
  std::uint64_t backlog_bytes_ = 0;
  std::uint64_t backlog_messages_ = 0;  ///< accepted when the wanted backlog was there
  std::uint64_t backlog_at_ns_ = 0;

  std::vector<second_counts> seconds_;  ///< of the measured phase

  delivery_check check_;
  std::unique_ptr<load_result> result_;
};

}  // namespace millrace::perf
