// Part of the tests' copy of the engine only: see mutant.hpp.
#include "base/mutant.hpp"

#include <cstdio>
#include <cstdlib>

namespace millrace::base {

const mutant_line mutant_lines[] = {
#define MR_MUTANT_LINE(name, broken, promise) {#name, broken, promise},
    MR_MUTANT_TABLE(MR_MUTANT_LINE)
#undef MR_MUTANT_LINE
};
const std::size_t mutant_count = std::size(mutant_lines);

mutant chosen_mutant() noexcept {
  static const mutant chosen = [] {
    const char* const wanted = std::getenv("MILLRACE_MUTANT");
    if (wanted == nullptr) return mutant::none;
    for (std::size_t i = 0; i != mutant_count; ++i) {
      if (mutant_lines[i].name == wanted) return static_cast<mutant>(i + 1);
    }
    std::fprintf(stderr, "millrace: MILLRACE_MUTANT=%s is none of mutant_table.hpp\n", wanted);
    std::abort();
  }();
  return chosen;
}

}  // namespace millrace::base
