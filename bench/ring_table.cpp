// ring_table: the rings beside other queues in one interleaved run, the gates that the project
// promises, and the record of it. Runs in SCHED_FIFO bursts where permitted; reports only
// where not, or where the hypervisor gave one core for two.
//   ring_table [--repeats N] [--case NAME]... [--json FILE] [--results DIR] [--gate]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>

#include "results/run_record.hpp"
#include "ring_cases.hpp"
#include "stats/samples.hpp"

namespace {

using millrace::bench::ring_series;
using millrace::perf::better;
using millrace::perf::goal;
using millrace::perf::run_record;

struct table_case {
  std::string name;
  std::string title;
  std::function<void(ring_series&)> run;
};

const std::vector<table_case>& cases() {
  static const std::vector<table_case> all{
      {"throughput", "one producer, one consumer, 1 MiB: ns a record",
       millrace::bench::run_throughput},
      {"round_trip", "64-byte message there and back: ns", millrace::bench::run_round_trip},
      {"fanout", "one producer, two consumers on one core, 64 bytes: ns a record",
       millrace::bench::run_fanout},
      {"mesh", "two producers, no consumer, 64 bytes: ns an item", millrace::bench::run_mesh},
      {"collapse", "batch 1, one side handicapped: ns a record net of the handicap",
       millrace::bench::run_collapse},
  };
  return all;
}

using sample_list = std::vector<double>;  ///< one a repeat

/// The middle of above / below, repeat by repeat: what is measured in one repeat is measured within
/// a second, and this machine's processors move closer together and apart within minutes.
double paired_ratio(const sample_list& above, const sample_list& below) {
  sample_list ratios(std::min(above.size(), below.size()));
  std::ranges::transform(above, below, ratios.begin(), std::divides());
  return millrace::perf::median(ratios);
}

struct extremes {
  sample_list slowest;
  sample_list fastest;
};
/// Of the cells whose name begins with `prefix`, in each repeat; there is at least one.
extremes extremes_of(const ring_series& series, const std::string& prefix) {
  extremes found;
  for (const auto& [name, cell] : series.all()) {
    if (name.rfind(prefix, 0) != 0) continue;
    if (found.slowest.empty()) found = {cell, cell};
    for (std::size_t i = 0; i < cell.size(); ++i) {
      found.slowest[i] = std::max(found.slowest[i], cell[i]);
      found.fastest[i] = std::min(found.fastest[i], cell[i]);
    }
  }
  // a cell that seems to cost nothing was measured wrong, and no spread is small enough to hide it
  constexpr double least_ns = 0.1;
  for (double& ns : found.fastest) ns = std::max(ns, least_ns);
  return found;
}

/// The promises of the cases that ran.
std::vector<goal> goals_of(const ring_series& series, bool gated) {
  std::vector<goal> goals;
  const auto ratio = [&](const std::string& name, const std::string& above,
                         const std::string& below, const std::string& relation, double bound) {
    const auto& all = series.all();
    if (!all.contains(above) || !all.contains(below)) return;
    goals.push_back({name, paired_ratio(all.at(above), all.at(below)), relation, bound, gated});
  };
  ratio("s64.b1.times_faster_than_boost_spsc", "throughput.s64.b1.boost_spsc_push_pop",
        "throughput.s64.b1.millrace", ">=", 5);
  ratio("s64.b64.times_faster_than_boost_spsc", "throughput.s64.b64.boost_spsc_push_pop",
        "throughput.s64.b64.millrace", ">=", 1.3);
  ratio("s64.b64.times_faster_than_boost_spsc_bulk", "throughput.s64.b64.boost_spsc_bulk",
        "throughput.s64.b64.millrace", ">=", 1.3);
  ratio("round_trip.p50_over_raw_slot", "round_trip.millrace.p50", "round_trip.raw_slot.p50",
        "<=", 1.3);
  ratio("mesh.times_faster_than_boost_queue", "mesh.boost_queue", "mesh.millrace_inboxes",
        ">=", 10);
  for (const char* sizes : {"uniform", "mixed"}) {
    const std::string prefix = std::string("collapse.") + sizes;
    const std::string plain = prefix + ".wall.producer_0";
    if (!series.all().contains(plain)) continue;
    const auto add = [&](const std::string& name, double value, bool gate) {
      goals.push_back({prefix + name, value, "<=", 2, gate && gated});
    };
    const extremes work = extremes_of(series, prefix + ".work.");
    const extremes wall = extremes_of(series, prefix + ".wall.");
    add(".work_slowest_over_fastest", paired_ratio(work.slowest, work.fastest), true);
    add(".wall_slowest_over_unhandicapped", paired_ratio(wall.slowest, series.all().at(plain)),
        true);
    // for comparison: writing over reading, mostly
    add(".wall_slowest_over_fastest", paired_ratio(wall.slowest, wall.fastest), false);
  }
  return goals;
}

void fill(run_record& record, const ring_series& series, const std::vector<goal>& goals) {
  record.add_parameter("repeats", std::to_string(series.repeats()));
  record.add_parameter("scheduling", series.realtime() ? "SCHED_FIFO bursts" : "normal");
  record.add_parameter("two_cores", series.two_cores() ? "yes" : "one core at times");
  for (const auto& [name, samples] : series.all()) {
    const auto spread = series.of(name);
    record.add_metric(
        {name, spread.middle, "ns", better::lower, std::nullopt, std::nullopt, samples});
  }
  for (const goal& one : goals) record.add_goal(one);
  record.add_note(
      "Value is the median of the repeats; competitors took turns within one run."
      " Goals compare repeat by repeat.");
  record.add_note("\"_patient\": the consumer waits like ours does; not gated, for comparison.");
  millrace::perf::run_facts facts;
  facts.out_of_order = series.errors();
  facts.pinned_threads = true;
  record.set_facts(facts);
  record.set_headline({"throughput.s64.b1.millrace", "round_trip.millrace.p50"});
}

}  // namespace

int main(int argc, char** argv) {
  int repeats = 9;
  std::vector<std::string> wanted;
  std::string json;
  std::string results;
  bool gate = false;
  CLI::App app{"Rings beside other queues, in one interleaved run"};
  app.add_option("--repeats", repeats, "samples of each cell")->check(CLI::Range(3, 1001));
  app.add_option("--case", wanted, "throughput, round_trip, fanout, mesh or collapse")
      ->check(CLI::IsMember({"throughput", "round_trip", "fanout", "mesh", "collapse"}));
  app.add_option("--json", json, "write the record to this file");
  app.add_option("--results", results, "write the record below this folder");
  app.add_flag("--gate", gate, "exit 1 when a promise is missed");
  CLI11_PARSE(app, argc, argv);
  if (!millrace::bench::has_two_cores()) {
    std::puts("ring_table needs two processors; not measured");
    return gate ? 0 : 2;
  }

  run_record record("rings");
  ring_series series(repeats);
  for (const table_case& one : cases()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), one.name) == wanted.end()) {
      continue;
    }
    one.run(series);
    series.print(one.title, one.name + ".");
  }
  const bool gated = series.realtime() && series.two_cores();
  const std::vector<goal> goals = goals_of(series, gated);
  fill(record, series, goals);
  std::printf("\npromises (%s)\n", gated               ? "gated"
                                   : series.realtime() ? "the cores were one: reported only"
                                                       : "not real-time: reported only");
  for (const goal& one : goals) {
    std::printf("  %-58s %9.2f  %s %.2f  %s\n", one.name.c_str(), one.value, one.relation.c_str(),
                one.bound, millrace::perf::is_met(one) ? "met" : "MISSED");
  }
  std::printf("errors: %llu\n", static_cast<unsigned long long>(series.errors()));
  if (!results.empty()) std::printf("record: %s\n", record.write(results).c_str());
  if (!json.empty()) {
    const std::filesystem::path folder = json + ".record";
    const std::string id = record.write(folder.string());
    std::filesystem::copy_file(folder / id / "run.json", json,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::remove_all(folder);
  }
  if (series.errors() != 0) return 1;
  return gate && !record.all_gated_goals_met() ? 1 : 0;
}
