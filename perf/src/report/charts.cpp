#include "report/charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "report/format.hpp"
#include "report/svg_plot.hpp"

namespace millrace::perf {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string rate_text(double value) { return short_text(value) + "/s"; }

/// Where a share lies when every further nine takes one unit: 0.9 -> 1, 0.99 -> 2.
double nines(double share) { return -std::log10(1 - share); }

std::string nines_text(double place) {
  const auto count = std::lround(place);
  if (count == 0) return "0 %";
  if (count == 1) return "90 %";
  return count == 2 ? "99 %" : "99." + std::string(static_cast<std::size_t>(count) - 2, '9') + " %";
}

class range {
 public:
  void take(double value) {
    if (!std::isfinite(value)) return;
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  [[nodiscard]] bool is_empty() const { return low_ > high_; }
  /// A scale of durations, which may be 0.
  [[nodiscard]] axis durations() const {
    return axis::logarithmic(std::max(1.0, low_), std::max(10.0, high_));
  }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

 private:
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

std::string interval_text(const point_percentile& at) {
  std::string text = percentile_text(at.percent) + " " + time_text(at.ns);
  if (at.low_ns && at.high_ns) {
    text += " (" + time_text(*at.low_ns) + " to " + time_text(*at.high_ns) + ")";
  }
  return text;
}

std::vector<double> percents_of(const std::vector<load_point>& points) {
  std::vector<double> all;
  for (const load_point& point : points) {
    for (const point_percentile& each : point.percentiles) all.push_back(each.percent);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > svg_plot::colours) all.resize(svg_plot::colours);
  return all;
}

const point_percentile* find_percent(const load_point& point, double percent) {
  for (const point_percentile& each : point.percentiles) {
    if (each.percent == percent) return &each;
  }
  return nullptr;
}

void draw_percentile(svg_plot& plot, const std::vector<load_point>& points, double percent,
                     int colour) {
  std::vector<plot_point> line;
  std::vector<plot_band> band;
  for (const load_point& point : points) {
    const point_percentile* at = find_percent(point, percent);
    line.push_back({point.offered_per_second, at == nullptr ? nan : at->ns});
    if (at != nullptr && at->low_ns && at->high_ns) {
      band.push_back({point.offered_per_second, std::max(1.0, *at->low_ns), *at->high_ns});
    }
  }
  plot.band(band, colour);
  plot.line(line, colour, percentile_text(percent));
  for (const load_point& point : points) {
    if (const point_percentile* at = find_percent(point, percent)) {
      plot.dot({point.offered_per_second, at->ns}, colour,
               rate_text(point.offered_per_second) + ": " + interval_text(*at));
    }
  }
}

chart load_chart(const std::string& series, std::vector<load_point> points) {
  std::sort(points.begin(), points.end(), [](const load_point& a, const load_point& b) {
    return a.offered_per_second < b.offered_per_second;
  });
  range load, latency;
  load.take(0);
  for (const load_point& point : points) {
    load.take(point.offered_per_second);
    for (const point_percentile& each : point.percentiles) {
      latency.take(each.ns);
      if (each.low_ns && each.high_ns) {
        latency.take(*each.low_ns);
        latency.take(*each.high_ns);
      }
    }
  }
  if (latency.is_empty()) latency.take(1e3);
  svg_plot plot(axis::linear(load.low(), load.high() * 1.03), latency.durations(),
                {.height = 360,
                 .title = "Latency against offered load, " + series,
                 .x_name = "offered, messages a second",
                 .y_name = "latency",
                 .x_text = short_text,
                 .y_text = time_text});
  const auto full = std::find_if(points.begin(), points.end(),
                                 [](const load_point& p) { return !p.withheld.empty(); });
  if (full != points.end()) plot.vertical(full->offered_per_second, "withheld from here");
  static constexpr int colours[svg_plot::colours] = {0, 1, 4, 3, 2, 5};
  std::size_t next = 0;
  for (const double percent : percents_of(points)) {
    draw_percentile(plot, points, percent, colours[next++]);
  }
  for (const load_point& point : points) {
    if (point.withheld.empty()) continue;
    plot.cross(point.offered_per_second,
               rate_text(point.offered_per_second) + " offered: " + point.withheld);
  }
  return {"Latency against load: " + series,
          "Bands are intervals of 95 %; a cross is a load at which percentiles are withheld.",
          plot.text()};
}

std::vector<plot_point> percentile_curve(const histogram& values, double greatest) {
  std::vector<plot_point> points;
  const auto total = static_cast<double>(values.count());
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
    if (values.counts()[i] == 0) continue;
    const double from = nines(static_cast<double>(seen) / total);
    seen += values.counts()[i];
    const double share = std::min(static_cast<double>(seen), total - 0.5) / total;
    const double to = std::min(nines(share), greatest);
    const double value = std::max<double>(1, static_cast<double>(histogram::highest_of(i)));
    if (points.empty()) points.push_back({std::min(from, to), value});
    if (seen < values.count() && to - points.back().x < greatest / 2000) continue;
    points.push_back({to, value});
  }
  return points;
}

plot_options time_options(const std::string& title, const std::string& unit) {
  return {.height = 150,
          .title = title,
          .x_name = {},
          .y_name = unit,
          .x_text = short_text,
          .y_text = short_text};
}

double per_second(std::uint64_t count, const series_row& row) {
  return row.noise.seconds > 0 ? static_cast<double>(count) / row.noise.seconds : nan;
}

std::string rate_panel(const std::vector<series_row>& rows, const axis& time) {
  range rate;
  rate.take(0);
  std::vector<plot_point> offered, done;
  for (const series_row& row : rows) {
    offered.push_back({row.at_s, per_second(row.counts.offered, row)});
    done.push_back({row.at_s, per_second(row.counts.done, row)});
    rate.take(offered.back().y);
    rate.take(done.back().y);
  }
  svg_plot plot(time, axis::linear(0, rate.high() * 1.05),
                time_options("Rate over time", "per second"));
  plot.line(offered, 2, "offered", true);
  plot.line(done, 0, "done");
  return plot.text();
}

std::string latency_panel(const std::vector<series_row>& rows, const axis& time) {
  range latency;
  std::vector<plot_point> p50, p99;
  for (const series_row& row : rows) {
    const double middle = row.counts.p50_ns, high = row.counts.p99_ns;
    p50.push_back({row.at_s, middle > 0 ? middle : nan});
    p99.push_back({row.at_s, high > 0 ? high : nan});
    latency.take(p50.back().y);
    latency.take(p99.back().y);
  }
  if (latency.is_empty()) return {};
  plot_options options = time_options("Latency over time", "latency");
  options.y_text = time_text;
  svg_plot plot(time, latency.durations(), options);
  plot.line(p50, 0, "p50");
  plot.line(p99, 1, "p99");
  return plot.text();
}

std::string backlog_panel(const std::vector<series_row>& rows, const axis& time) {
  range backlog;
  backlog.take(0);
  std::vector<plot_point> line;
  for (const series_row& row : rows) {
    line.push_back({row.at_s, static_cast<double>(row.counts.backlog)});
    backlog.take(line.back().y);
  }
  if (backlog.high() == 0) return {};
  plot_options options = time_options("Backlog over time", "messages");
  options.height = 110;
  svg_plot plot(time, axis::linear(0, backlog.high() * 1.05), options);
  plot.line(line, 3, "backlog");
  return plot.text();
}

std::string noise_strips(const std::vector<series_row>& rows, const axis& time) {
  struct kind {
    const char* name;
    const char* unit;
    double full;  ///< what fills a cell: twice what the trust rule allows
    double disturbance::*value;
  };
  static constexpr kind kinds[] = {
      {"steal", "% stolen", 4, &disturbance::steal_percent},
      {"pressure", "% waited", 40, &disturbance::pressure_percent},
      {"switches", "involuntary switches a second", 100,
       &disturbance::involuntary_switches_per_second},
  };
  std::vector<strip> strips;
  for (const kind& each : kinds) {
    strip made{.name = each.name, .colour = 5, .cells = {}};
    for (const series_row& row : rows) {
      const double value = row.noise.*each.value;
      made.cells.push_back({row.at_s - row.noise.seconds, row.at_s, value / each.full,
                            format("%.1f s: %.1f %s", row.at_s, value, each.unit)});
    }
    strips.push_back(std::move(made));
  }
  return svg_strips(time, strips, time_options("How the machine was disturbed", ""));
}

std::string time_axis(const axis& time) {
  plot_options options = time_options("Time", "");
  options.height = 54;
  options.x_name = "seconds from the start";
  options.y_text = [](double) { return std::string(); };
  return svg_plot(time, axis::linear(0, 1), options).text();
}

}  // namespace

std::vector<chart> latency_against_load(const stored_run& run) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<load_point>> by_series;
  for (const load_point& point : run.points) {
    if (!by_series.contains(point.series)) order.push_back(point.series);
    by_series[point.series].push_back(point);
  }
  std::vector<chart> made;
  for (const std::string& series : order) made.push_back(load_chart(series, by_series[series]));
  return made;
}

std::vector<chart> latency_by_percentile(const stored_run& run) {
  range latency;
  double greatest = 1;
  std::vector<const named_histogram*> drawn;
  for (const named_histogram& each : run.histograms) {
    if (each.values.count() == 0 || drawn.size() == svg_plot::colours) continue;
    drawn.push_back(&each);
    latency.take(std::max<double>(1, static_cast<double>(each.values.percentile(5))));
    latency.take(static_cast<double>(each.values.max()));
    greatest = std::max(greatest, std::log10(static_cast<double>(each.values.count())));
  }
  if (drawn.empty()) return {};
  svg_plot plot(axis::linear(0, std::ceil(greatest)), latency.durations(),
                {.height = 360,
                 .title = "Latency by percentile",
                 .x_name = "share of messages that were at least as quick",
                 .y_name = "latency",
                 .x_text =
                     [](double place) {
                       return place == std::floor(place) ? nines_text(place) : std::string();
                     },
                 .y_text = time_text,
                 .right = 150});
  int colour = 0;
  for (const named_histogram* each : drawn) {
    plot.line(percentile_curve(each->values, std::ceil(greatest)), colour++, each->name);
  }
  std::string legend = "Each further nine takes the same room.";
  if (drawn.size() < run.histograms.size()) {
    legend += format(" %zu of %zu histograms are drawn.", drawn.size(), run.histograms.size());
  }
  return {{"Latency by percentile", legend, plot.text()}};
}

std::vector<chart> time_line(const stored_run& run) {
  if (run.seconds.size() < 2) return {};
  const series_row& first = run.seconds.front();
  const axis time = axis::linear(first.at_s - first.noise.seconds, run.seconds.back().at_s);
  std::string svg = rate_panel(run.seconds, time) + latency_panel(run.seconds, time) +
                    backlog_panel(run.seconds, time) + noise_strips(run.seconds, time) +
                    time_axis(time);
  return {
      {"Time line",
       "Beneath, how the machine was disturbed: a full cell is twice what the trust rule allows.",
       std::move(svg)}};
}

}  // namespace millrace::perf
