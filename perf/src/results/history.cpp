#include "results/history.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "report/format.hpp"

namespace millrace::perf {

namespace {

const double* value_of(const index_entry& entry, const std::string& figure) {
  for (const auto& [name, value] : entry.headline) {
    if (name == figure && std::isfinite(value)) return &value;
  }
  return nullptr;
}

bool is_believed(const index_entry& entry) { return entry.trust != "invalid"; }

void find_changes_of(figure_history& history) {
  std::vector<double> values;
  for (const history_value& each : history.values) values.push_back(each.value);
  history.changes = find_changes(values);
}

double change_percent(const change_point& at) { return 100 * (at.after / at.before - 1); }

std::string change_text(const change_point& at) {
  return format("  -- changed by %+.1f %%: median %s before, %s from here on (p %.3f)\n",
                change_percent(at), number_text(at.before).c_str(), number_text(at.after).c_str(),
                at.p);
}

}  // namespace

std::vector<figure_history> histories_of(const std::vector<index_entry>& index,
                                         const std::string& figure, const std::string& suite,
                                         const std::string& env_key) {
  std::vector<figure_history> all;
  for (const index_entry& entry : index) {
    const double* value = value_of(entry, figure);
    if (value == nullptr || !is_believed(entry)) continue;
    if ((!suite.empty() && entry.suite != suite) || !entry.env_key.starts_with(env_key)) continue;
    const auto same = std::find_if(all.begin(), all.end(), [&](const figure_history& each) {
      return each.suite == entry.suite && each.workload_sha256 == entry.workload_sha256 &&
             each.env_key == entry.env_key;
    });
    figure_history history;
    if (same == all.end()) {
      history = {.figure = figure,
                 .suite = entry.suite,
                 .workload_sha256 = entry.workload_sha256,
                 .env_key = entry.env_key,
                 .values = {},
                 .changes = {}};
    } else {
      history = std::move(*same);
      all.erase(same);
    }
    history.values.push_back({entry.id, entry.commit, entry.trust, *value});
    all.push_back(std::move(history));  // the series with the newest record is the last
  }
  for (figure_history& each : all) find_changes_of(each);
  return all;
}

std::string history_text(const figure_history& history) {
  std::string text = history.figure + "  suite " + history.suite + "  workload " +
                     history.workload_sha256.substr(0, 12) + "  machine " +
                     history.env_key.substr(0, 12) + "\n";
  auto change = history.changes.begin();
  for (std::size_t i = 0; i < history.values.size(); ++i) {
    if (change != history.changes.end() && change->first == i) text += change_text(*change++);
    const history_value& each = history.values[i];
    text += format("  %-26s %-12s %-8s %18s\n", each.run.c_str(), each.commit.c_str(),
                   each.trust.c_str(), number_text(each.value).c_str());
  }
  const std::size_t needed = 2 * change_options().side_min;
  if (history.values.size() < needed) {
    text += format("  %zu of the %zu records that a search for changes needs\n",
                   history.values.size(), needed);
  } else if (history.changes.empty()) {
    text += "  no change found\n";
  }
  return text;
}

std::string history_json(const figure_history& history) {
  using json = nlohmann::ordered_json;
  json values = json::array(), changes = json::array();
  for (const history_value& each : history.values) {
    values.push_back(
        {{"run", each.run}, {"commit", each.commit}, {"trust", each.trust}, {"value", each.value}});
  }
  for (const change_point& each : history.changes) {
    changes.push_back({{"first", history.values[each.first].run},
                       {"before", each.before},
                       {"after", each.after},
                       {"change_percent", change_percent(each)},
                       {"p", each.p}});
  }
  const json all = {{"figure", history.figure},
                    {"suite", history.suite},
                    {"workload_sha256", history.workload_sha256},
                    {"env_key", history.env_key},
                    {"values", values},
                    {"changes", changes}};
  return all.dump() + "\n";
}

std::string figures_text(const std::vector<index_entry>& index) {
  std::map<std::pair<std::string, std::string>, std::size_t> counts;
  for (const index_entry& entry : index) {
    if (!is_believed(entry)) continue;
    for (const auto& [name, value] : entry.headline) ++counts[{entry.suite, name}];
  }
  std::string text;
  for (const auto& [which, count] : counts) {
    text += format("%-16s %-60s %4zu\n", which.first.c_str(), which.second.c_str(), count);
  }
  return text;
}

}  // namespace millrace::perf
