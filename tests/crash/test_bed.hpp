// What every crash test is made of: queues, bodies, ledger, recorder, connections and dice, wired
// together, and the few moves that they share. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bodies.hpp"
#include "ledger.hpp"
#include "process/cpu_time.hpp"
#include "recorder.hpp"
#include "roster.hpp"
#include "server_process.hpp"
#include "traffic.hpp"

namespace millrace::crash {

struct bed_settings {
  std::string program;
  std::string log_file;
  std::vector<std::string> arguments{};  ///< of the server, beside data directory and lanes
  level default_level = level::disk;
  std::size_t connections = 8;
  std::uint64_t seed = 1;
  body_sizes sizes = body_sizes::mixed;
};

struct start_options {
  std::string data_dir;  ///< empty: none
  std::uint32_t lanes = 1;
  std::vector<std::string> environment{};
  bool check_queues = true;
};

class test_bed {
 public:
  test_bed(const bed_settings& wanted, roster with, blow dealt);

  /// Starts a server, checks and makes the queues, and connects. Throws std::runtime_error.
  [[nodiscard]] std::unique_ptr<server_process> start(const start_options& how);
  /// Turns until `seconds` have passed, the server is gone, or `until` says so.
  template <class Until>
  void load(script& from, double seconds, Until until);
  /// Receives and deletes all there is for as long as something is owed, and at least for
  /// `seconds_min`, so that what is hidden comes out; then closes the ledger's window. What has not
  /// come `idle_seconds_max` after the last that did is lost. Nothing may be under way.
  void drain(double seconds_min = hidden_seconds_max, double idle_seconds_max = 5);
  /// kill -9, if it is not dead yet, and what follows for the ledger. Gives its exit status.
  int crash(server_process& server, script& from);
  /// SIGTERM; throws std::runtime_error unless it ends well.
  void stop(server_process& server, script& from);

  /// Longer than any visibility timeout or delay of the load.
  static constexpr double hidden_seconds_max = 1.3;

  const bed_settings settings;
  roster queues;
  bodies texts;
  ledger book;
  recorder notes;
  std::mt19937_64 dice;
  traffic through;
};

[[nodiscard]] double seconds_since(std::uint64_t began_ns) noexcept;
/// Eight digits that differ from seed to seed, for names.
[[nodiscard]] std::string suffix_of(std::uint64_t seed);

template <class Until>
void test_bed::load(script& from, double seconds, Until until) {
  const std::uint64_t began = perf::monotonic_ns();
  while (!through.broken() && !until() && seconds_since(began) < seconds) through.turn(from, 5);
}

}  // namespace millrace::crash
