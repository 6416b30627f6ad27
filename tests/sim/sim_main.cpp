// sim: the whole engine on one thread, from seeds. Exit code 1: something is broken; 3: void, too
// little happened to prove anything.
#include <malloc.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "history.hpp"
#include "sim_run.hpp"
#include "support/trust_note.hpp"

namespace millrace::sim {
namespace {

constexpr const char* usage =
    "sim --seed N [--trace]      one history, twice: the same must happen\n"
    "sim --seconds S | --histories N | --operations N\n"
    "    [--first-seed N] [--jobs N] [--trust FILE]\n";

struct options {
  run_limits limits;
  std::uint64_t seed = 0;
  bool one = false;
  bool trace = false;
  std::string trust;
};

[[noreturn]] void refuse() {
  std::fputs(usage, stderr);
  std::exit(2);
}

template <class Number>
Number number_of_text(std::string_view text) {
  Number value{};
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size()) refuse();
  return value;
}

options parse(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--trace") {
      o.trace = true;
      continue;
    }
    if (++i == argc) refuse();
    const std::string_view value = argv[i];
    const auto whole = [&] { return number_of_text<std::uint64_t>(value); };
    if (name == "--seed") {
      o.seed = whole();
      o.one = true;
    } else if (name == "--first-seed") {
      o.limits.first_seed = whole();
    } else if (name == "--histories") {
      o.limits.histories = whole();
    } else if (name == "--operations") {
      o.limits.operations = whole();
    } else if (name == "--seconds") {
      o.limits.seconds = number_of_text<double>(value);
    } else if (name == "--jobs") {
      o.limits.jobs = number_of_text<unsigned>(value);
    } else if (name == "--trust") {
      o.trust = value;
    } else {
      refuse();
    }
  }
  const run_limits& l = o.limits;
  const bool ends = l.histories != 0 || l.operations != 0 || l.seconds != 0;
  if ((!o.one && !ends) || l.jobs == 0 || l.jobs > 64) refuse();
  return o;
}

void print(const tally& counts) {
  const auto [names, count] = numbers();
  for (std::size_t i = 0; i < count; ++i) {
    std::printf("%-22s %llu\n", names[i].name,
                static_cast<unsigned long long>(counts.*names[i].number));
  }
}

int run_one(const options& o) {
  const outcome first = history(o.seed, o.trace).run();
  const outcome second = history(o.seed).run();
  print(first.counts);
  std::printf("seed %llu: hash %016llx\n", static_cast<unsigned long long>(o.seed),
              static_cast<unsigned long long>(first.hash));
  if (!first.complaint.empty()) std::printf("BROKEN: %s\n", first.complaint.c_str());
  const bool same = first.hash == second.hash;
  if (!same) std::printf("BROKEN: the second run was another one\n");
  return first.complaint.empty() && same ? 0 : 1;
}

/// Each kind of breach counts against one promise.
std::vector<test::trust_note> notes_of(const tally& t) {
  const auto broken = [&](std::initializer_list<breach> kinds) {
    std::uint64_t sum = 0;
    for (const breach b : kinds) sum += t[b];
    return sum;
  };
  using enum breach;
  return {
      {"J1",
       "simulator",
       "acked sends of level disk",
       t.acked_disk,
       broken({lost, garbled, unpurged, definition, clock}),
       {{"histories", static_cast<double>(t.histories)},
        {"operations", static_cast<double>(t.operations)}}},
      {"J2", "simulator", "crashes", t.crashes, broken({reordered, diverged})},
      {"J3", "simulator", "calls after a failure", t.calls_to_dead, broken({false_ack})},
      {"J4", "simulator", "bits turned over", t.flips, broken({undetected, false_alarm})},
      {"J6", "simulator", "full disks", t.full_disks, broken({refused, unanswered})},
      {"Q1", "simulator", "deliveries", t.deliveries, broken({unexpected, missed, outlived})},
      {"Q2", "simulator", "times hidden", t.hides, broken({early})},
      {"Q3", "simulator", "acked deletes", t.deletes, broken({resurrected})},
      {"Q6", "simulator", "counted receives", t.counted, broken({overcounted, misplaced})},
      {"Q8", "simulator", "moved messages", t.moved, broken({copied, misled})},
      {"Q9", "simulator", "turns of quiet tenants", t.fair_turns, broken({unfair})},
      {"F1", "simulator", "deliveries in groups", t.fifo_deliveries,
       broken({overtaken, unlocked, renumbered, unrepeated})},
      {"F2", "simulator", "ids used again", t.fifo_duplicates + t.fifo_renewed,
       broken({doubled, swallowed})},
  };
}

int run_many(const options& o) {
  const run_outcome run = run_histories(o.limits);
  print(run.counts);
  std::printf("%.1f s in %u processes, a second: %.0f operations, %.0f crashes\n", run.seconds,
              o.limits.jobs, static_cast<double>(run.counts.operations) / run.seconds,
              static_cast<double>(run.counts.crashes) / run.seconds);
  const bool broken = !run.found.what.empty();
  if (broken) {
    std::printf("BROKEN by seed %llu: %s\nagain: sim --seed %llu --trace\n",
                static_cast<unsigned long long>(run.found.seed), run.found.what.c_str(),
                static_cast<unsigned long long>(run.found.seed));
  }
  const std::string too_little = broken ? "" : is_void(o.limits, run);
  if (!too_little.empty()) {
    std::printf("VOID: %s\n", too_little.c_str());
    return 3;
  }
  test::write_notes(o.trust, o.limits.first_seed, run.seconds, notes_of(run.counts));
  return broken ? 1 : 0;
}

}  // namespace
}  // namespace millrace::sim

int main(int argc, char** argv) {
  // Disks come and go with each history: their memory is not to go back to the system every time.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  const millrace::sim::options o = millrace::sim::parse(argc, argv);
  return o.one ? millrace::sim::run_one(o) : millrace::sim::run_many(o);
}
