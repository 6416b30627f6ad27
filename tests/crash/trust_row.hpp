// One promise and what a run says of it: a line of JSON, from which scripts/promises makes
// results/trust.json and docs/promises.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace millrace::crash {

struct trust_row {
  std::string id;    ///< of the promise: "J1"
  std::string test;  ///< "kill_disk", "power_cut"
  std::string unit;  ///< what a trial is, in plural: "kills"
  std::uint64_t trials = 0;
  std::uint64_t violations = 0;
  std::vector<std::pair<std::string, double>> details{};  ///< figures beside it
};

/// What all rows of a run share.
struct trust_run {
  std::uint64_t seed = 0;
  double duration_s = 0;
  bool is_void = false;
  std::string not_run{};  ///< why not; empty: it ran
};

/// A command without what names a place of this machine, and without the options of that.
std::string without_places(std::span<const std::string> words);

/// Writes the rows to a file, in place of what it held, each with the build, the time and what this
/// process was asked for. Throws std::runtime_error when it cannot.
void write_trust(const std::string& path, const trust_run& run, const std::vector<trust_row>& rows);

}  // namespace millrace::crash
