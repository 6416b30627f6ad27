// The columns' names are those of docs/results.md; the reader takes columns by name, so that a
// later writer may add some.

#include "results/series.hpp"

#include <array>
#include <charconv>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "results/trust.hpp"

namespace millrace::perf {

namespace {

struct column {
  const char* name;
  std::function<double(const series_row&)> get;
  std::function<void(series_row&, double)> set;
};

template <class Owner, class Number>
column counted(const char* name, Owner series_row::*owner, Number Owner::*member) {
  return {name, [=](const series_row& row) { return static_cast<double>(row.*owner.*member); },
          [=](series_row& row, double value) { row.*owner.*member = static_cast<Number>(value); }};
}

template <class Number>
column direct(const char* name, Number series_row::*member) {
  return {name, [=](const series_row& row) { return static_cast<double>(row.*member); },
          [=](series_row& row, double value) { row.*member = static_cast<Number>(value); }};
}

const std::vector<column>& columns() {
  using row = series_row;
  using did = second_counts;
  using seen = disturbance;
  static const std::vector<column> table = {
      direct("at_s", &row::at_s),
      counted("offered", &row::counts, &did::offered),
      counted("sent", &row::counts, &did::sent),
      counted("done", &row::counts, &did::done),
      counted("backlog", &row::counts, &did::backlog),
      counted("p50_ns", &row::counts, &did::p50_ns),
      counted("p99_ns", &row::counts, &did::p99_ns),
      counted("schedule_lag_p99_ns", &row::counts, &did::schedule_lag_p99_ns),
      counted("row_s", &row::noise, &seen::seconds),
      counted("steal_percent", &row::noise, &seen::steal_percent),
      counted("pressure_percent", &row::noise, &seen::pressure_percent),
      counted("involuntary_switches_per_second", &row::noise,
              &seen::involuntary_switches_per_second),
      direct("mhz", &row::mhz),
      direct("resident_bytes", &row::resident_bytes),
  };
  return table;
}

std::string number(double value) {
  std::array<char, 40> text{};
  const auto done =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 12);
  return {text.data(), done.ptr};
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line);
  for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
  return cells;
}

[[noreturn]] void refuse(std::size_t line, const std::string& why) {
  throw std::runtime_error("series.csv, line " + std::to_string(line) + ": " + why);
}

double parse_number(const std::string& cell, std::size_t line) {
  double value = 0;
  const char* end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc{} || stop != end) refuse(line, "not a number: " + cell);
  return value;
}

}  // namespace

std::string to_csv(const std::vector<series_row>& rows, bool pinned_threads) {
  std::string text;
  for (const column& each : columns()) text += std::string(each.name) + ",";
  text += "contaminated\n";
  for (const series_row& row : rows) {
    for (const column& each : columns()) text += number(each.get(row)) + ",";
    text += is_contaminated(row.noise, pinned_threads) ? "1\n" : "0\n";
  }
  return text;
}

std::vector<series_row> parse_series(const std::string& csv) {
  std::istringstream text(csv);
  std::string line;
  std::getline(text, line);
  const std::vector<std::string> names = cells_of(line);
  std::vector<const column*> wanted;
  for (const std::string& name : names) {
    const column* found = nullptr;
    for (const column& each : columns()) {
      if (name == each.name) found = &each;
    }
    wanted.push_back(found);
  }
  std::vector<series_row> rows;
  for (std::size_t number = 2; std::getline(text, line); ++number) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != names.size()) refuse(number, "not as many cells as the first line has");
    series_row row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double value = parse_number(cells[i], number);
      if (wanted[i] != nullptr) wanted[i]->set(row, value);
    }
    row.noise.has_pressure = true;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace millrace::perf
