// examiner: runs recovery on the states in which a crash may leave a history's disk, and says what
// is wrong with the first one that breaks a promise. One thread.
#pragma once

#include <string>
#include <unordered_map>

#include "base/random.hpp"
#include "crash_image.hpp"

namespace millrace::crash_states {

struct examined {
  std::uint64_t histories = 0;
  std::uint64_t points = 0;     ///< moments of a crash
  std::uint64_t checked = 0;    ///< recoveries
  std::uint64_t complete = 0;   ///< points and names with all subsets of their sectors
  std::uint64_t sampled = 0;    ///< those with random ones
  std::uint64_t continued = 0;  ///< states in which the log went on and was recovered again
};

class examiner {
 public:
  /// All subsets up to so many a point, else so many random ones; stops at `states_max`.
  examiner(std::uint64_t subsets_max, std::uint64_t states_max, std::uint64_t seed)
      : subsets_max_(subsets_max), states_max_(states_max), random_(seed) {}

  /// False: a promise is broken, see complaint().
  bool examine(const history& of);

  [[nodiscard]] bool enough() const noexcept { return seen_.size() >= states_max_; }
  /// Different disks, file for file and byte for byte.
  [[nodiscard]] std::uint64_t states() const noexcept { return seen_.size(); }
  [[nodiscard]] const examined& counts() const noexcept { return counts_; }
  [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

 private:
  bool power_cuts(crash_image& image, const history& of, std::size_t point);
  bool subsets(crash_image& image, const history& of, std::size_t point);
  bool kills(crash_image& image, const history& of, std::size_t point);
  bool check(const crash_image& image, const history& of, const mark& holds, std::uint64_t acked,
             std::uint64_t hash);
  std::string judge(const crash_image& image, const history& of, const mark& holds,
                    std::uint64_t acked, std::uint64_t& next_sequence);
  std::string go_on(const crash_image& image, const history& of, std::uint64_t next_sequence);

  const std::uint64_t subsets_max_;
  const std::uint64_t states_max_;
  base::random random_;
  std::unordered_map<std::uint64_t, std::uint64_t> seen_;  ///< state -> most acked
  examined counts_;
  std::string complaint_;
};

}  // namespace millrace::crash_states
