#include "journal/recovery_walk.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/mutant.hpp"
#include "journal/batch_entries.hpp"

namespace millrace::journal {

using format::batch_header;
using format::block;

namespace {
constexpr std::uint64_t sequence_max = std::numeric_limits<std::uint64_t>::max();
}  // namespace

recovery_walk::recovery_walk(storage& directory, const segment_catalog& catalog,
                             const entry_visitor& visit, recovery_report& report) noexcept
    : directory_(directory),
      catalog_(catalog),
      visit_(visit),
      report_(report),
      taken_(catalog.segments().size()) {}

result<void> recovery_walk::run() {
  report_.end.next_group = catalog_.last_group() + 1;
  report_.end.oldest_segment = std::max<std::uint64_t>(catalog_.oldest_segment(), 1);
  if (catalog_.used_end() != 0) {
    start();
    while (step()) {
    }
  }
  if (window_.failed()) return errc::system;
  return {};
}

void recovery_walk::start() {
  const auto& segments = catalog_.segments();
  const std::uint64_t oldest = report_.end.oldest_segment;
  std::size_t index = 0;
  while (segments[index].number < oldest && index + 1 < catalog_.used_end()) ++index;
  const std::uint64_t number = segments[index].number;
  if (number > oldest) {
    report_.findings.push_back({finding_kind::missing_segment, oldest, 0, 0, 0, number - 1});
  }
  if (number != 1) {
    sequence_ = group_ = 0;
    for (; left_behind(index); ++index) add(finding_kind::torn_tail, index, block, 0);
  }
  enter(index);
}

// Whether a restart found only a torn tail there, and wrote the same sequences elsewhere.
bool recovery_walk::left_behind(std::size_t index) const noexcept {
  const auto& segments = catalog_.segments();
  const auto& own = segments[index].first;
  if (!own || own->header.entries == 0) return false;
  return std::any_of(segments.begin() + static_cast<std::ptrdiff_t>(index) + 1, segments.end(),
                     [&](const catalog_segment& later) {
                       return later.first &&
                              later.first->header.first_sequence <= own->header.first_sequence;
                     });
}

void recovery_walk::enter(std::size_t index) {
  index_ = index;
  offset_ = block;
  if (segment().foreign) {
    add(finding_kind::foreign_segment, index, 0, 0);
    return;
  }
  if (!segment().header_valid || !segment().whole) {
    add(finding_kind::damaged_segment, index, 0, 0);
  }
  window_.open(directory_, segment().name);
}

bool recovery_walk::step() {
  if (!segment().foreign) {
    const auto found = batch_at(window_, segment().number, catalog_.salt(), offset_);
    if (found && follows(*found)) return take(*found);
  }
  if (window_.failed()) return false;
  if (continue_elsewhere(offset_, 0)) return true;
  if (catalog_.synced_group() >= group_ && skip_damage()) return true;
  if (!window_.failed()) end(offset_, offset_, 0);
  return false;
}

bool recovery_walk::follows(const found_batch& found) const noexcept {
  if (sequence_ == 0 || MR_MUTANT(chain_unchecked)) return true;
  return found.header.first_sequence == sequence_ && found.header.previous_crc == crc_;
}

bool recovery_walk::take(const found_batch& found) {
  const batch_header& header = found.header;
  const bytes_view bytes = window_.at(found.offset, header.bytes);
  if (bytes.empty()) return false;
  taken_[index_] = true;
  report_.end.next_group = std::max(report_.end.next_group, header.group + 1);
  if (header.group > catalog_.synced_group()) note_unsynced(found);
  batch_entries entries(bytes, header);
  while (!entries.done()) {
    sequence_ = header.first_sequence + entries.index();
    const std::uint64_t place = found.offset + entries.offset();
    if (auto e = entries.take()) {
      e->segment = segment().number;
      show(*e);
    } else {
      if (continue_elsewhere(place, header.entries - entries.index())) return true;
      const bool torn = header.group > catalog_.synced_group() && !MR_MUTANT(torn_tail_accepted);
      if (torn || MR_MUTANT(recovery_stops_at_damage)) {
        end(place, found.end_offset(), found.end_sequence());
        return false;
      }
      const auto target = next_used(index_ + 1);
      if (target && first_of(*target).header.first_sequence < found.end_sequence()) {
        return skip_to_segment();  // left behind by a restart, whose own first batch is damaged
      }
      add(finding_kind::damaged_entry, index_, place, entries.skip());
    }
    crc_ = found.crc;
  }
  sequence_ = found.end_sequence();
  crc_ = found.crc;
  group_open_ = (header.flags & batch_header::last_of_group) == 0;
  group_ = header.group + (group_open_ ? 0 : 1);
  if (!group_open_) report_.end.complete_group = header.group;
  report_.end.sealed = (header.flags & batch_header::seal) != 0;
  offset_ = found.end_offset();
  report_.bytes += header.place_bytes();
  return true;
}

void recovery_walk::note_unsynced(const found_batch& found) noexcept {
  log_end& at = report_.end;
  if (at.unsynced.segment == 0) at.unsynced = {segment().number, found.offset};
  at.unsynced_end = {segment().number, found.end_offset()};
}

void recovery_walk::show(const format::stored_entry& e) {
  visit_(e, sequence_);
  ++report_.entries;
  report_.last_ms = std::max(report_.last_ms, e.value.at_ms);
}

bool recovery_walk::continue_elsewhere(std::uint64_t place, std::uint64_t torn) {
  if (sequence_ == 0) return false;
  const auto target = catalog_.continuation(index_, sequence_, crc_);
  if (!target) return false;
  const bool within = torn != 0;
  if (within || next_here(sequence_max)) {
    add(finding_kind::torn_tail, index_, place, torn);
  }
  for (std::size_t i = index_ + 1; i != *target; ++i) {
    if (catalog_.segments()[i].first) add(finding_kind::torn_tail, i, block, 0);
  }
  enter(*target);
  group_ = first_of(*target).header.group;
  return true;
}

bool recovery_walk::skip_damage() {
  // What a restart has left behind is not taken up again: it went on, elsewhere, from before it.
  const auto target = next_used(index_ + 1);
  const auto here = next_here(target ? first_of(*target).header.first_sequence : sequence_max);
  if (!here) return skip_to_segment();
  const std::uint64_t lost = lost_before(here->header.first_sequence);
  if (here->offset != offset_ || !here->by_trailer || lost != 0) {
    add(finding_kind::damaged_batch, index_, offset_, lost);
  }
  return go_on_at(*here);
}

bool recovery_walk::skip_to_segment() {
  const auto target = next_used(index_ + 1);
  if (!target) return false;
  explain_gap(*target);
  enter(*target);
  return go_on_at(first_of(*target));
}

void recovery_walk::explain_gap(std::size_t target) {
  const found_batch& first = first_of(target);
  std::uint64_t lost = lost_before(first.header.first_sequence);
  bool explained = segment().foreign;
  for (std::size_t i = index_; i != target; ++i) {
    const catalog_segment& one = catalog_.segments()[i];
    const std::uint64_t next = catalog_.segments()[i + 1].number;
    if (i != index_) {
      add(one.foreign ? finding_kind::foreign_segment
          : one.first ? finding_kind::torn_tail
                      : finding_kind::damaged_segment,
          i, 0, std::exchange(lost, 0));
      explained = true;
    }
    if (next != one.number + 1) {
      report_.findings.push_back({finding_kind::missing_segment, one.number + 1, 0, sequence_,
                                  std::exchange(lost, 0), next - 1});
      explained = true;
    }
  }
  if (first.offset != block) {
    add(finding_kind::damaged_batch, target, block, lost);
  } else if (!explained && (lost != 0 || sequence_ == 0)) {
    add(finding_kind::damaged_batch, index_, offset_, lost);
  }
}

bool recovery_walk::go_on_at(const found_batch& found) {
  sequence_ = found.header.first_sequence;
  if (found.by_trailer) add(finding_kind::damaged_header, index_, found.offset, 0);
  return take(found);
}

std::optional<found_batch> recovery_walk::next_here(std::uint64_t end_sequence_max) noexcept {
  if (segment().foreign) return {};
  std::uint64_t at = offset_;
  while (const auto found = next_batch(window_, segment().number, catalog_.salt(), at)) {
    if (found->header.first_sequence >= sequence_ && found->end_sequence() <= end_sequence_max) {
      return found;
    }
    at = found->end_offset();
  }
  return {};
}

std::optional<std::size_t> recovery_walk::next_used(std::size_t from) const noexcept {
  for (std::size_t i = from; i < catalog_.used_end(); ++i) {
    const auto& first = catalog_.segments()[i].first;
    if (first && first->header.first_sequence >= sequence_ && !left_behind(i)) return i;
  }
  return {};
}

void recovery_walk::end(std::uint64_t place, std::uint64_t behind, std::uint64_t torn_end) {
  bool torn = torn_end != 0 || group_open_ || index_ + 1 != catalog_.used_end();
  std::uint64_t last = std::max(torn_end, sequence_);
  if (index_ + 1 != catalog_.used_end()) last = std::max(last, catalog_.end_sequence());
  while (!segment().foreign) {
    const auto stray = next_batch(window_, segment().number, catalog_.salt(), behind);
    if (!stray) break;
    torn = true;
    last = std::max(last, stray->end_sequence());
    behind = stray->end_offset();
  }
  if (torn) add(finding_kind::torn_tail, index_, place, last - sequence_);
  log_end& at = report_.end;
  at.segment = catalog_.segments()[catalog_.used_end() - 1].number;
  at.offset = offset_;
  at.clean = !torn;
  at.sealed = at.sealed && at.clean;
  at.next_sequence = sequence_ != 0 ? sequence_ : catalog_.end_sequence();
  at.last_crc = crc_;
}

void recovery_walk::add(finding_kind kind, std::size_t index, std::uint64_t offset,
                        std::uint64_t entries) {
  report_.findings.push_back(
      {kind, catalog_.segments()[index].number, offset, sequence_, entries, 0});
}

}  // namespace millrace::journal
