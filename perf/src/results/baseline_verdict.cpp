#include "results/baseline_verdict.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "report/format.hpp"
#include "stats/student.hpp"

namespace millrace::perf {

namespace {

constexpr std::size_t samples_min = 3;
constexpr double error_rate = 0.01;  ///< of all figures of a record together
constexpr double miss_rate = 0.20;
constexpr double interval_z = 1.959964;
constexpr double degrees_of_interval = 1e4;  ///< as good as the normal distribution

/// A figure on the logarithmic scale, where a ratio is a difference.
struct log_figure {
  double mean = 0;
  double variance = 0;  ///< of the mean
  double degrees = 0;
};

std::optional<log_figure> log_of(const metric& figure) {
  if (figure.samples.size() >= samples_min) {
    log_figure made;
    const auto count = static_cast<double>(figure.samples.size());
    for (const double each : figure.samples) {
      if (!(each > 0)) return std::nullopt;
      made.mean += std::log(each) / count;
    }
    for (const double each : figure.samples) {
      const double off = std::log(each) - made.mean;
      made.variance += off * off / (count * (count - 1));
    }
    made.degrees = count - 1;
    return made;
  }
  if (!figure.low || !figure.high || !(*figure.low > 0) || !(*figure.high >= *figure.low)) {
    return std::nullopt;
  }
  const double half = std::log(*figure.high / *figure.low) / 2;
  return log_figure{.mean = std::log(figure.value),
                    .variance = half * half / (interval_z * interval_z),
                    .degrees = degrees_of_interval};
}

double percent(double log_ratio) { return 100 * std::expm1(log_ratio); }

struct figure_pair {
  const metric* base;
  const metric* head;
  log_figure first, second;
};

std::vector<figure_pair> pairs_of(const stored_run& base, const stored_run& head,
                                  const std::vector<std::string>& names) {
  std::vector<figure_pair> pairs;
  for (const metric& now : head.metrics) {
    if (now.direction == better::neither) continue;
    if (std::find(names.begin(), names.end(), now.name) == names.end()) continue;
    const auto then = std::find_if(base.metrics.begin(), base.metrics.end(), [&](auto& each) {
      return each.name == now.name && each.unit == now.unit;
    });
    if (then == base.metrics.end()) continue;
    const auto first = log_of(*then), second = log_of(now);
    if (first && second) pairs.push_back({&*then, &now, *first, *second});
  }
  return pairs;
}

/// Of Welch and Satterthwaite; both variances may be 0.
double degrees_of(const log_figure& a, const log_figure& b) {
  const double sum = a.variance + b.variance;
  if (!(sum > 0)) return a.degrees + b.degrees;
  return sum * sum / (a.variance * a.variance / a.degrees + b.variance * b.variance / b.degrees);
}

figure_verdict verdict_of(const figure_pair& pair, double alpha, double limit_percent) {
  const double change = pair.second.mean - pair.first.mean;
  const double error = std::sqrt(pair.first.variance + pair.second.variance);
  const double degrees = degrees_of(pair.first, pair.second);
  const double found =
      (student_quantile(alpha / 2, degrees) + student_quantile(miss_rate, degrees)) * error;
  figure_verdict made{.name = pair.head->name,
                      .unit = pair.head->unit,
                      .base = pair.base->value,
                      .head = pair.head->value,
                      .change_percent = percent(change),
                      .detectable_percent = percent(found)};
  const double p = error > 0 ? student_p(change / error, degrees) : (change == 0 ? 1 : 0);
  const bool beyond = std::abs(change) > std::log1p(limit_percent / 100);
  if (p < alpha && beyond) {
    const bool up = change > 0;
    made.value = up == (pair.head->direction == better::higher) ? outcome::better : outcome::worse;
  } else if (made.detectable_percent <= limit_percent) {
    made.value = outcome::same;
  }
  return made;
}

std::vector<std::string> headline_of(const std::filesystem::path& results_root,
                                     const std::string& id) {
  std::vector<std::string> names;
  for (const index_entry& entry : read_index(results_root)) {
    if (entry.id != id) continue;
    for (const auto& [name, value] : entry.headline) names.push_back(name);
  }
  return names;
}

}  // namespace

const char* to_string(outcome value) noexcept {
  switch (value) {
    case outcome::better: return "better";
    case outcome::same: return "same";
    case outcome::worse: return "worse";
    case outcome::cannot_tell: break;
  }
  return "cannot tell";
}

std::vector<figure_verdict> compare_figures(const stored_run& base, const stored_run& head,
                                            const std::vector<std::string>& names,
                                            double limit_percent) {
  const auto pairs = pairs_of(base, head, names);
  const double alpha = error_rate / static_cast<double>(std::max<std::size_t>(1, pairs.size()));
  std::vector<figure_verdict> verdicts;
  for (const figure_pair& each : pairs) verdicts.push_back(verdict_of(each, alpha, limit_percent));
  return verdicts;
}

outcome gate_verdict::value() const noexcept {
  const auto has = [this](outcome wanted) {
    return std::any_of(figures.begin(), figures.end(),
                       [wanted](const figure_verdict& each) { return each.value == wanted; });
  };
  for (const outcome each : {outcome::worse, outcome::better, outcome::same}) {
    if (has(each)) return each;
  }
  return outcome::cannot_tell;
}

gate_verdict gate_of(const std::filesystem::path& results_root, const stored_run& head,
                     double limit_percent) {
  gate_verdict made{.suite = head.suite, .head = head.id, .base = {}, .reason = {}, .figures = {}};
  for (const baseline& each : read_baselines(results_root, head.env_key)) {
    if (each.suite == head.suite && each.workload_sha256 == head.workload_sha256) {
      made.base = each.run;
    }
  }
  if (made.base.empty()) {
    made.reason = "no baseline of its workload on its machine and build";
  } else if (made.base == head.id) {
    made.reason = "it is the baseline";
  } else if (head.verdict != "good") {
    made.reason = "it is " + head.verdict;
  } else {
    const stored_run base = read_run(results_root / made.base);
    if (base.verdict != "good") {
      made.reason = "its baseline is " + base.verdict;
    } else {
      made.figures = compare_figures(base, head, headline_of(results_root, head.id), limit_percent);
      if (made.figures.empty()) made.reason = "no figure of the headline has measurements in both";
    }
  }
  return made;
}

std::string gate_text(const gate_verdict& verdict) {
  std::string text = verdict.suite + "  " + verdict.head;
  if (!verdict.reason.empty()) return text + "  not compared: " + verdict.reason + "\n";
  text += "  against " + verdict.base + ": " + to_string(verdict.value()) + "\n";
  for (const figure_verdict& each : verdict.figures) {
    text +=
        format("  %-52s %16s %16s %+7.1f %%  %-11s (can detect %.1f %%)\n", each.name.c_str(),
               value_text(each.base, each.unit).c_str(), value_text(each.head, each.unit).c_str(),
               each.change_percent, to_string(each.value), each.detectable_percent);
  }
  return text;
}

}  // namespace millrace::perf
