// history_program: what the programs share that run histories of one kind from seeds: their command
// line, their loop and their exit codes. 1: something is broken; 3: void, too little happened.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "support/trust_note.hpp"

namespace millrace::sim {

struct histories_wanted {
  double seconds = 0;
  std::uint64_t histories = 0;
  std::uint64_t seed = 1;
  bool one = false;
  std::string trust;
};

/// Ends the program with code 2 where nothing is wanted.
inline histories_wanted histories_from(int argc, char** argv, const char* program) {
  histories_wanted o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--seconds") o.seconds = std::strtod(argv[i + 1], nullptr);
    if (name == "--histories") o.histories = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--first-seed" || name == "--seed") {
      o.seed = std::strtoull(argv[i + 1], nullptr, 10);
    }
    o.one |= name == "--seed";
    if (name == "--trust") o.trust = argv[i + 1];
  }
  if (o.seconds > 0 || o.histories != 0 || o.one) return o;
  std::fprintf(stderr, "%s --seconds S | --histories N [--first-seed N] [--trust FILE]; --seed N\n",
               program);
  std::exit(2);
}

/// What a program tells of its histories.
struct histories_report {
  std::vector<std::pair<const char*, std::uint64_t>> counts;
  std::vector<test::trust_note> notes;  ///< without violations
  bool little = false;
};

/// report(tally) -> histories_report.
template <class History, class Tally, class Report>
int run_histories(const histories_wanted& o, Report&& report) {
  Tally tally;
  const std::int64_t began = base::monotonic_ns();
  const auto seconds = [&] { return static_cast<double>(base::monotonic_ns() - began) / 1e9; };
  std::string broken;
  std::uint64_t seed = o.seed;
  do {
    broken = History(seed).run(tally);
    if (!broken.empty()) break;
    ++seed;
  } while (!o.one && (tally.histories < o.histories || seconds() < o.seconds));
  histories_report told = report(tally);
  for (const auto& [what, n] : told.counts) {
    std::printf("%-10s %llu\n", what, static_cast<unsigned long long>(n));
  }
  std::printf("%.1f s\n", seconds());
  for (test::trust_note& note : told.notes) note.violations = broken.empty() ? 0 : 1;
  if (broken.empty() && !o.one && told.little) {
    std::puts("VOID: too little happened");
    return 3;
  }
  test::write_notes(o.trust, o.seed, seconds(), told.notes);
  if (broken.empty()) return 0;
  std::printf("BROKEN by seed %llu: %s\n", static_cast<unsigned long long>(seed), broken.c_str());
  return 1;
}

}  // namespace millrace::sim
