// Rates, shares and percentiles from the raw counts.

#include "load/load_report.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace millrace::perf {

namespace {

constexpr double generator_full = 0.95;
constexpr double server_full = 0.8;

double per_second(const load_outcome& outcome, std::uint64_t count) {
  const double seconds = outcome.measured.seconds;
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

/// Microseconds of `cpu_ns` a request.
double us_a_request(const load_outcome& outcome, std::uint64_t cpu_ns) {
  const auto requests = static_cast<double>(outcome.measured.requests);
  return requests > 0 ? static_cast<double>(cpu_ns) / 1e3 / requests : 0;
}

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 400> line{};
  std::snprintf(line.data(), line.size(), pattern, values...);
  return line.data();
}

nlohmann::ordered_json times(const histogram& values) {
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e3; };
  return {{"count", values.count()},
          {"mean", values.mean() / 1e3},
          {"p50", us(values.percentile(50))},
          {"p99", us(values.percentile(99))},
          {"p99_9", us(values.percentile(99.9))},
          {"max", us(values.max())}};
}

}  // namespace

double load_outcome::generator_busy() const noexcept {
  return measured.seconds > 0
             ? static_cast<double>(measured.generator_cpu_ns) / 1e9 / measured.seconds
             : 0;
}
double load_outcome::server_busy() const noexcept {
  return measured.seconds > 0 ? static_cast<double>(measured.server_cpu_ns) / 1e9 / measured.seconds
                              : 0;
}
bool load_outcome::is_limited_by_generator() const noexcept {
  return generator_busy() > generator_full && server_busy() < server_full;
}

std::string report_text(const load_options& options, const load_outcome& outcome) {
  const phase_result& run = outcome.measured;
  std::string text =
      format("CLOSED LOOP  %s, %zu connections, body %zu bytes, %.2f s: times are service times\n",
             std::string(options.plan->name).c_str(), options.connections, options.body_bytes,
             run.seconds);
  text += format("requests %12.0f /s   messages %12.0f /s   cycles %12.0f /s\n",
                 per_second(outcome, run.requests), per_second(outcome, run.messages),
                 per_second(outcome, run.cycles));
  for (std::size_t i = 0; i < operation_count; ++i) {
    const histogram& values = run.service[i];
    if (values.count() == 0) continue;
    text += format("%-14s p50 %9.1f us   p99 %9.1f us   max %9.1f us   n %llu\n",
                   std::string(to_string(static_cast<operation>(i))).c_str(),
                   static_cast<double>(values.percentile(50)) / 1e3,
                   static_cast<double>(values.percentile(99)) / 1e3,
                   static_cast<double>(values.max()) / 1e3,
                   static_cast<unsigned long long>(values.count()));
  }
  text += format("generator %.2f us CPU a request, %.0f %% busy, %s%s\n",
                 us_a_request(outcome, run.generator_cpu_ns), 100 * outcome.generator_busy(),
                 outcome.transport.c_str(),
                 outcome.is_limited_by_generator() ? ": IT WAS THE LIMIT, this run is void" : "");
  if (options.server_process) {
    text += format("server %.2f us CPU a request, %.0f %% of a core, %.1f MiB resident\n",
                   us_a_request(outcome, run.server_cpu_ns), 100 * outcome.server_busy(),
                   static_cast<double>(outcome.server_resident_bytes.value_or(0)) / 0x1p20);
  }
  text += format("lost %llu, duplicated %llu, foreign %llu, errors %llu, empty receives %llu\n",
                 static_cast<unsigned long long>(outcome.lost),
                 static_cast<unsigned long long>(outcome.duplicated),
                 static_cast<unsigned long long>(outcome.foreign),
                 static_cast<unsigned long long>(outcome.errors),
                 static_cast<unsigned long long>(outcome.empty_receives));
  if (outcome.errors != 0) text += "first error: " + outcome.first_error + "\n";
  return text;
}

std::string report_json(const load_options& options, const load_outcome& outcome) {
  const phase_result& run = outcome.measured;
  nlohmann::ordered_json root = {{"tool", "millrace_load"},
                                 {"loop", "closed"},
                                 {"workload", options.plan->name},
                                 {"connections", options.connections},
                                 {"body_bytes", options.body_bytes},
                                 {"backlog", options.backlog},
                                 {"seconds", run.seconds},
                                 {"requests", run.requests},
                                 {"messages", run.messages},
                                 {"cycles", run.cycles},
                                 {"requests_per_second", per_second(outcome, run.requests)},
                                 {"messages_per_second", per_second(outcome, run.messages)},
                                 {"cycles_per_second", per_second(outcome, run.cycles)}};
  root["generator"] = {{"cpu_us_per_request", us_a_request(outcome, run.generator_cpu_ns)},
                       {"busy", outcome.generator_busy()},
                       {"transport", outcome.transport},
                       {"rate_needs_server_cpu", outcome.rate_needs_server_cpu()},
                       {"limited_the_run", outcome.is_limited_by_generator()}};
  if (options.server_process) {
    root["server"] = {{"cpu_us_per_request", us_a_request(outcome, run.server_cpu_ns)},
                      {"busy", outcome.server_busy()},
                      {"resident_bytes", outcome.server_resident_bytes.value_or(0)}};
  }
  root["service_us"] = times(run.all_service());
  for (std::size_t i = 0; i < operation_count; ++i) {
    if (run.service[i].count() == 0) continue;
    root["service_us_by_operation"][std::string(to_string(static_cast<operation>(i)))] =
        times(run.service[i]);
  }
  root["checks"] = {{"lost", outcome.lost},
                    {"duplicated", outcome.duplicated},
                    {"foreign", outcome.foreign},
                    {"errors", outcome.errors},
                    {"first_error", outcome.first_error},
                    {"empty_receives", outcome.empty_receives},
                    {"throttled", outcome.throttled},
                    {"md5_checked", outcome.md5_checked}};
  return root.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace millrace::perf
