#include "ab/instruction_suite.hpp"

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "ab/shell.hpp"

namespace millrace::perf {

namespace {

std::string program_of(const std::filesystem::path& build) {
  return (build / "bench/hot_paths").string();
}

double instructions_of(const std::vector<std::string>& command) {
  std::vector<std::string> words = {"valgrind", "--tool=cachegrind", "--cache-sim=no",
                                    "--cachegrind-out-file=/dev/null"};
  words.insert(words.end(), command.begin(), command.end());
  const std::string said = output_of(quoted(words) + " 2>&1 >/dev/null");
  constexpr std::string_view mark = "refs:";
  const std::size_t at = said.find(mark);
  if (at == said.npos) throw std::runtime_error("cachegrind did not count: " + said);
  std::string digits;
  for (std::size_t i = said.find_first_not_of(' ', at + mark.size()); i < said.size(); ++i) {
    if (said[i] >= '0' && said[i] <= '9') {
      digits += said[i];
    } else if (said[i] != ',') {
      break;
    }
  }
  return std::strtod(digits.c_str(), nullptr);
}

}  // namespace

std::string cannot_count(const std::filesystem::path& build) {
  if (!std::filesystem::exists(program_of(build))) return "a build has no bench/hot_paths";
  try {
    (void)output_of("valgrind --version 2>/dev/null");
  } catch (const std::runtime_error&) {
    return "valgrind is not installed";
  }
  return {};
}

std::vector<hot_path_plan> hot_paths_of(const std::filesystem::path& build) {
  std::istringstream listed(output_of(quoted({program_of(build)})));
  std::vector<hot_path_plan> paths;
  for (hot_path_plan each; listed >> each.name >> each.rounds;) paths.push_back(each);
  return paths;
}

double count_instructions(const std::filesystem::path& build, const hot_path_plan& path) {
  const auto of = [&](std::size_t rounds) {
    return instructions_of({program_of(build), path.name, std::to_string(rounds)});
  };
  const double counted = (of(2 * path.rounds) - of(path.rounds)) / static_cast<double>(path.rounds);
  if (!(counted > 0)) throw std::runtime_error(path.name + " costs no instruction");
  return counted;
}

}  // namespace millrace::perf
