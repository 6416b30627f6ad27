#include "journal/gathering.hpp"

#include <algorithm>

namespace millrace::journal {
namespace {

/// Less than it takes until the threads park.
constexpr std::int64_t wait_ns_max = 250'000;
constexpr std::uint32_t skip_max = 63;

}  // namespace

bool gathering::begin(std::int64_t now_ns, std::int64_t write_ns) noexcept {
  active_ = skip_ == 0;
  if (skip_ != 0) --skip_;
  write_ns_ = std::min(write_ns, wait_ns_max);
  until_ns_ = now_ns + write_ns_;
  entries_first_ = 0;
  return active_;
}

bool gathering::waits(bool settled, std::uint64_t entries, std::int64_t now_ns) noexcept {
  if (entries != 0 && entries_first_ == 0) {
    entries_first_ = entries;
    ready_at_ns_ = now_ns;
  }
  if (!settled && now_ns < until_ns_) return true;
  if (entries != 0) learn(settled, entries, now_ns);
  active_ = false;
  return false;
}

/// In vain: more would have gone out in the same time in a write of what was at hand first, and one
/// of the rest. Once may be chance, a thread that lost its processor: a group that does not wait
/// then costs two writes for one.
void gathering::learn(bool settled, std::uint64_t entries, std::int64_t now_ns) noexcept {
  const auto first = static_cast<double>(entries_first_);
  const double gained = static_cast<double>(entries) / first - 1;
  const double waited = static_cast<double>(now_ns - ready_at_ns_) /
                        static_cast<double>(std::max<std::int64_t>(write_ns_, 1));
  const bool pays = waited < .05 || (settled && gained > 1.25 * waited);
  if (pays) {
    groups_skipped_max_ /= 4;
  } else if (was_in_vain_) {
    groups_skipped_max_ = std::min(2 * groups_skipped_max_ + 1, skip_max);
  }
  was_in_vain_ = !pays;
  skip_ = groups_skipped_max_;
}

}  // namespace millrace::journal
