// journal_bench: the engine's journal beside bare loops on the same file system, in turns, in one
// run: group commits at level disk with 16, 64 and 256 sends outstanding, and writes at level os.
//   journal_bench --dir DIR [--rounds N] [--realtime] [--results DIR] [--gate] [--quick]
// With --realtime caller and journal run in SCHED_FIFO bursts on a processor each, if permitted.
#include <sched.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "core_watch.hpp"
#include "journal_bare.hpp"
#include "journal_engine.hpp"
#include "results/run_record.hpp"
#include "stats/samples.hpp"

namespace {

using namespace millrace;
using namespace millrace::bench;
using perf::better;

struct program_options {
  std::string directory;
  std::string results;
  int rounds = 9;
  bool realtime = false;
  bool gate = false;
  bool quick = false;
};

constexpr std::uint64_t bare_bytes = std::uint64_t{256} << 20;
constexpr std::size_t outstanding_os = 640;  // messages
/// Their bodies fit into the memory that the engine keeps warm: no page faults are measured.
constexpr std::size_t records_warm = 12'800;

/// Puts a thread of this process on a processor, in SCHED_FIFO with a priority or out of it with 0.
bool place(pid_t thread, int cpu, int priority) {
  cpu_set_t where;
  CPU_ZERO(&where);
  CPU_SET(static_cast<std::size_t>(cpu), &where);
  sched_param wanted{};
  wanted.sched_priority = priority;
  return sched_setaffinity(thread, sizeof where, &where) == 0 &&
         sched_setscheduler(thread, priority != 0 ? SCHED_FIFO : SCHED_OTHER, &wanted) == 0;
}

/// The newest thread of that name.
pid_t thread_of(const std::string& name) {
  pid_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string comm;
    std::ifstream(entry.path() / "comm") >> comm;
    if (comm == name) found = std::max(found, std::stoi(entry.path().filename()));
  }
  return found;
}

class series {
 public:
  explicit series(const program_options& chosen)
      : options_(chosen), record_("journal"), cores_(0) {}

  void run() {
    for (int part = 0; part < parts; ++part) {
      const std::string directory = options_.directory + "/" + std::to_string(part);
      run_part(directory, options_.rounds * (part + 1) / parts - options_.rounds * part / parts);
      bare_.reset();
      remove(directory);
    }
  }

  int finish() {
    for (const auto& [name, values] : samples_) {
      const double middle = perf::median(values.samples);
      record_.add_metric({name, middle, values.unit, values.direction, {}, {}, values.samples});
      std::printf("%-40s %14.3f %s\n", name.c_str(), middle, values.unit.c_str());
    }
    goals();
    record_.add_parameter("rounds", std::to_string(options_.rounds));
    record_.add_parameter("scheduling", realtime_ ? "SCHED_FIFO bursts" : "normal");
    record_.add_parameter("two_cores", cores_.two() ? "yes" : "one core at times");
    record_.add_parameter("own_cores", cores_.own() ? "yes" : "taken at times");
    record_.add_parameter("engines", std::to_string(parts));
    record_.add_parameter("measured_again", std::to_string(cores_.repeated()));
    record_.add_note(
        "Each turn of engine and bare loop begins when the two processors are two cores, and is "
        "measured again when they are not at its end, or its thread had no processor for more than "
        "2 % of it (of a bare loop's syncs and of the journal's thread, which sleep, that is not "
        "known): a hypervisor gives one for both at times, or has them work for others, which "
        "slows two threads down by half and more and leaves a bare loop, alone on one, as it is.");
    record_.add_note(
        "Value is the median: of the turns for rates and ratios, of the rounds, of several turns "
        "each, for times of acks and syncs and for records_per_write; engine and bare loop took "
        "turns. Each third of the rounds has an engine and files of its own: where these lie is "
        "chosen once for each.");
    record_.add_note(
        "At level disk the caller sends when it has an answer; .prepared: it prepares its next "
        "sends while it waits for answers (client::prepare_send), as many as may be outstanding. "
        "Acks are timed from the submit. A bare loop makes its records between its syncs.");
    record_.add_note(
        "The engine is timed while all calls that may be outstanding are. Their first ones, which "
        "come all at once to threads that are parked, are first_acks_p99.");
    record_.add_note(
        "At level os there are two bare loops: bare writes the bodies alone, bare_same_bytes as "
        "many bytes a record as the journal.");
    record_.add_note("The log is in steady state: segments are used again, none is made.");
    perf::run_facts facts;
    facts.pinned_threads = realtime_;
    record_.set_facts(facts);
    record_.set_headline({"disk.n64.ratio", "os.batch10.of_same_bytes"});
    if (!options_.results.empty()) {
      std::printf("record: %s\n", record_.write(options_.results).c_str());
    }
    return options_.gate && !record_.all_gated_goals_met() ? 1 : 0;
  }

 private:
  struct cell {
    std::string unit;
    better direction = better::neither;
    std::vector<double> samples = {};
  };

  void note(const std::string& name, double value, const char* unit, better direction) {
    cell& c = samples_[name];
    c.unit = unit;
    c.direction = direction;
    c.samples.push_back(value);
  }

  /// Runs `body` in a burst: the caller on processor 0, a bare loop where the journal is, on 1.
  template <class Body>
  journal_run burst(int cpu, Body&& body) {
    constexpr int priority = 20;
    if (options_.realtime) {
      realtime_ = place(0, cpu, priority);
      for (const char* name : {"mr-journal", "mr-keeper"}) {
        const pid_t thread = thread_of(name);
        realtime_ = realtime_ && (thread == 0 || place(thread, 1, priority));
      }
    }
    journal_run run = body();
    if (options_.realtime) place(0, cpu, 0);
    return run;
  }

  void run_part(const std::string& directory, int rounds) {
    std::filesystem::create_directories(directory);
    bare_.emplace(directory + "/bare", bare_bytes);
    {
      journal_engine disk({.directory = directory + "/disk"});
      warm_up(disk);
      for (const std::size_t n : {16U, 64U, 256U}) group_commits(disk, n, rounds);
    }
    journal_engine os({.directory = directory + "/os", .level = durability::os});
    journal_engine memory({.level = durability::memory});
    warm_up(os);
    for (const std::size_t batch : {1U, 10U}) writes(os, memory, batch, rounds);
  }
  /// For the next part to find the file system as quiet as this one did.
  static void remove(const std::string& directory) {
    std::filesystem::remove_all(directory);
    ::sync();
  }

  /// Until the log is as long as it gets.
  void warm_up(journal_engine& engine) const {
    for (int i = 0; i < (options_.quick ? 2 : 10); ++i) {
      engine.run({.outstanding = 256, .batch = 10, .records = 20'000});
      engine.drain();
    }
  }

  struct disk_turn {
    journal_run mine, bare;
  };

  disk_turn turn_of(journal_engine& engine, const journal_engine::load& load) {
    disk_turn turn;
    const auto both = [&] {
      turn.mine = burst(0, [&] { return engine.run(load); });
      journal_engine::rest();
      turn.bare =
          burst(1, [&] { return bare_->group_commits(load.outstanding, turn.mine.seconds); });
      return std::max(turn.mine.stolen, turn.bare.stolen);
    };
    cores_.measure([&] { engine.drain(); }, both);
    return turn;
  }

  struct commits {
    std::string name;
    bool prepare;
    journal_run mine = {}, bare = {};
  };

  /// Each kind of turn of each part gets its share: else the first bad minutes would use up all.
  void share_patience() {
    if (options_.realtime && !options_.quick) cores_.allow(wait_seconds / (parts * kinds));
  }

  void group_commits(journal_engine& engine, std::size_t n, int rounds) {
    share_patience();
    const std::string name = "disk.n" + std::to_string(n);
    for (int round = 0; round < rounds; ++round) {
      std::array both{commits{name, false}, commits{name + ".prepared", true}};
      for (int i = 0; i < (options_.quick ? 1 : 3); ++i) {
        for (commits& one : both) one_turn(engine, n, one);
      }
      for (commits& one : both) note_acks(one);
    }
  }

  void one_turn(journal_engine& engine, std::size_t n, commits& of) {
    const std::size_t records = std::min(n * (options_.quick ? 100 : 300), records_warm);
    const disk_turn turn =
        turn_of(engine, {.outstanding = n, .records = records, .prepare = of.prepare});
    const double rate = turn.mine.records_per_second();
    note(of.name + ".engine", rate, "1/s", better::higher);
    note(of.name + ".bare", turn.bare.records_per_second(), "1/s", better::neither);
    note(of.name + ".ratio", rate / turn.bare.records_per_second(), "ratio", better::higher);
    of.mine.add(turn.mine);
    of.bare.add(turn.bare);
  }

  void note_acks(commits& of) {
    const double bare_p99 = of.bare.quantile_ns(.99);
    note(of.name + ".records_per_write",
         static_cast<double>(of.mine.written) / static_cast<double>(of.mine.writes), "count",
         better::neither);
    note(of.name + ".ack_p50", of.mine.quantile_ns(.5), "ns", better::lower);
    note(of.name + ".ack_p99", of.mine.quantile_ns(.99), "ns", better::lower);
    note(of.name + ".first_acks_p99", of.mine.first_quantile_ns(.99), "ns", better::lower);
    note(of.name + ".bare_sync_p50", of.bare.quantile_ns(.5), "ns", better::neither);
    note(of.name + ".bare_sync_p99", bare_p99, "ns", better::neither);
    note(of.name + ".ack_p99_in_syncs", of.mine.quantile_ns(.99) / bare_p99, "ratio",
         better::lower);
  }

  /// For a bare loop to write the same bytes, of batches and padding too; rather fewer than more.
  static std::size_t records_a_piece_of(const journal_run& run) {
    const std::size_t wanted =
        (bare_log::piece_bytes * run.written + run.journal_bytes - 1) / run.journal_bytes;
    return std::max(wanted, bare_log::records_a_piece_min);
  }

  struct os_turn {
    journal_run mine, bare, same, nothing;
  };

  os_turn turn_of(journal_engine& os, journal_engine& memory, const journal_engine::load& load) {
    os_turn turn;
    const auto bare = [&](std::size_t records_a_piece) {
      return burst(1, [&] { return bare_->cached_writes(turn.mine.seconds, records_a_piece); });
    };
    const auto drain = [&] {
      memory.drain();
      os.drain();
    };
    cores_.measure(drain, [&] {
      turn.mine = burst(0, [&] { return os.run(load); });
      journal_engine::rest();
      turn.bare = bare(bare_log::piece_bytes / record_bytes);
      turn.same = bare(records_a_piece_of(turn.mine));
      turn.nothing = burst(0, [&] { return memory.run(load); });
      return std::max({turn.mine.stolen, turn.bare.stolen, turn.same.stolen, turn.nothing.stolen});
    });
    return turn;
  }

  void writes(journal_engine& os, journal_engine& memory, std::size_t batch, int rounds) {
    share_patience();
    const std::string name = "os.batch" + std::to_string(batch);
    const journal_engine::load load{
        .outstanding = outstanding_os / batch, .batch = batch, .records = records_warm};
    for (int i = 0; i < rounds * (options_.quick ? 1 : 5); ++i) {
      const os_turn turn = turn_of(os, memory, load);
      const double rate = turn.mine.records_per_second();
      const auto rate_beside = [&](const std::string& what, const journal_run& other,
                                   const std::string& share, better direction) {
        note(name + what, other.records_per_second(), "1/s", direction);
        note(name + share, rate / other.records_per_second(), "ratio", better::higher);
      };
      note(name + ".engine", rate, "1/s", better::higher);
      rate_beside(".memory", turn.nothing, ".of_memory", better::higher);
      rate_beside(".bare", turn.bare, ".ratio", better::neither);
      rate_beside(".bare_same_bytes", turn.same, ".of_same_bytes", better::neither);
    }
  }

  void goals() {
    const auto goal = [&](const std::string& name, const char* relation, double bound, bool gated) {
      const double value = perf::median(samples_.at(name).samples);
      record_.add_goal({name, value, relation, bound, gated});
      std::printf("  %-40s %8.3f %s %.2f\n", name.c_str(), value, relation, bound);
    };
    const bool gated = realtime_ && cores_.two() && cores_.own();
    for (const char* how : {"", ".prepared"}) {
      for (const char* n : {"16", "64", "256"}) {
        const std::string name = std::string("disk.n") + n + how;
        goal(name + ".ratio", ">=", 0.85, gated);
        goal(name + ".ack_p99_in_syncs", "<=", 2, gated);
      }
    }
    goal("os.batch10.of_same_bytes", ">=", 0.7, gated);
    goal("os.batch10.ratio", ">=", 0.7, gated);
  }

  static constexpr int wait_seconds = 240;
  static constexpr int parts = 3;
  static constexpr int kinds = 5;  // three of group commits, two of writes

  const program_options options_;
  perf::run_record record_;
  std::optional<bare_log> bare_;
  core_watch cores_;
  std::map<std::string, cell> samples_;
  bool realtime_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  program_options chosen;
  CLI::App app{"The journal beside bare loops on the same file system, in one interleaved run"};
  app.add_option("--dir", chosen.directory, "a directory on the file system; emptied by you")
      ->required();
  app.add_option("--rounds", chosen.rounds, "of several turns; each turn is a sample")
      ->check(CLI::Range(3, 1001));
  app.add_flag("--realtime", chosen.realtime, "measure in SCHED_FIFO bursts, if permitted");
  app.add_option("--results", chosen.results, "write the record below this folder");
  app.add_flag("--gate", chosen.gate, "exit 1 when a goal is missed");
  app.add_flag("--quick", chosen.quick, "short runs, to see that all works");
  CLI11_PARSE(app, argc, argv);
  try {
    std::filesystem::create_directories(chosen.directory);
    series all(chosen);
    all.run();
    return all.finish();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "journal_bench: %s\n", error.what());
    return 2;
  }
}
