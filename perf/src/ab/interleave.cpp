#include "ab/interleave.hpp"

namespace millrace::perf {

namespace {

struct pair_of_blocks {
  ab_block a, b;
  [[nodiscard]] std::size_t contaminated() const noexcept {
    return static_cast<std::size_t>(a.contaminated) + static_cast<std::size_t>(b.contaminated);
  }
};

}  // namespace

interleaving interleave(const std::function<ab_block()>& a, const std::function<ab_block()>& b,
                        std::size_t pairs, std::size_t pairs_again_max) {
  (void)a();
  (void)b();
  interleaving result;
  const auto measure = [&](bool a_first) {
    pair_of_blocks made;
    if (a_first) made.a = a();
    made.b = b();
    if (!a_first) made.a = a();
    return made;
  };
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const bool a_first = pair % 2 == 0;
    pair_of_blocks kept = measure(a_first);
    while (kept.contaminated() != 0 && result.pairs_again < pairs_again_max) {
      ++result.pairs_again;
      const pair_of_blocks again = measure(a_first);
      if (again.contaminated() < kept.contaminated()) kept = again;
    }
    result.a.push_back(kept.a.cost);
    result.b.push_back(kept.b.cost);
    result.contaminated_blocks += kept.contaminated();
  }
  return result;
}

}  // namespace millrace::perf
