// The test io_error: one system call of the journal fails, the first, the second, the nth of its
// kind, at the start or under load. After a failed write or sync nothing more may be acked; after a
// restart nothing that was acked may be missing.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <random>
#include <stdexcept>

#include "fault_switch.hpp"
#include "process/cpu_time.hpp"
#include "scratch_folder.hpp"
#include "script.hpp"
#include "tests.hpp"
#include "trust_row.hpp"

namespace millrace::crash {

namespace {

constexpr double reach_seconds_max = 1.2;
constexpr double afterlife_seconds = 0.05;
/// A failure in the thread that prepares segments takes a moment to reach the one that acks.
constexpr std::uint64_t grace_ns = 10'000'000;

enum class phase : std::uint8_t { start, load };

struct fault_case {
  fault what;
  phase when = phase::load;
  /// The journal must stop for good. Without space, and after half a write, it may go on.
  [[nodiscard]] bool stops() const noexcept {
    return what.kind == FAULT_ERROR && what.error == EIO && what.site != FAULT_OPENAT;
  }
  [[nodiscard]] std::string text() const {
    return std::string(when == phase::start ? "start" : "load") + ", " + to_string(what.site) +
           " " + std::to_string(what.nth) + ": " +
           (what.kind == FAULT_SHORT ? "half" : std::strerror(what.error));
  }
};

struct fault_row {
  fault_site site;
  fault_kind kind;
  int error;
  std::vector<std::uint64_t> nths;
};

std::vector<fault_case> all_cases() {
  const std::vector<fault_row> rows = {
      {FAULT_PWRITEV2, FAULT_ERROR, EIO, {1, 2, 3, 10, 50}},
      {FAULT_PWRITEV2, FAULT_ERROR, ENOSPC, {1, 5}},
      {FAULT_PWRITEV2, FAULT_SHORT, 0, {1, 2, 5, 20}},
      {FAULT_PWRITEV, FAULT_ERROR, EIO, {1, 2, 3, 10, 50}},
      {FAULT_PWRITEV, FAULT_ERROR, ENOSPC, {1, 2, 10, 50}},
      {FAULT_PWRITEV, FAULT_SHORT, 0, {1, 2, 5, 20}},
      {FAULT_FDATASYNC, FAULT_ERROR, EIO, {1, 2, 3, 10, 50}},
      {FAULT_FDATASYNC, FAULT_ERROR, ENOSPC, {1, 3}},
      {FAULT_FSYNC, FAULT_ERROR, EIO, {1, 2, 3, 5}},
      {FAULT_RENAMEAT, FAULT_ERROR, EIO, {1, 2, 3, 5}},
      {FAULT_OPENAT, FAULT_ERROR, EIO, {1, 2, 3, 5}},
      {FAULT_OPENAT, FAULT_ERROR, ENOSPC, {2, 4}},
  };
  std::vector<fault_case> all;
  for (const fault_row& row : rows) {
    for (const std::uint64_t nth : row.nths) {
      for (const phase when : {phase::start, phase::load}) {
        all.push_back({{row.site, row.kind, row.error, nth}, when});
      }
    }
  }
  return all;
}

roster fault_roster(const std::string& suffix) {
  roster made = plain_roster(suffix, 2);
  made.push_back({.rules = {.name = "os-" + suffix, .tag = level::os}});
  return made;
}

struct totals {
  std::uint64_t fired = 0, stopping = 0, not_reached = 0;
  std::uint64_t acks_after_death = 0, other_violations = 0, acked = 0;
  std::map<fault_site, std::uint64_t> fired_at;
};

class trial {
 public:
  trial(const crash_options& chosen, const std::string& folder, std::uint64_t seed)
      : data_(folder + "/data-" + std::to_string(seed)),
        faults_(chosen.preload, folder + "/control-" + std::to_string(seed), data_),
        settings_(settings_of(chosen, folder, seed)),
        bed_(settings_, fault_roster(suffix_of(seed)), blow::kill),
        script_(bed_.queues, bed_.book, bed_.notes, bed_.dice, {.present = 200, .delays = false}) {}

  /// False: the call was never made.
  bool run(const fault_case& what) {
    if (what.stops()) bed_.notes.watch_death(faults_.death());
    bed_.notes.tolerate({.refusals = true, .failures = true});
    if (what.when == phase::start) faults_.arm(what.what, grace_ns);
    break_it(what);
    if (!faults_.fired()) return false;
    bed_.notes.tolerate({});
    const auto server = bed_.start({.data_dir = data_});
    bed_.drain(0.05);
    bed_.stop(*server, script_);
    return true;
  }
  [[nodiscard]] const ledger& book() const noexcept { return bed_.book; }

 private:
  static bed_settings settings_of(const crash_options& chosen, const std::string& folder,
                                  std::uint64_t seed) {
    bed_settings made = bed_settings_of(chosen, folder);
    made.seed = seed;
    made.sizes = body_sizes::large;
    return made;
  }

  void break_it(const fault_case& what) {
    std::unique_ptr<server_process> server;
    try {
      server = bed_.start({.data_dir = data_, .environment = faults_.environment()});
    } catch (const std::runtime_error&) {
      if (!faults_.fired()) throw;
      bed_.through.close(script_);
      bed_.notes.crashed(perf::monotonic_ns());
      return;  // a server may refuse to start on a broken disk
    }
    bed_.load(script_, 0.02, [] { return false; });
    if (what.when == phase::load) faults_.arm(what.what, grace_ns);
    bed_.load(script_, reach_seconds_max, [&] { return faults_.fired(); });
    bed_.load(script_, afterlife_seconds, [] { return false; });
    if (bed_.through.broken()) {
      bed_.book.report(bed_.book.counts().errors, "the server ended by itself");
    }
    bed_.crash(*server, script_);
  }

  std::string data_;
  fault_switch faults_;
  bed_settings settings_;
  test_bed bed_;
  mixed_script script_;
};

void add(totals& to, const fault_case& what, const account& found) {
  ++to.fired;
  ++to.fired_at[what.what.site];
  to.stopping += what.stops();
  to.acks_after_death += found.acks_after_death;
  to.other_violations += found.violations() - found.acks_after_death;
  to.acked += found.acked;
}

/// One trial; prints what went wrong with it.
void try_case(const crash_options& chosen, const std::string& folder, std::uint64_t seed,
              const fault_case& what, totals& sums) {
  trial one(chosen, folder, seed);
  try {
    if (!one.run(what)) {
      ++sums.not_reached;
      return;
    }
  } catch (const std::runtime_error& error) {
    ++sums.other_violations;
    std::printf("  ! %s (seed %llu): %s\n", what.text().c_str(),
                static_cast<unsigned long long>(seed), error.what());
  }
  add(sums, what, one.book().counts());
  for (const std::string& each : one.book().findings()) {
    std::printf("  ! %s (seed %llu): %s\n", what.text().c_str(),
                static_cast<unsigned long long>(seed), each.c_str());
  }
}

std::vector<trust_row> rows_of(const crash_options& chosen, const totals& sums) {
  return {{"J3", chosen.test_name, "failed writes and syncs", sums.stopping, sums.acks_after_death},
          {"J1",
           chosen.test_name,
           "injected errors",
           sums.fired,
           sums.other_violations,
           {{"acked", static_cast<double>(sums.acked)}}}};
}

}  // namespace

int run_io_error(const crash_options& chosen) {
  scratch_folder folder;
  const std::uint64_t began = perf::monotonic_ns();
  totals sums;
  // Another order with each seed, so that a few trials are not always the same ones.
  auto cases = all_cases();
  std::shuffle(cases.begin(), cases.end(), std::mt19937_64(chosen.seed));
  for (std::uint64_t i = 0; i < chosen.cycles; ++i) {
    try_case(chosen, folder.path(), chosen.seed + i, cases[i % cases.size()], sums);
  }
  std::printf(
      "%llu errors injected, %llu of them of a write or sync, in %.1f s; %llu not reached\n",
      static_cast<unsigned long long>(sums.fired), static_cast<unsigned long long>(sums.stopping),
      seconds_since(began), static_cast<unsigned long long>(sums.not_reached));
  for (const auto& [site, count] : sums.fired_at) {
    std::printf("  %-10s %llu\n", to_string(site), static_cast<unsigned long long>(count));
  }
  std::printf("  acks after it %llu, other violations %llu\n",
              static_cast<unsigned long long>(sums.acks_after_death),
              static_cast<unsigned long long>(sums.other_violations));
  const bool is_void = chosen.cycles >= cases.size() && sums.fired_at.size() < FAULT_SITES;
  if (!chosen.trust_file.empty()) {
    write_trust(chosen.trust_file,
                {.seed = chosen.seed, .duration_s = seconds_since(began), .is_void = is_void},
                rows_of(chosen, sums));
  }
  if (sums.acks_after_death + sums.other_violations != 0) {
    folder.keep();
    std::printf("kept: %s\n", folder.path().c_str());
    return exit_violations;
  }
  if (is_void) std::puts("VOID: some kind of call never failed");
  return is_void ? exit_void : exit_ok;
}

}  // namespace millrace::crash
