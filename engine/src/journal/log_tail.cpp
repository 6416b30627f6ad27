#include "journal/log_tail.hpp"

#include <cstring>
#include <span>

#include "base/mutant.hpp"

namespace millrace::journal {
namespace {

/// Segments that may wait for a quiet moment: their sync would take the processor from who writes.
constexpr std::size_t left_in_peace = log_state::left_max / 2;

}  // namespace

log_tail::log_tail(const options& wanted, log_state& state) : options_(wanted), state_(state) {
  pieces_.reserve(group_batches_max * (batch_buffer::pieces_max + 1));
}

void log_tail::start(const log_end& end, segment* current) noexcept {
  next_sequence_ = end.next_sequence;
  next_group_ = MR_MUTANT(groups_reused) ? end.complete_group + 1 : end.next_group;
  synced_group_ = end.complete_group;
  last_crc_ = end.last_crc;
  oldest_ = oldest_next_ = end.oldest_segment;
  current_ = current;
  offset_ = end.offset;
  if (current_ == nullptr) next_segment();
}

std::uint64_t log_tail::room() const noexcept {
  if (!has_room_for_seal()) return 0;
  return current_->bytes - format::block - offset_;
}

bool log_tail::has_room_for_seal() const noexcept {
  return current_ != nullptr && offset_ + format::block <= current_->bytes;
}

bool log_tail::should_leave() const noexcept {
  return current_ != nullptr && state_.leave.value() == current_->number;
}

bool log_tail::next_segment() noexcept {
  if (dirty_ && left_.size() == log_state::left_max) return false;
  segment* next = nullptr;
  if (state_.spares.pop(std::span(&next, 1)) == 0) return false;
  if (current_ != nullptr) state_.used.add(current_->bytes - offset_);
  if (dirty_) leave();
  if (state_.cached.get() != cached_here_) state_.cached.set(cached_here_);
  cached_here_ = hurries_ = false;
  current_ = next;
  first_group_here_ = next_group_;
  offset_ = format::block;
  state_.current.advance(next->number);
  state_.keeper_bell.ring();
  return true;
}

/// Whoever writes groups of level disk as well waits for all that was written before them, and on a
/// full disk old segments are wanted.
void log_tail::leave() noexcept {
  left_.push_back({next_group_ - 1, oldest_});
  const bool pushed = state_.left.push(current_);
  MR_ASSERT(pushed);
  ++left_count_;
  dirty_ = false;
  if (hurries_ || state_.disk_full.get()) {
    want_synced();
  } else if (left_.size() > left_in_peace && left_wanted_ + left_in_peace < left_count_) {
    left_wanted_ = left_count_ - left_in_peace;
    state_.left_wanted.advance(left_wanted_);
  }
}

void log_tail::want_synced() noexcept {
  if (!leaves_time()) return;
  left_wanted_ = left_count_;
  state_.left_wanted.advance(left_wanted_);
  state_.keeper_bell.ring();
}

bool log_tail::must_wait() noexcept {
  if (left_.empty()) return false;
  want_synced();
  return true;
}

void log_tail::begin_group() noexcept {
  pieces_.clear();
  scattered_ = false;
  group_bytes_ = 0;
  oldest_ = oldest_to_say();
}

/// Recovery begins with the oldest segment that a batch names: so what was carried out of those
/// before it has to be on the device first, and a batch in it.
std::uint64_t log_tail::oldest_to_say() noexcept {
  const std::uint64_t wanted = state_.oldest.value();
  if (oldest_next_ != wanted) {
    oldest_next_ = wanted;
    const bool unused = wanted == current_->number && next_group_ == first_group_here_;
    oldest_next_group_ = unused ? next_group_ : next_group_ - 1;
  }
  const bool empty = wanted == current_->number && synced_group_ < first_group_here_;
  const bool too_early = empty || synced_group_ < oldest_next_group_;
  return too_early && !MR_MUTANT(oldest_named_too_early) ? oldest_ : wanted;
}

void log_tail::add(const format::batch_header& rest, const batch_buffer& batch) noexcept {
  format::batch_header header = rest;
  header.segment = current_->number;
  header.group = next_group_;
  header.first_sequence = next_sequence_;
  header.previous_crc = last_crc_;
  header.incarnation = options_.incarnation;
  header.oldest_segment = oldest_;
  header.synced_group = MR_MUTANT(synced_group_too_high) ? next_group_ - 1 : synced_group_;
  const std::uint64_t place = header.place_bytes();
  std::byte* const rest_of_place = batch.next();  // behind the entries: padding, trailer
  std::byte* const trailer = batch.memory + (place - batch.elsewhere) - format::batch_header_bytes;
  last_crc_ = format::encode(header, options_.batch_salt, batch.memory);
  std::memset(rest_of_place, 0, static_cast<std::size_t>(trailer - rest_of_place));
  std::memcpy(trailer, batch.memory, format::batch_header_bytes);
  next_sequence_ += header.entries;
  for (std::uint32_t i = 0; i < batch.piece_count; ++i) {
    pieces_.emplace_back(batch.pieces[i].at, batch.pieces[i].bytes);
  }
  const bool scattered = batch.piece_count != 0;
  pieces_.emplace_back(scattered ? rest_of_place : batch.memory,
                       trailer + format::batch_header_bytes);
  scattered_ = scattered_ || scattered;
  group_bytes_ += place;
  seals_ = (header.flags & format::batch_header::seal) != 0;
}

/// A write past the page cache drops what that has there: large pages, of which small ones are all
/// that comes back. There is time for a seal, so it does not.
io_status log_tail::write(bool durable) noexcept {
  const bool direct = durable && !dirty_ && !scattered_ && !(seals_ && cached_here_);
  MR_ASSERT(!durable || left_.empty());
  const bool through = direct && !MR_MUTANT(durable_write_cached);
  const io_status done =
      current_->handle->write(offset_, pieces_, through ? write_mode::durable : write_mode::cached);
  if (done != io_status::ok && !MR_MUTANT(failed_write_ignored)) return done;
  offset_ += group_bytes_;
  dirty_ = !direct;
  if (!direct && !cached_here_) {
    cached_here_ = true;
    state_.cached.set(true);
  }
  ++next_group_;
  if (direct) note_synced(next_group_ - 1, oldest_);
  return io_status::ok;
}

io_status log_tail::sync() noexcept {
  MR_ASSERT(left_.empty());
  io_status done = MR_MUTANT(sync_skipped) ? io_status::ok : current_->handle->sync();
  if (MR_MUTANT(failed_sync_retried) && done != io_status::ok) done = current_->handle->sync();
  if (done != io_status::ok) return done;
  dirty_ = false;
  note_synced(next_group_ - 1, oldest_);
  return io_status::ok;
}

void log_tail::follow_keeper() noexcept {
  while (!left_.empty() && left_synced_ < state_.left_synced.value()) {
    note_synced(left_.front().last_group, left_.front().oldest);
    left_.pop_front();
    ++left_synced_;
  }
}

void log_tail::note_synced(std::uint64_t group, std::uint64_t oldest) noexcept {
  synced_group_ = group;
  if (oldest == state_.oldest_durable.value()) return;
  state_.oldest_durable.advance(oldest);
  state_.keeper_bell.ring();
}

}  // namespace millrace::journal
