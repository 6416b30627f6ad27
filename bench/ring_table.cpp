// ring_table: the rings beside other queues in one interleaved run, the gates that the project
// promises, and the record of it. Runs in SCHED_FIFO bursts where permitted, else reports only.
//   ring_table [--repeats N] [--case NAME]... [--json FILE] [--results DIR] [--gate]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>

#include "results/run_record.hpp"
#include "ring_cases.hpp"

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

/// Medians of the cells whose name begins with `prefix`; at least one does.
std::vector<double> medians_of(const ring_series& series, const std::string& prefix) {
  std::vector<double> medians;
  for (const auto& [name, samples] : series.all()) {
    if (name.rfind(prefix, 0) == 0) medians.push_back(series.middle(name));
  }
  return medians;
}
double slowest_of(const ring_series& series, const std::string& prefix) {
  return std::ranges::max(medians_of(series, prefix));
}
/// Slowest over fastest. A cell that seems to cost nothing was measured wrong, and no spread is
/// small enough to hide it.
double spread_of(const ring_series& series, const std::string& prefix) {
  constexpr double least_ns = 0.1;
  const double fastest = std::ranges::min(medians_of(series, prefix));
  return slowest_of(series, prefix) / std::max(fastest, least_ns);
}

/// The promises of the cases that ran. Ratios of medians of one interleaved run.
std::vector<goal> goals_of(const ring_series& series, bool gated) {
  std::vector<goal> goals;
  const auto ratio = [&](const std::string& name, const std::string& above,
                         const std::string& below, const std::string& relation, double bound) {
    if (series.all().contains(above) && series.all().contains(below)) {
      goals.push_back({name, series.middle(above) / series.middle(below), relation, bound, gated});
    }
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
    add(".work_slowest_over_fastest", spread_of(series, prefix + ".work."), true);
    add(".wall_slowest_over_unhandicapped",
        slowest_of(series, prefix + ".wall.") / series.middle(plain), true);
    // for comparison: the producer's share of the work over the consumer's, mostly
    add(".wall_slowest_over_fastest", spread_of(series, prefix + ".wall."), false);
  }
  return goals;
}

void fill(run_record& record, const ring_series& series, const std::vector<goal>& goals) {
  record.add_parameter("repeats", std::to_string(series.repeats()));
  record.add_parameter("scheduling", series.realtime() ? "SCHED_FIFO bursts" : "normal");
  for (const auto& [name, samples] : series.all()) {
    const auto spread = series.of(name);
    record.add_metric(
        {name, spread.middle, "ns", better::lower, std::nullopt, std::nullopt, samples});
  }
  for (const goal& one : goals) record.add_goal(one);
  record.add_note("Value is the median of the repeats; competitors took turns within one run.");
  record.add_note("\"_patient\": the consumer waits like ours does; not gated, for comparison.");
  millrace::perf::run_facts facts;
  facts.out_of_order = series.errors();
  facts.pinned_threads = true;
#ifndef NDEBUG
  facts.debug_build = true;
#endif
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
  const std::vector<goal> goals = goals_of(series, series.realtime());
  fill(record, series, goals);
  std::printf("\npromises (%s)\n", series.realtime() ? "gated" : "not real-time: reported only");
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
