// The cycle of a crash test: start, check, load, blow, restore, again; and every so often a drain,
// after which every acked message must have come out. One thread, beside the one that strikes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "disaster.hpp"
#include "hist/histogram.hpp"
#include "test_bed.hpp"

namespace millrace::crash {

struct campaign_settings {
  std::vector<std::uint32_t> lanes{1};  ///< of one start after the other, again from the first
  std::uint64_t crashes = 100;
  std::uint64_t drain_every = 250;  ///< crashes
  double seconds_max = 0;           ///< ends early, if not 0
  double load_ms_min = 2, load_ms_max = 50;
  std::uint64_t present = 1500;  ///< messages to hold the backlog near
};

struct campaign_result {
  account counts;
  recorder::totals done;
  std::uint64_t crashes = 0;
  std::uint64_t crashes_hit = 0;  ///< in which a change was under way
  std::uint64_t drains = 0;
  double seconds = 0, load_seconds = 0;
  perf::histogram start_ns;
  std::vector<std::string> findings;
};

class campaign {
 public:
  campaign(const campaign_settings& wanted, test_bed& bed, disaster& fate);

  /// Runs to the end, or to the first drain or check that finds a violation. Throws
  /// std::runtime_error when the server does not start or answers nonsense.
  [[nodiscard]] std::unique_ptr<campaign_result> run();
  /// The same load and checks without any blow: the control, which must find nothing.
  [[nodiscard]] std::unique_ptr<campaign_result> run_calmly(double seconds);

 private:
  [[nodiscard]] std::unique_ptr<server_process> start();
  void cycle();
  void load_until_blow(server_process& server);
  void drain();
  void end(server_process& server);
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] std::unique_ptr<campaign_result> take_result();

  campaign_settings wanted_;
  test_bed& bed_;
  disaster& fate_;
  std::unique_ptr<campaign_result> result_;
  std::uint64_t began_ = 0;
  std::uint64_t starts_ = 0;
};

}  // namespace millrace::crash
