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

/// In vain: what was at hand waited, and little came.
void gathering::learn(bool settled, std::uint64_t entries, std::int64_t now_ns) noexcept {
  const bool waited = now_ns - ready_at_ns_ > write_ns_ / 8;
  const bool gained = settled && entries - entries_first_ > entries_first_ / 4;
  const bool in_vain = waited && !gained;
  groups_skipped_max_ = in_vain ? std::min(2 * groups_skipped_max_ + 1, skip_max) : 0;
  skip_ = groups_skipped_max_;
}

}  // namespace millrace::journal
