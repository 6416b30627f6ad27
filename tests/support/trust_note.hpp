// Writes what a run says of a promise to where scripts/promises finds it, in builds that have the
// means (MILLRACE_TRUST); in others nothing. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#ifdef MILLRACE_TRUST
#include "trust_row.hpp"
#endif

namespace millrace::test {

struct trust_note {
  std::string id;    ///< of the promise
  std::string test;  ///< its name
  std::string unit;  ///< what a trial is, in plural
  std::uint64_t trials = 0;
  std::uint64_t violations = 0;
  std::vector<std::pair<std::string, double>> details{};  ///< figures beside it
};

inline void write_notes(const std::string& path, std::uint64_t seed, double seconds,
                        const std::vector<trust_note>& notes) {
#ifdef MILLRACE_TRUST
  if (path.empty()) return;
  crash::trust_run run;
  run.seed = seed;
  run.duration_s = seconds;
  std::vector<crash::trust_row> rows;
  for (const trust_note& note : notes) {
    rows.push_back({note.id, note.test, note.unit, note.trials, note.violations, note.details});
  }
  crash::write_trust(path, run, rows);
#else
  static_cast<void>(path), static_cast<void>(seed), static_cast<void>(seconds);
  static_cast<void>(notes);
#endif
}

}  // namespace millrace::test
