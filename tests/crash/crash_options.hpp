// What the user asks of crash_driver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "roster.hpp"

namespace millrace::crash {

enum class test_kind : std::uint8_t { control, kill, power_cut, disk_full, io_error, at_rest };

struct crash_options {
  test_kind kind = test_kind::kill;
  std::string server;                 ///< path of millraced
  std::uint64_t cycles = 100;         ///< crashes, cuts, fills, faults or flips
  std::uint64_t ci_cycles = 0;        ///< 0: the same
  std::uint64_t seed = 0;             ///< 0: of the clock
  level held_to = level::disk;        ///< what the driver holds the server to
  std::optional<level> server_level;  ///< what the server is told; default: the same
  std::vector<std::uint32_t> lanes{1};
  std::size_t connections = 8;
  std::uint64_t drain_every = 250;
  double seconds_max = 0;
  bool expect_loss = false;    ///< succeed only when messages are found to be lost
  double operations_min = 20;  ///< a crash, else the run is void
  double hit_share_min = 0.5;  ///< crashes with changes under way, else the run is void
  std::string preload;         ///< library of the injected errors
  std::string trust_file;
  std::string test_name;  ///< in the trust file
};

/// Parses; on --help or an error prints and gives the exit code (0 or 2) in `exit_code` instead.
[[nodiscard]] std::optional<crash_options> parse_crash_options(int argc, char** argv,
                                                               int& exit_code);

}  // namespace millrace::crash
