#include "results/run_text.hpp"

#include <algorithm>
#include <cmath>

#include "report/format.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t samples_for_rank_test = 8;

std::string shown_interval(const metric& figure) {
  if (!figure.low || !figure.high) return {};
  return "  [" + value_text(*figure.low, figure.unit) + ", " +
         value_text(*figure.high, figure.unit) + "]";
}

std::string point_text(const load_point& point) {
  std::string text = format("  %-12s offered %12s /s  achieved %12s /s", point.series.c_str(),
                            number_text(point.offered_per_second).c_str(),
                            number_text(point.achieved_per_second).c_str());
  if (!point.withheld.empty()) return text + "  withheld: " + point.withheld + "\n";
  for (const point_percentile& each : point.percentiles) {
    text += "  " + percentile_text(each.percent) + " " + time_text(each.ns);
    if (each.low_ns && each.high_ns) {
      text += " [" + time_text(*each.low_ns) + ", " + time_text(*each.high_ns) + "]";
    }
  }
  return text + "\n";
}

/// "name: a, not b" for each fact that differs or that one side lacks.
std::string differences(const named_texts& a, const named_texts& b) {
  const auto find = [](const named_texts& in, const std::string& name) -> std::string {
    for (const auto& [held, value] : in) {
      if (held == name) return value;
    }
    return "nothing";
  };
  std::string text;
  const auto say = [&text](const std::string& name, const std::string& first,
                           const std::string& second) {
    if (!text.empty()) text += "; ";
    text.append(name).append(": ").append(first).append(", then ").append(second);
  };
  for (const auto& [name, value] : a) {
    const std::string other = find(b, name);
    if (other != value) say(name, value, other);
  }
  for (const auto& [name, value] : b) {
    if (find(a, name) == "nothing") say(name, "nothing", value);
  }
  return text;
}

std::string change_text(const metric& a, const metric& b) {
  const double change = 100 * (b.value / a.value - 1);
  if (!std::isfinite(change)) return "     n/a";
  std::string text = format("%+7.1f %%", change);
  if (a.samples.size() >= samples_for_rank_test && b.samples.size() >= samples_for_rank_test) {
    text += format("  p %.4f", mann_whitney_p(a.samples, b.samples));
  } else if (a.low && a.high && b.low && b.high) {
    const bool apart = *a.high < *b.low || *b.high < *a.low;
    text += apart ? "  intervals apart" : "  intervals overlap";
  }
  return text;
}

}  // namespace

std::string list_text(const std::vector<index_entry>& entries) {
  std::string text;
  for (const index_entry& entry : entries) {
    text += format("%-26s %-12s %-12s %-8s %-7s", entry.id.c_str(), entry.suite.c_str(),
                   entry.commit.c_str(), entry.trust.c_str(), entry.goals_met ? "" : "MISSED");
    for (const auto& [name, value] : entry.headline) text += "  " + name + " " + number_text(value);
    text += "\n";
  }
  return text;
}

std::string run_text(const stored_run& run) {
  std::string text = run.suite + "  " + run.id + "  finished " + run.finished_at + "  commit " +
                     run.commit + (run.modified ? " with changes" : "") + "\ntrust  " +
                     run.verdict + "\n";
  for (const std::string& reason : run.reasons) text += "  " + reason + "\n";
  text +=
      format("machine  %s  %.0f s, steal %.2f %%, pressure %.1f %%, switches %.0f /s\n",
             run.env_key.substr(0, 12).c_str(), run.observed.seconds, run.observed.steal_percent,
             run.observed.pressure_percent, run.observed.involuntary_switches_per_second);
  if (run.instrument) {
    text += format("instrument  %.1f ns a message (%.1f %%), one stamp in %llu\n",
                   run.instrument->ns_per_message, run.instrument->percent,
                   static_cast<unsigned long long>(run.instrument->stamped_one_in));
  }
  if (!run.points.empty()) text += "loads\n";
  for (const load_point& point : run.points) text += point_text(point);
  text += "metrics\n";
  for (const metric& each : run.metrics) {
    text += format("  %-56s %18s", each.name.c_str(), value_text(each.value, each.unit).c_str()) +
            shown_interval(each) + "\n";
  }
  if (!run.goals.empty()) text += "goals\n";
  for (const goal& each : run.goals) {
    text += format("  %-56s %18s %s %s  %s\n", each.name.c_str(), number_text(each.value).c_str(),
                   each.relation.c_str(), number_text(each.bound).c_str(),
                   is_met(each) ? "met"
                   : each.gated ? "MISSED"
                                : "missed, not gated");
  }
  for (const std::string& note : run.notes) text += "note  " + note + "\n";
  return text;
}

std::vector<std::string> reasons_against_comparison(const stored_run& a, const stored_run& b) {
  std::vector<std::string> reasons;
  if (a.env_key != b.env_key) {
    reasons.push_back("another machine or build: " + differences(a.identity, b.identity));
  }
  if (a.workload_sha256 != b.workload_sha256) {
    const std::string which = differences(a.parameters, b.parameters);
    reasons.push_back("another workload: " +
                      (which.empty() ? a.suite + ", then " + b.suite : which));
  }
  for (const stored_run* run : {&a, &b}) {
    if (run->verdict != "good") reasons.push_back(run->id + " is " + run->verdict);
  }
  if (a.id != b.id) {
    reasons.push_back(
        "they ran at different times: a change may be the machine's; millrace ab "
        "compares builds side by side");
  }
  return reasons;
}

std::string diff_text(const stored_run& a, const stored_run& b) {
  std::string text = format("%-48s %18s %18s    change\n", "", a.id.c_str(), b.id.c_str());
  std::size_t shared = 0;
  for (const metric& first : a.metrics) {
    const auto second = std::find_if(b.metrics.begin(), b.metrics.end(), [&](const metric& each) {
      return each.name == first.name && each.unit == first.unit;
    });
    if (second == b.metrics.end()) continue;
    ++shared;
    text +=
        format("%-48s %18s %18s  ", first.name.c_str(), value_text(first.value, first.unit).c_str(),
               value_text(second->value, second->unit).c_str()) +
        change_text(first, *second) + "\n";
  }
  text += format("%zu metrics in both, %zu only in the first, %zu only in the second\n", shared,
                 a.metrics.size() - shared, b.metrics.size() - shared);
  for (const std::string& reason : reasons_against_comparison(a, b)) {
    text += "not a verdict: " + reason + "\n";
  }
  return text;
}

}  // namespace millrace::perf
