// One measurement as a directory: results/<id>/run.json (schema "millrace.run/1"), env.json,
// series.csv, histogram logs, report.html, and a line in results/index.jsonl. Every benchmark of
// the project writes its figures through this. One thread; construct before the run starts, so that
// the machine is observed while it lasts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/environment.hpp"
#include "results/load_point.hpp"
#include "results/series.hpp"
#include "results/trust.hpp"

namespace millrace::perf {

enum class better : std::uint8_t { higher, lower, neither };

/// One figure. `unit` is spelled out ("ns", "1/s", "bytes", "ratio", "percent", "count").
struct metric {
  std::string name;  ///< dotted snake_case, for example "spsc.batch_1.ns_per_item"
  double value = 0;
  std::string unit;
  better direction = better::neither;
  std::optional<double> low{};  ///< interval of 95 %, where one was computed
  std::optional<double> high{};
  std::vector<double> samples{};  ///< the single measurements behind value, in order
};

/// A promise checked by the run: `value <relation> bound`, relation being ">=" or "<=".
struct goal {
  std::string name;
  double value = 0;
  std::string relation;
  double bound = 0;
  bool gated = true;  ///< false: reported, but a miss fails nothing (say why in a note)
};

/// True when the goal's relation holds. A relation other than ">=" and "<=" is never met.
[[nodiscard]] bool is_met(const goal& promise) noexcept;

class run_record {
 public:
  /// `suite` is one word ("rings", "queue_cycle", "http"); observation of the machine starts here.
  explicit run_record(std::string suite);

  /// What was run, for example ("body_bytes", "1024"); decides the workload's hash.
  void add_parameter(std::string name, std::string value);
  void add_metric(metric figure);
  void add_goal(goal promise);
  void add_note(std::string sentence);
  /// One load of a sweep. Throws std::invalid_argument for percentiles of a point that is withheld.
  void add_point(load_point point);
  /// A finished row of series.csv (see noise_watch); rows come in order of time.
  void add_second(const series_row& row);
  void set_instrument(instrument_cost cost);
  /// A file of the run stored under results/<id>/<name>. What ends in ".hlog" is a histogram log
  /// (hist/hlog.hpp) and is drawn in the report.
  void add_attachment(std::string name, std::string content);
  void set_facts(run_facts facts);
  /// Metrics shown in index.jsonl; by default the first one.
  void set_headline(std::vector<std::string> metric_names);

  /// The verdict with the machine as observed since construction.
  [[nodiscard]] trust_verdict verdict() const;
  [[nodiscard]] bool all_gated_goals_met() const noexcept;

  /// Rows of add_second() that are contaminated.
  [[nodiscard]] std::size_t contaminated_seconds() const noexcept;

  /// Writes the run's files under `results_root` (created if missing) and gives the run's id.
  /// Throws std::runtime_error with the path and reason when a file cannot be written.
  std::string write(const std::string& results_root) const;

 private:
  [[nodiscard]] std::string run_json(const std::string& id, const std::string& when,
                                     const std::string& env_key, const disturbance& seen) const;
  [[nodiscard]] std::string index_line(const std::string& id, const std::string& env_key,
                                       const disturbance& seen) const;
  [[nodiscard]] disturbance observed() const;

  std::string suite_;
  machine_sample started_;
  run_facts facts_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::vector<metric> metrics_;
  std::vector<goal> goals_;
  std::vector<load_point> points_;
  std::vector<series_row> seconds_;
  std::optional<instrument_cost> instrument_;
  std::vector<std::string> notes_;
  std::vector<std::pair<std::string, std::string>> attachments_;
  std::vector<std::string> headline_;
};

}  // namespace millrace::perf
