// Replay equivalence: an image recovered twice, by different numbers of lanes, gives the same
// durable state (tests/property/projection.hpp says what that is). The only place that looks into
// an engine.
#include "history.hpp"
#include "property/projection.hpp"
#include "sim_engine.hpp"

namespace millrace::sim {
namespace {

/// Of all lanes together.
test::projection project(detail::engine_core& core) {
  test::projection all;
  for (std::uint32_t lane = 0; lane < core.lanes(); ++lane) {
    test::projection part = test::project(core.lane_at(lane).queues());
    all.queues.merge(part.queues);
    all.window.merge(part.window);
    all.slots.resize(part.slots.size());
    for (std::size_t slot = 0; slot < part.slots.size(); ++slot) {
      if (core.lane_of_slot(static_cast<std::uint8_t>(slot)) != lane) continue;
      all.slots[slot] = std::move(part.slots[slot]);
    }
  }
  return test::durable(std::move(all));
}

}  // namespace

void history::compare_replays() {
  std::optional<test::projection> first;
  const std::uint64_t seed = scene_.random.next();
  for (int i = 0; i < 2; ++i) {
    sim_disk copy(seed);
    for (const auto& file : disk_.files()) copy.load(file.name, file.bytes);
    std::string why;
    const engine_choice wanted{.lanes = static_cast<std::uint32_t>(scene_.random.below(4)) + 1,
                               .seed = seed,
                               .start_ns = clock_ns_};
    auto opened = open_engine(copy, scene_.plan, wanted, why);
    if (!opened) {
      scene_.complain(breach::definition, "a copy does not open: " + why);
      return;
    }
    test::projection found = project(**opened);
    if (first && !(*first == found)) {
      scene_.complain(breach::diverged, "two recoveries of one image differ");
    }
    first = std::move(found);
  }
  ++scene_.counts.replays;
}

}  // namespace millrace::sim
