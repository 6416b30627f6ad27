// Damage at rest: bits flip between a close and the next open. Only the entries that are hit may be
// missing, and they are reported.
#include <algorithm>

#include "history.hpp"
#include "journal/segment_name.hpp"
#include "sim_storage.hpp"

namespace millrace::sim {
namespace {

struct losses {
  bool any = false;        ///< something was reported
  bool unlimited = false;  ///< some of it without saying how many entries
  std::uint64_t entries = 0;
};

result<journal::recovery_report> look(sim_disk& disk, const journal::format::directory_id& id) {
  sim_storage storage(disk);
  return journal::recover(storage, id, [](const auto&, const auto&...) {});
}

/// What a report admits to; a torn end is no excuse after an orderly close.
losses admitted(const journal::recovery_report& report) {
  losses out;
  for (const journal::finding& f : report.findings) {
    if (f.kind == journal::finding_kind::torn_tail) continue;
    out.any = true;
    out.entries += f.entries;
    const bool of_entries = f.kind == journal::finding_kind::damaged_entry ||
                            f.kind == journal::finding_kind::damaged_header;
    out.unlimited = out.unlimited || (!of_entries && f.entries == 0);
  }
  return out;
}

}  // namespace

void history::damage() {
  calm_down();
  if (!open()) return;
  connect();
  if (!settle()) return;
  const journal::format::directory_id id = core_->data()->log().id().id;
  close_at_once(crash_kind::kill);
  const auto before = look(disk_, id);
  if (!before || before->segments.empty()) return;

  const std::uint64_t flips = scene_.random.below(3) + 1;
  for (std::uint64_t i = 0; i < flips; ++i) {
    const auto& segments = before->segments;
    const auto used = static_cast<std::size_t>(
        std::count_if(segments.begin(), segments.end(), [](const auto& s) { return s.used; }));
    const auto& where = segments[scene_.random.below(std::max<std::size_t>(used, 1))];
    const bool last = where.number == before->end.segment;
    const std::uint64_t most = last ? before->end.offset : where.bytes;
    disk_.flip(where.name, scene_.random.below(most),
               static_cast<unsigned>(scene_.random.below(8)));
    ++scene_.counts.flips;
  }
  const auto after = look(disk_, id);
  if (!after) return scene_.complain(breach::undetected, "what is damaged cannot be read");
  const losses told = admitted(*after);
  scene_.counts.flips_reported += told.any ? 1 : 0;

  scene_.tolerant = true;
  scene_.book.may_be_damaged();
  drain();
  scene_.tolerant = false;
  const auto found = [&](breach b) { return scene_.tolerated[static_cast<std::size_t>(b)]; };
  const std::uint64_t cost = found(breach::lost) + found(breach::resurrected);
  if (cost > told.entries && !told.unlimited) {
    scene_.complain(breach::undetected, "damage cost " + std::to_string(cost) +
                                            " messages, reported were " +
                                            std::to_string(told.entries) + " entries");
  }
  for (const breach b : {breach::garbled, breach::unexpected, breach::unanswered}) {
    if (found(b) != 0) scene_.complain(b, "after damage at rest");
  }
}

}  // namespace millrace::sim
