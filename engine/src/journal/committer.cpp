#include "journal/committer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace millrace::journal {
namespace {

constexpr std::uint64_t group_bytes_max = std::uint64_t{8} << 20;
constexpr std::size_t group_batches_max = 64;
constexpr std::int64_t quiet_before_seal_ns = 10 * base::ns_per_ms;

void count(sync::shared_number& counter, std::uint64_t more) noexcept {
  counter.set(counter.value() + more);
}

}  // namespace

committer::committer(const options& wanted, storage& directory, log_state& state,
                     std::span<lane_log* const> lanes)
    : options_(wanted), directory_(directory), state_(state), lanes_(lanes.begin(), lanes.end()) {
  group_.reserve(group_batches_max);
  pieces_.reserve(group_batches_max);
}

void committer::start(const log_end& end, segment* current) noexcept {
  next_sequence_ = end.next_sequence;
  next_group_ = end.next_group;
  synced_group_ = end.complete_group;  // the keeper has synced what was found
  last_crc_ = end.last_crc;
  current_ = current;
  offset_ = end.offset;
  if (current_ == nullptr) next_segment();
}

std::int64_t committer::now_ns() const noexcept {
  return options_.clock != nullptr ? options_.clock->now() : base::monotonic_ns();
}

bool committer::anything_waits() const noexcept {
  return std::any_of(lanes_.begin(), lanes_.end(), [](lane_log* l) { return l->waiting(); });
}

bool committer::oldest_moved() const noexcept {
  return state_.oldest.value() != state_.oldest_durable.value();
}

/// For batches: the last block is a seal's.
std::uint64_t committer::room() const noexcept {
  if (current_ == nullptr || offset_ + format::block > current_->bytes) return 0;
  return current_->bytes - format::block - offset_;
}

bool committer::work() noexcept {
  if (state_.failed.is_set()) return false;
  if (state_.broken.is_set()) {
    fail(state_.broken_how);
    return true;
  }
  if (collect()) {
    write_group();
    return true;
  }
  if (state_.failed.is_set()) return true;
  be_hungry(!starved());
  if (oldest_moved()) return write_seal();
  if (unsealed_ && now_ns() - last_write_ns_ >= quiet_before_seal_ns) return write_seal();
  return false;
}

std::int64_t committer::due_ns() const noexcept {
  if (!unsealed_ || state_.failed.is_set()) return INT64_MAX;
  return last_write_ns_ + quiet_before_seal_ns;
}

/// That the log begins with the current segment is said once a batch of it is on the device:
/// recovery begins there.
std::uint64_t committer::oldest_to_say() const noexcept {
  const std::uint64_t wanted = state_.oldest.value();
  const bool too_early = wanted == current_->number && synced_group_ < first_group_here_;
  return too_early ? state_.oldest_durable.value() : wanted;
}

void committer::seal() noexcept {
  if (unsealed_ && !state_.failed.is_set()) write_seal();
}

void committer::be_hungry(bool now) noexcept {
  if (hungry_ == now) return;
  hungry_ = now;
  state_.hungry.set(now);
}

/// Fills the group with what there is, as far as the segments go.
bool committer::collect() noexcept {
  group_.clear();
  group_bytes_ = 0;
  take_from_lanes();
  while (group_.empty() && held_.batch != nullptr) {
    if (!next_segment()) return false;
    take_from_lanes();
  }
  return !group_.empty();
}

void committer::take_from_lanes() noexcept {
  if (held_.batch != nullptr && !add(std::exchange(held_, {}))) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lane_log* const lane = lanes_[(turn_ + i) % lanes_.size()];
    while (batch_buffer* const batch = lane->take()) {
      if (!add({lane, batch})) return;
      if (group_bytes_ >= group_bytes_max || group_.size() == group_batches_max) {
        turn_ += i + 1;
        return;
      }
    }
  }
}

bool committer::add(const taken& next) noexcept {
  const std::uint64_t place = next.batch->place_bytes();
  if (group_bytes_ + place > room()) {
    held_ = next;
    return false;
  }
  group_.push_back(next);
  group_bytes_ += place;
  return true;
}

/// Leaves the current segment, once another is ready.
bool committer::next_segment() noexcept {
  segment* next = nullptr;
  if (state_.spares.pop(std::span(&next, 1)) == 0) return false;
  if (current_ != nullptr) {
    // What comes next must not become durable before what was.
    if (dirty_ && !sync()) return false;
    state_.used.add(current_->bytes - offset_);
  }
  current_ = next;
  first_group_here_ = next_group_;
  offset_ = format::block;
  state_.current.advance(next->number);
  state_.keeper_bell.ring();
  return true;
}

/// Header, zeros and trailer around a batch that is complete otherwise.
void committer::finish(const format::batch_header& rest, std::byte* memory) noexcept {
  format::batch_header header = rest;
  header.segment = current_->number;
  header.group = next_group_;
  header.first_sequence = next_sequence_;
  header.previous_crc = last_crc_;
  header.incarnation = options_.incarnation;
  header.oldest_segment = group_oldest_;
  header.synced_group = synced_group_;
  const std::uint64_t place = header.place_bytes();
  std::byte* const trailer = memory + place - format::batch_header_bytes;
  last_crc_ = format::encode(header, options_.batch_salt, memory);
  std::memset(memory + header.bytes, 0, static_cast<std::size_t>(trailer - memory) - header.bytes);
  std::memcpy(trailer, memory, format::batch_header_bytes);
  next_sequence_ += header.entries;
  pieces_.emplace_back(memory, place);
}

void committer::write_group() noexcept {
  be_hungry(false);
  pieces_.clear();
  group_oldest_ = oldest_to_say();
  bool durable = group_oldest_ != state_.oldest_durable.value();
  std::uint64_t entries = 0;
  for (const taken& t : group_) {
    format::batch_header header;
    header.entries = t.batch->entries;
    header.bytes = t.batch->bytes;
    header.lane = t.lane->number();
    header.ordinal = t.batch->ordinal;
    header.flags = &t == &group_.back() ? format::batch_header::last_of_group : 0;
    finish(header, t.batch->memory);
    durable = durable || t.batch->disk;
    entries += t.batch->entries;
  }
  if (!write_pieces(durable)) return;
  unsealed_ = true;
  count(counts_.entries, entries);
  be_hungry(!starved() && !anything_waits());  // first: a lane that is rung hands over at once
  publish(durable);
}

/// Not before all else is on the device. False: there is no room, or it failed.
bool committer::write_seal() noexcept {
  last_write_ns_ = now_ns();  // if there is no room, look again later
  group_.clear();
  pieces_.clear();
  const bool fits = current_ != nullptr && offset_ + format::block <= current_->bytes;
  if (!fits && !next_segment()) return false;
  if (dirty_ && !sync()) return false;
  group_oldest_ = oldest_to_say();
  group_bytes_ = format::block;
  format::batch_header header;
  header.bytes = format::batch_header_bytes;
  header.flags = format::batch_header::last_of_group | format::batch_header::seal;
  finish(header, seal_);
  if (!write_pieces(true)) return false;
  unsealed_ = false;
  publish(true);
  return true;
}

/// One group's write, and what it takes until that is durable.
bool committer::write_pieces(bool durable) noexcept {
  const bool direct = durable && !dirty_;
  const std::int64_t started = now_ns();
  const io_status done =
      current_->handle->write(offset_, pieces_, direct ? write_mode::durable : write_mode::cached);
  if (done != io_status::ok) {
    fail("journal write: " + directory_.last_error());
    return false;
  }
  offset_ += group_bytes_;
  dirty_ = !direct;
  ++next_group_;
  if (direct) {
    synced_group_ = next_group_ - 1;
  } else if (durable) {
    for (const taken& t : group_) t.lane->written(*t.batch);
    if (!sync()) return false;
  }
  last_write_ns_ = now_ns();
  if (durable) counts_.sync_ns_last.set(static_cast<std::uint64_t>(last_write_ns_ - started));
  return true;
}

bool committer::sync() noexcept {
  if (current_->handle->sync() != io_status::ok) {
    fail("journal sync: " + directory_.last_error());
    return false;
  }
  dirty_ = false;
  synced_group_ = next_group_ - 1;
  return true;
}

void committer::publish(bool durable) noexcept {
  count(counts_.groups, 1);
  count(counts_.syncs, durable ? 1 : 0);
  count(counts_.bytes, group_bytes_);
  state_.used.add(group_bytes_);
  for (std::size_t i = 0; i < group_.size(); ++i) {
    lane_log& lane = *group_[i].lane;
    lane.committed(*group_[i].batch);
    lane.give_back(group_[i].batch);
    if (i + 1 == group_.size() || group_[i + 1].lane != &lane) lane.ring();
  }
  if (durable && group_oldest_ != state_.oldest_durable.value()) {
    state_.oldest_durable.advance(group_oldest_);
    state_.keeper_bell.ring();
  }
  if (state_.carry.value() > group_oldest_) state_.keeper_bell.ring();  // it waits for carriers
}

/// Fail-stop. Nothing of the write that failed has been shown, and nothing ever will be.
void committer::fail(const std::string& what) noexcept {
  error_ = what;
  state_.failed.set();
  for (lane_log* lane : lanes_) lane->ring();
  state_.keeper_bell.ring();
}

}  // namespace millrace::journal
