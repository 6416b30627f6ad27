// report_example DIRECTORY: writes a record as a sweep would make it, from single-server queues
// that are simulated, so that the report and the schema are tested on a full one. Prints its id.

#include <cmath>
#include <cstdio>
#include <exception>
#include <memory>

#include "hist/hlog.hpp"
#include "results/run_record.hpp"
#include "stats/samples.hpp"

namespace {

using namespace millrace::perf;

constexpr double service_ns = 2000;
constexpr double capacity_per_second = 1e9 / service_ns;
constexpr int messages = 200'000;

/// Times in a queue with one server, random arrivals and random service, at `load` of its capacity.
histogram simulate(double load, sample_generator& random) {
  histogram values;
  double waiting = 0;
  for (int i = 0; i < messages; ++i) {
    const double service = -service_ns * std::log(1 - random.unit());
    const double pause = -service_ns / load * std::log(1 - random.unit());
    values.record(static_cast<std::uint64_t>(waiting + service));
    waiting = std::fmax(0, waiting + service - pause);
  }
  return values;
}

load_point point_of(double load, const histogram& values) {
  load_point point;
  point.series = "send";
  point.offered_per_second = load * capacity_per_second;
  point.achieved_per_second = std::fmin(1, load) * capacity_per_second;
  point.samples = values.count();
  if (load >= 1) {
    point.withheld = "saturated: the queue grew without end";
    return point;
  }
  for (const double percent : {50.0, 99.0, 99.9}) {
    const auto ns = static_cast<double>(values.percentile(percent));
    const double half = 0.02 + load * percent / 800;
    point.percentiles.push_back({.percent = percent,
                                 .ns = ns,
                                 .low_ns = ns * (1 - half),
                                 .high_ns = ns * (1 + half),
                                 .effective = 2000});
  }
  point.max_ns = static_cast<double>(values.max());
  point.schedule_lag_p99_ns = 900;
  return point;
}

void write_seconds(run_record& record, const histogram& values) {
  for (std::uint64_t second = 0; second < 12; ++second) {
    const std::uint64_t late = second == 7 ? 900 : 0;
    series_row row;
    row.at_s = static_cast<double>(second + 1);
    row.counts = {.offered = 9'000,
                  .sent = 9'000 - late / 10,
                  .done = 9'000 - late,
                  .backlog = late,
                  .p50_ns = static_cast<double>(values.percentile(50)),
                  .p99_ns = static_cast<double>(values.percentile(99) + late * 1000),
                  .schedule_lag_p99_ns = 900};
    row.noise.seconds = 1;
    row.noise.has_pressure = true;
    row.noise.steal_percent = second == 7 ? 3.5 : 0.1;
    row.noise.pressure_percent = second == 7 ? 35 : 4;
    row.noise.involuntary_switches_per_second = 12;
    row.mhz = 2300;
    row.resident_bytes = 30'000'000;
    record.add_second(row);
  }
}

/// Twelve seconds in fifths, at half of the capacity, with a stall of 50 ms in the eighth second.
std::string course_of_time(sample_generator& random) {
  hlog_writer log(0);
  for (int fifth = 0; fifth < 60; ++fifth) {
    const bool stalled = fifth == 36;
    const auto values = std::make_unique<histogram>();
    for (int i = 0; i < 2000; ++i) {
      const double waited = stalled ? 5e7 * random.unit() : 0;
      values->record(
          static_cast<std::uint64_t>(waited - 2 * service_ns * std::log(1 - random.unit())));
    }
    log.add(fifth * 0.2, 0.2, *values, "");
  }
  return log.text();
}

std::string write(const char* directory) {
  run_record record("example");
  record.add_parameter("queue", "one server, simulated; <b>no markup</b> & \"quotes\"");
  sample_generator random(17);
  hlog_writer log(0);
  for (const double load : {0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.05}) {
    const auto values = std::make_unique<histogram>(simulate(load, random));
    record.add_point(point_of(load, *values));
    if (load == 0.5 || load == 0.95) log.add(0, 1, *values, load == 0.5 ? "half" : "full");
    if (load == 0.9) write_seconds(record, *values);
  }
  record.add_attachment("send.hlog", log.text());
  record.add_attachment("delivery.hlog", course_of_time(random));
  record.add_metric({.name = "send.rate_at_slo",
                     .value = 0.9 * capacity_per_second,
                     .unit = "1/s",
                     .direction = better::higher,
                     .low = 0.88 * capacity_per_second,
                     .high = 0.91 * capacity_per_second,
                     .samples = {440'000, 450'000, 455'000}});
  record.add_goal({.name = "rate_at_slo", .value = 450'000, .relation = ">=", .bound = 400'000});
  record.add_goal(
      {.name = "p99_ms", .value = 0.1, .relation = "<=", .bound = 0.05, .gated = false});
  record.set_instrument({.ns_per_message = 1.6, .percent = 0.9, .stamped_one_in = 16});
  record.add_note("Simulated: these figures are of no machine.");
  return record.write(directory);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: report_example DIRECTORY\n", stderr);
    return 2;
  }
  try {
    std::printf("%s\n", write(argv[1]).c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "report_example: %s\n", error.what());
    return 1;
  }
}
