#include "tally.hpp"

#include <iterator>
#include <numeric>

namespace millrace::sim {
namespace {

constexpr named_number all[] = {
    {"histories", &tally::histories},
    {"operations", &tally::operations},
    {"calls", &tally::calls},
    {"attempt-count", &tally::attempts},
    {"acknowledged-count", &tally::acked},
    {"acknowledged-at-disk", &tally::acked_disk},
    {"ok-count", &tally::ok},
    {"recovered-count", &tally::recovered},
    {"excused", &tally::excused},
    {"deliveries", &tally::deliveries},
    {"duplicated-count", &tally::duplicated},
    {"deletes", &tally::deletes},
    {"hides", &tally::hides},
    {"counted-receives", &tally::counted},
    {"dead-letters", &tally::dead_letters},
    {"grouped-deliveries", &tally::grouped_deliveries},
    {"turns-of-quiet-tenants", &tally::fair_turns},
    {"fifo-acknowledged", &tally::fifo_acked},
    {"fifo-duplicates", &tally::fifo_duplicates},
    {"fifo-duplicates-later", &tally::fifo_duplicates_later},
    {"fifo-ids-used-again", &tally::fifo_renewed},
    {"fifo-deliveries", &tally::fifo_deliveries},
    {"fifo-dead-letters", &tally::fifo_dead_letters},
    {"attempts-repeated", &tally::attempts_repeated},
    {"attempts-over", &tally::attempts_over},
    {"moves-started", &tally::moves_started},
    {"moves-completed", &tally::moves_completed},
    {"moves-cancelled", &tally::moves_cancelled},
    {"moves-failed", &tally::moves_failed},
    {"moves-gone-on", &tally::moves_gone_on},
    {"moved", &tally::moved},
    {"moved-fifo", &tally::moved_fifo},
    {"audits", &tally::audits},
    {"lives", &tally::lives},
    {"crashes", &tally::crashes},
    {"kills", &tally::kills},
    {"power-cuts", &tally::power_cuts},
    {"inside-a-storage-call", &tally::interrupted},
    {"closes", &tally::closes},
    {"dead-devices", &tally::dead_devices},
    {"calls-to-a-dead-device", &tally::calls_to_dead},
    {"full-disks", &tally::full_disks},
    {"refused-for-space", &tally::refused_full},
    {"slow-calls", &tally::slow_calls},
    {"read-errors", &tally::read_errors},
    {"clock-jumps", &tally::clock_jumps},
    {"flips", &tally::flips},
    {"flips-reported", &tally::flips_reported},
    {"replays-compared", &tally::replays},
    {"groups", &tally::groups},
    {"group-waits", &tally::group_waits},
    {"carried", &tally::carried},
    {"recycled", &tally::recycled},
    {"failed-calls", &tally::failed_calls},
};

constexpr const char* words[breaches] = {
    "lost",          "unexpected",   "garbled",     "resurrected",   "unpurged",   "early",
    "outlived",      "overcounted",  "misplaced",   "missed",        "reordered",  "false-ack",
    "refused",       "definition",   "clock",       "unanswered",    "diverged",   "undetected",
    "false-alarm",   "F1 overtaken", "F1 unlocked", "F1 renumbered", "F2 doubled", "F2 swallowed",
    "F1 unrepeated", "Q8 copied",    "Q8 misled",   "Q9 unfair",
};

}  // namespace

std::pair<const named_number*, std::size_t> numbers() noexcept { return {all, std::size(all)}; }

const char* to_string(breach b) noexcept { return words[static_cast<std::size_t>(b)]; }

std::uint64_t tally::violations() const {
  return std::accumulate(broken.begin(), broken.end(), std::uint64_t{0});
}

void tally::add(const tally& other) {
  for (const named_number& n : all) this->*n.number += other.*n.number;
  for (std::size_t i = 0; i < breaches; ++i) broken[i] += other.broken[i];
}

}  // namespace millrace::sim
