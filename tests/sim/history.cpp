#include "history.hpp"

namespace millrace::sim {
namespace {

constexpr base::time_ns first_day_ns = base::time_ns{1'700'000'000} * base::ns_per_s;

}  // namespace

history::history(std::uint64_t seed, bool tracing)
    : scene_(seed), disk_(scene_.random.next()), clock_ns_(first_day_ns) {
  scene_.tracing = tracing;
  scene_.failed_calls = &disk_.counts().failed;
  disk_.set_meanwhile([this] { during_a_call(); });
}

outcome history::run() {
  ++scene_.counts.histories;
  for (std::uint64_t i = 0; i < scene_.plan.lives && scene_.complaint.empty(); ++i) live();
  if (scene_.complaint.empty()) scene_.plan.damaged ? damage() : drain();
  const disk_counts& d = disk_.counts();
  scene_.counts.slow_calls += d.slow;
  scene_.counts.interrupted += d.interrupted;
  scene_.counts.recycled += d.recycled;
  scene_.counts.failed_calls += d.failed;
  return {scene_.counts, scene_.hash, scene_.complaint};
}

}  // namespace millrace::sim
