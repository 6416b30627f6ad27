#include "trust_row.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "results/environment.hpp"
#include "results/source_version.hpp"
#include "results/utc_time.hpp"

namespace millrace::crash {
namespace {

std::string command_line() {
  std::ifstream file("/proc/self/cmdline");
  std::vector<std::string> words;
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
  return without_places(words);
}

}  // namespace

std::string without_places(std::span<const std::string> words) {
  if (words.empty()) return {};
  std::string line = std::filesystem::path(words.front()).filename();
  std::string option;  // goes with what follows it
  for (const std::string& word : words.subspan(1)) {
    const bool place = word.find('/') != std::string::npos;
    if (!option.empty() && !place) line += ' ' + option;
    option.clear();
    if (place) continue;
    if (word.starts_with("--")) {
      option = word;
    } else {
      line += ' ' + word;
    }
  }
  return option.empty() ? line : line + ' ' + option;
}

void write_trust(const std::string& path, const trust_run& run,
                 const std::vector<trust_row>& rows) {
  const auto version = perf::current_source_version();
  const std::string host = perf::environment_key(perf::probe_environment()).substr(0, 12);
  std::filesystem::create_directories(std::filesystem::absolute(path).parent_path());
  const std::string ended = perf::utc_now();
  const std::string command = command_line();
  std::ofstream file(path);
  for (const trust_row& row : rows) {
    nlohmann::ordered_json line = {{"id", row.id},
                                   {"test", row.test},
                                   {"build", version.commit + (version.modified ? "+" : "")},
                                   {"seed", run.seed},
                                   {"host", host},
                                   {"unit", row.unit},
                                   {"trials", row.trials},
                                   {"violations", row.violations},
                                   {"upper95", nullptr},
                                   {"duration_s", run.duration_s},
                                   {"void", run.is_void},
                                   {"ended", ended},
                                   {"command", command}};
    if (row.trials != 0) line["upper95"] = 3.0 / static_cast<double>(row.trials);
    if (!run.not_run.empty()) line["not_run"] = run.not_run;
    for (const auto& [name, value] : row.details) line["details"][name] = value;
    file << line.dump() << '\n';
  }
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

}  // namespace millrace::crash
