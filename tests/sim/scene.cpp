#include "scene.hpp"

#include <cstdio>

namespace millrace::sim {

scene::scene(std::uint64_t wanted)
    : seed(wanted),
      random(wanted),
      plan(random),
      moves(plan, counts, [this](breach what, const std::string& how) { complain(what, how); }),
      book(plan, moves, counts,
           [this](breach what, const std::string& how) { complain(what, how); }),
      fifo(plan, book, counts,
           [this](breach what, const std::string& how) { complain(what, how); }),
      attempts(book, counts, [this](breach what, const std::string& how) { complain(what, how); }),
      queues(plan.queues),
      receipts(plan.queues.size()) {}

instant scene::next_instant() {
  const base::time_ns now = engine->clock().now();
  return {++moment, base::to_ms(now), base::to_ms(now + base::ns_per_ms - 1)};
}

void scene::complain(breach what, const std::string& how) {
  if (tolerant) {
    if (tracing) std::fprintf(stderr, "tolerated %s: %s\n", to_string(what), how.c_str());
    ++tolerated[static_cast<std::size_t>(what)];
    return;
  }
  ++counts[what];
  if (tracing) std::fprintf(stderr, "BROKEN %s: %s\n", to_string(what), how.c_str());
  if (!complaint.empty()) return;
  complaint = std::string(to_string(what)) + ": " + how + " (life " + std::to_string(counts.lives) +
              ", moment " + std::to_string(moment) + ")";
}

}  // namespace millrace::sim
