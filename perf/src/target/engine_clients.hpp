// What engine targets of queues and of streams share: the engine, its clients, sleep and wake.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "target/engine_target.hpp"
#include "target/lane_host.hpp"

namespace millrace::perf {

/// Wakes the thread that sleeps in wait_until(); rung on any thread.
class doorbell {
 public:
  doorbell();
  ~doorbell();
  doorbell(const doorbell&) = delete;
  doorbell& operator=(const doorbell&) = delete;
  void ring() const noexcept;
  void wait_until(std::uint64_t until_ns) const noexcept;

 private:
  int event_ = -1;
};

class engine_clients : public target {
 public:
  [[nodiscard]] std::size_t senders() const noexcept override { return senders_.size(); }
  [[nodiscard]] bool can_send(std::size_t sender) const noexcept override {
    return senders_[sender].outstanding() < window_;
  }
  void next(std::size_t reader) override;
  void turn(listener& to, std::uint64_t until_ns) override;
  void stall() override { host_.stall(); }
  void resume() override { host_.resume(); }
  [[nodiscard]] std::string describe() const override;

 protected:
  engine_clients(const bench_workload& plan, const engine_target_settings& settings);

  /// The answer to something submitted on one of the clients.
  virtual void take(listener& to, const completion& answer) = 0;
  /// Submits what a reader's next() asks for. False: the window is full, try again after a poll.
  virtual bool submit_next(std::size_t reader) = 0;

  [[nodiscard]] send_outcome judge(errc status);
  /// A send that could not be submitted: its outcome is told in the next turn.
  void refuse(std::uint64_t call, errc why) { refused_.push_back({call, why}); }
  /// A send that failed as a whole.
  void take_refused(listener& to, std::uint64_t call, errc why);

  [[nodiscard]] engine& host() noexcept { return host_.get(); }
  [[nodiscard]] client& sender(std::size_t i) noexcept { return senders_[i]; }
  [[nodiscard]] client& reading() noexcept { return reading_; }

  static std::uint64_t send_token(std::uint64_t call) noexcept { return call << 2; }
  static std::uint64_t read_token(std::size_t reader) noexcept { return reader << 2 | 1; }
  static constexpr std::uint64_t delete_token = 2;

 private:
  static constexpr std::size_t window_ = 1000;  ///< below options::client_window
  struct refusal {
    std::uint64_t call;
    errc why;
  };
  std::size_t poll_all(listener& to);
  void submit_waiting();
  void sleep(std::uint64_t until_ns);

  doorbell bell_;
  std::string data_dir_;
  lane_host host_;
  std::vector<client> senders_;
  client reading_;
  std::vector<std::size_t> waiting_;  ///< readers whose next() met a full window
  std::vector<refusal> refused_;
};

}  // namespace millrace::perf
