#include "journal/committer.hpp"

#include <algorithm>
#include <utility>

#include "base/mutant.hpp"

namespace millrace::journal {
namespace {

constexpr std::uint64_t group_bytes_max = std::uint64_t{8} << 20;
/// Without a sync a write costs what its bytes cost: a short one is acknowledged while the lane
/// makes the next.
constexpr std::uint64_t group_bytes_cached = std::uint64_t{64} << 10;
constexpr std::int64_t quiet_before_seal_ns = 10 * base::ns_per_ms;

void count(sync::shared_number& counter, std::uint64_t more) noexcept {
  counter.set(counter.value() + more);
}

}  // namespace

committer::committer(const options& wanted, storage& directory, log_state& state,
                     std::span<lane_log* const> lanes)
    : options_(wanted),
      directory_(directory),
      state_(state),
      lanes_(lanes.begin(), lanes.end()),
      tail_(wanted.tail, state),
      gathers_(wanted.gathers) {
  group_.reserve(log_tail::group_batches_max);
  seal_.memory = seal_memory_;
}

std::int64_t committer::now_ns() const noexcept {
  return options_.clock != nullptr ? options_.clock->now() : base::monotonic_ns();
}

bool committer::anything_waits() const noexcept {
  return std::any_of(lanes_.begin(), lanes_.end(), [](lane_log* l) { return l->waiting(); });
}

bool committer::work() noexcept {
  if (state_.failed.is_set()) return false;
  if (state_.broken.is_set()) {
    fail(state_.broken_how);
    return true;
  }
  tail_.follow_keeper();
  if (group_.empty() && tail_.should_leave()) tail_.next_segment();
  if (gathering_.active() && gather()) return false;
  if (group_.empty() && !collect()) return idle();
  if (group_durable_ && tail_.must_wait()) return false;
  write_group();
  return true;
}

/// True: the group may still grow, and waits.
bool committer::gather() noexcept {
  const bool settled = lanes_have_settled();  // before what they have handed over until then
  const bool any = collect();
  const bool whole = group_is_full() || held_.batch != nullptr || (any && !group_durable_);
  if (!whole) return gathering_.waits(settled, entries_at_hand(), now_ns());
  gathering_.end();
  return false;
}

bool committer::stop_waiting() noexcept {
  const bool waited = gathering_.active();
  gathering_.end();
  return waited;
}

void committer::stop_gathering() noexcept {
  gathers_ = false;
  stop_waiting();
}

std::uint64_t committer::entries_at_hand() const noexcept {
  std::uint64_t entries = group_entries_;
  for (const lane_log* lane : lanes_) entries += lane->keeps();
  return entries;
}

bool committer::lanes_have_settled() const noexcept {
  return std::all_of(lanes_.begin(), lanes_.end(), [](lane_log* l) { return l->settled(); });
}

bool committer::idle() noexcept {
  ask_for(held_.batch == nullptr ? appetite::any : appetite::none);
  return seal_is_due() && write_seal();
}

/// After a quiet moment. At once where it is cheap, or somebody waits for it, when it lets old
/// segments be used again.
bool committer::seal_is_due() noexcept {
  const bool frees = state_.oldest.value() != state_.oldest_durable.value();
  const bool now = frees && (!tail_.dirty() || held_.batch != nullptr || state_.disk_full.get());
  if (!now && (!(frees || unsealed_) || now_ns() - last_write_ns_ < quiet_before_seal_ns)) {
    return false;
  }
  return !tail_.must_wait();
}

std::int64_t committer::due_ns() const noexcept {
  if (gathering_.active()) return gathering_.until_ns();
  const bool waits = unsealed_ || state_.oldest.value() != state_.oldest_durable.value();
  const bool keeper_first = tail_.has_unsynced() && !tail_.leaves_time();
  if (!waits || keeper_first || state_.failed.is_set()) return INT64_MAX;
  return last_write_ns_ + quiet_before_seal_ns;
}

void committer::seal() noexcept {
  if (unsealed_ && !tail_.has_unsynced() && !state_.failed.is_set()) write_seal();
}

void committer::ask_for(appetite wanted) noexcept {
  if (wanted_ == wanted) return;
  wanted_ = wanted;
  state_.wanted.set(wanted);
}

appetite committer::appetite_after_write(bool gathers) const noexcept {
  if (held_.batch != nullptr) return appetite::none;
  if (gathers) return appetite::settled;
  return anything_waits() ? appetite::none : appetite::any;
}

/// Fills the group with what there is, as far as the segments go.
bool committer::collect() noexcept {
  if (group_.empty()) {
    group_bytes_ = group_entries_ = 0;
    group_durable_ = false;
  }
  take_from_lanes();
  while (group_.empty() && held_.batch != nullptr) {
    if (!tail_.next_segment()) {
      tail_.want_synced();
      return false;
    }
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
      if (group_is_full()) {
        turn_ += i + 1;
        return;
      }
    }
  }
}

bool committer::group_is_full() const noexcept {
  return group_bytes_ >= (group_durable_ ? group_bytes_max : group_bytes_cached) ||
         group_.size() == log_tail::group_batches_max;
}

bool committer::add(const taken& next) noexcept {
  const std::uint64_t place = next.batch->place_bytes();
  if (group_bytes_ + place > tail_.room()) {
    held_ = next;
    return false;
  }
  complete(next);
  group_.push_back(next);
  group_bytes_ += place;
  group_entries_ += next.batch->entries;
  group_durable_ = group_durable_ || next.batch->disk;
  return true;
}

/// Puts in what the lane has left out: CRCs, and bodies' places. Once the batch is taken and not
/// when it is written: a group that waits has time for it. Where all CRCs are there the entries are
/// not looked at, which is not for free.
void committer::complete(const taken& next) noexcept {
  batch_buffer& batch = *next.batch;
  if (!batch.crcs_missing) return;
  const std::uint32_t salt =
      format::entry_salt(options_.tail.incarnation, next.lane->number(), batch.ordinal);
  std::byte* const first = batch.memory + format::batch_header_bytes;
  if (batch.piece_count == 0) format::sign(first, batch.entries, salt);
  std::byte* place = batch.memory;
  for (std::uint32_t i = 0; i < batch.piece_count; ++i) {
    const batch_piece& piece = batch.pieces[i];
    const bool copied = piece.home != nullptr && batch.copied_later;
    if (copied && !MR_MUTANT(copy_forgotten)) {
      format::copy_signed(place, piece.at, piece.entries, salt);
    } else if (!copied && (piece.home == nullptr || !MR_MUTANT(crc_missing_elsewhere))) {
      format::sign(i == 0 ? first : piece.at, piece.entries, salt);
    }
    place += piece.bytes;
  }
  if (batch.copied_later) batch.release_homes();
  batch.crcs_missing = batch.copied_later = false;
}

void committer::write_group() noexcept {
  ask_for(appetite::none);
  tail_.begin_group();
  for (const taken& t : group_) {
    format::batch_header header;
    header.entries = t.batch->entries;
    header.bytes = t.batch->bytes;
    header.lane = t.lane->number();
    header.ordinal = t.batch->ordinal;
    header.flags = &t == &group_.back() ? format::batch_header::last_of_group : 0;
    tail_.add(header, *t.batch);
  }
  if (!write(group_durable_)) return;
  if (group_durable_) tail_.hurry();
  unsealed_ = true;
  count(counts_.entries, group_entries_);
  const bool gathers = gathers_ && group_durable_ && held_.batch == nullptr &&
                       gathering_.begin(last_write_ns_, sync_ns());
  ask_for(appetite_after_write(gathers));  // first: who is rung hands over at once
  publish();
  group_.clear();
}

/// Not before all else is on the device. False: there is no room, or it failed.
bool committer::write_seal() noexcept {
  last_write_ns_ = now_ns();  // if there is no room, look again later
  if (!tail_.has_room_for_seal() && !tail_.next_segment()) return false;
  if (tail_.must_wait()) return false;
  if (tail_.dirty() && tail_.sync() != io_status::ok) {
    fail("journal sync: " + directory_.last_error());
    return false;
  }
  format::batch_header header;
  header.bytes = format::batch_header_bytes;
  header.flags = format::batch_header::last_of_group | format::batch_header::seal;
  tail_.begin_group();
  tail_.add(header, seal_);
  if (!write(true)) return false;
  unsealed_ = false;
  publish();
  return true;
}

/// One group's write, and what it takes until that is durable.
bool committer::write(bool durable) noexcept {
  const std::int64_t started = now_ns();
  sync::idle_guard* const guard = durable ? options_.guard : nullptr;
  if (guard != nullptr) guard->begin(sync_ns());
  const bool done = write_and_sync(durable);
  if (guard != nullptr) guard->end();
  if (!done) return false;
  last_write_ns_ = now_ns();
  count(counts_.groups, 1);
  count(counts_.bytes, tail_.group_bytes());
  if (durable) {
    count(counts_.syncs, 1);
    counts_.sync_ns_last.set(static_cast<std::uint64_t>(last_write_ns_ - started));
  }
  return true;
}

bool committer::write_and_sync(bool durable) noexcept {
  if (tail_.write(durable) != io_status::ok) {
    fail("journal write: " + directory_.last_error());
    return false;
  }
  if (durable && tail_.dirty()) {
    for (const taken& t : group_) t.lane->written(*t.batch);
    if (tail_.sync() != io_status::ok) {
      fail("journal sync: " + directory_.last_error());
      return false;
    }
  }
  return true;
}

void committer::publish() noexcept {
  state_.used.add(tail_.group_bytes());
  for (std::size_t i = 0; i < group_.size(); ++i) {
    lane_log& lane = *group_[i].lane;
    lane.committed(*group_[i].batch);
    lane.give_back(group_[i].batch);
    if (i + 1 == group_.size() || group_[i + 1].lane != &lane) lane.ring();
  }
  if (state_.carry.get() > state_.oldest.value()) state_.keeper_bell.ring();  // it waits for them
}

/// Fail-stop. Nothing of the write that failed has been shown, and nothing ever will be.
void committer::fail(const std::string& what) noexcept {
  error_ = what;
  state_.failed.set();
  for (lane_log* lane : lanes_) lane->ring();
  state_.keeper_bell.ring();
}

}  // namespace millrace::journal
