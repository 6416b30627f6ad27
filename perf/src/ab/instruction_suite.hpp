// Instructions of a build's hot paths (bench/hot_paths), counted by cachegrind: exact, so that each
// side is counted once, and a change counts from half a percent on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace millrace::perf {

inline constexpr double instructions_percent_min = 0.5;

struct hot_path_plan {
  std::string name;
  std::size_t rounds = 0;
};

/// Why instructions cannot be counted of this build; empty when they can.
[[nodiscard]] std::string cannot_count(const std::filesystem::path& build);

/// The hot paths that a build has. Throws std::runtime_error.
[[nodiscard]] std::vector<hot_path_plan> hot_paths_of(const std::filesystem::path& build);

/// Instructions of one round: those of twice the rounds less those of the rounds, by the rounds.
/// Throws std::runtime_error.
[[nodiscard]] double count_instructions(const std::filesystem::path& build,
                                        const hot_path_plan& path);

}  // namespace millrace::perf
