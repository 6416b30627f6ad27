#include "run/bench_record.hpp"

#include <algorithm>
#include <ctime>

#include "hist/hlog.hpp"
#include "workload/fault.hpp"

namespace millrace::perf {

namespace {

load_point make_point(const bench_report& report, const load_result& result, const char* name,
                      const latency_series& series) {
  const bool end_to_end = &series == &result.delivery;
  load_point made;
  made.series = name;
  made.offered_per_second = result.offered_rate();
  made.achieved_per_second = end_to_end ? result.delivered_rate() : result.accepted_rate();
  made.schedule_lag_p99_ns = static_cast<double>(result.lag.all().percentile(99));
  made.samples = series.all().count();
  made.lost = result.verdict.lost;
  made.duplicated = result.verdict.duplicated;
  made.out_of_order = result.verdict.out_of_order;
  if (result.is_saturated()) {
    made.withheld = result.sends_saturated() ? "saturated: not all messages were taken in time"
                                             : "saturated: a backlog grew";
    return made;
  }
  made.max_ns = static_cast<double>(series.all().max());
  for (const double percent : {50.0, 90.0, 99.0, 99.9}) {
    const percentile_estimate seen = estimate_percentile(series, percent);
    if (!seen.is_supported() && report.plan.faults.empty()) continue;
    point_percentile one{.percent = percent, .ns = seen.ns, .effective = seen.effective};
    if (seen.interval_ns) {
      one.low_ns = seen.interval_ns->low;
      one.high_ns = seen.interval_ns->high;
    }
    made.percentiles.push_back(one);
  }
  return made;
}

void add_parameters(run_record& record, const bench_report& report) {
  const bench_workload& plan = report.plan;
  const auto number = [&](const char* name, double value) {
    std::string text = std::to_string(value);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    record.add_parameter(name, text);
  };
  record.add_parameter("workload", plan.name);
  record.add_parameter("service", std::string(to_string(plan.service)));
  record.add_parameter("target", report.target);
  record.add_parameter("seed", std::to_string(report.seed));
  number("topics", plan.topics);
  number("partitions_per_topic", plan.partitions_per_topic);
  number("body_bytes_mean", plan.size.mean());
  number("producers_per_topic", plan.producers_per_topic);
  number("subscriptions_per_topic", plan.subscriptions_per_topic);
  number("consumers_per_subscription", plan.consumers_per_subscription);
  number("consumer_service_ns_mean", plan.consumer_service.mean());
  number("test_seconds", plan.test_seconds);
  number("warm_up_seconds", plan.warm_up_seconds);
  for (const fault& each : plan.faults) record.add_parameter("fault", to_text(each));
}

std::string make_hlog(const latency_series& series) {
  hlog_writer log(static_cast<double>(std::time(nullptr)));
  const double length_s = static_cast<double>(series.slot_ns()) / 1e9;
  for (std::size_t i = 0; i < series.slots().size(); ++i) {
    log.add(static_cast<double>(i) * length_s, length_s, series.slots()[i], "");
  }
  return log.text();
}

/// Figures and facts are those of the greatest rate that did not saturate.
const load_result* best_of(const bench_report& report) {
  const load_result* best = nullptr;
  for (const auto& each : report.results) {
    if (each->is_saturated()) continue;
    if (best == nullptr || each->rate > best->rate) best = each.get();
  }
  return best;
}

void add_metrics(run_record& record, const load_result& best) {
  record.add_metric({.name = "delivered_per_second",
                     .value = best.delivered_rate(),
                     .unit = "1/s",
                     .direction = better::higher});
  const auto add = [&](const char* name, const latency_series& series, double percent) {
    const percentile_estimate seen = estimate_percentile(series, percent);
    if (!seen.is_supported()) return;
    record.add_metric({.name = name,
                       .value = seen.ns,
                       .unit = "ns",
                       .direction = better::lower,
                       .low = seen.interval_ns->low,
                       .high = seen.interval_ns->high});
  };
  add("end_to_end.p50", best.delivery, 50);
  add("end_to_end.p99", best.delivery, 99);
  add("send.p50", best.send, 50);
  add("send.p99", best.send, 99);
  record.add_attachment("end_to_end.hlog", make_hlog(best.delivery));
  record.add_attachment("send.hlog", make_hlog(best.send));
}

/// The measured seconds of all runs, one after the other as they were.
void add_seconds(run_record& record, const bench_report& report) {
  const std::uint64_t zero_ns = report.results.front()->measured_from_ns;
  for (const auto& result : report.results) {
    const double began_s = static_cast<double>(result->measured_from_ns - zero_ns) / 1e9;
    for (series_row row : result->rows) {
      if (row.at_s <= row.noise.seconds / 2) continue;  // of the warm-up
      row.at_s += began_s;
      record.add_second(row);
    }
  }
}

}  // namespace

void add_report(run_record& record, const bench_report& report) {
  add_parameters(record, report);
  run_facts facts;
  for (const auto& each : report.results) {
    record.add_point(make_point(report, *each, "end_to_end", each->delivery));
    record.add_point(make_point(report, *each, "send", each->send));
    facts.lost += each->verdict.lost;
    facts.duplicated += each->verdict.duplicated;
    facts.out_of_order += each->verdict.out_of_order;
  }
  if (report.searched) {
    record.add_metric(
        {.name = "rate_max", .value = report.max_rate, .unit = "1/s", .direction = better::higher});
  }
  add_seconds(record, report);
  const load_result* best = best_of(report);
  const load_result& shown = best != nullptr ? *best : *report.results.back();
  if (best != nullptr) {
    add_metrics(record, *best);
    const double percent = instrument_percent(report, *best);
    record.set_instrument({.ns_per_message = 2 * report.stamp_ns, .percent = percent});
  } else {
    record.add_note("no rate was borne: the facts are those of the last run");
  }
  facts.offered_per_second = shown.offered_rate();
  facts.achieved_per_second = shown.delivered_rate();
  facts.debug_build = is_debug_build();
  record.set_facts(facts);
}

}  // namespace millrace::perf
