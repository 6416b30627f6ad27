// The order of measurements of a comparison, A B B A ..., and what is done with those that the
// machine disturbed. The calling thread measures.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace millrace::perf {

/// One measurement: its cost (any unit, > 0) and whether the machine disturbed it.
struct ab_block {
  double cost = 0;
  bool contaminated = false;
};

struct interleaving {
  std::vector<double> a, b;
  std::size_t pairs_again = 0;          ///< measured once more, because a block was contaminated
  std::size_t contaminated_blocks = 0;  ///< among those that are kept
};

/// `pairs` pairs after one unrecorded measurement of each side. A pair with a contaminated block is
/// measured again, `pairs_again_max` times in all; of its attempts the one with fewest contaminated
/// blocks is kept.
[[nodiscard]] interleaving interleave(const std::function<ab_block()>& a,
                                      const std::function<ab_block()>& b, std::size_t pairs,
                                      std::size_t pairs_again_max);

}  // namespace millrace::perf
