#include "journal/lane_log.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "base/stream_writer.hpp"
#include "sync/cpu_binding.hpp"

namespace millrace::journal {
namespace {

/// What waits longer than for the committer's next look is handed over in pieces of this.
constexpr std::uint32_t batch_bytes_wanted = std::uint32_t{1} << 20;
/// So much is worth a write of its own even if more is to come: that is encoded meanwhile, into
/// another batch if there is one.
constexpr std::uint32_t batch_bytes_ready = std::uint32_t{64} << 10;

std::byte* body_of(const entry& e) noexcept { return e.body.home->data() + e.body.offset; }

}  // namespace

lane_log::lane_log(const options& wanted, log_state& state) noexcept
    : options_(wanted), state_(state) {
  MR_ASSERT(wanted.append_bytes_max + 2 * format::batch_header_bytes <= wanted.batch_bytes);
}

result<void> lane_log::allocate(const extent_source& from) noexcept {
  const result<void> done = buffers_.allocate(from, options_.batch_bytes);
  if (!done) return done.error();
  for (batch_buffer*& b : free_) b = &buffers_.at(free_count_++);
  open_batch();
  return {};
}

void lane_log::start() noexcept { epoch_ = static_cast<std::uint32_t>(state_.current.value()); }

bool lane_log::fits_append() const noexcept {
  return open_->bytes + options_.append_bytes_max + format::batch_header_bytes <=
         options_.batch_bytes;
}

void lane_log::open_batch() noexcept {
  MR_ASSERT(free_count_ != 0);
  open_ = free_[--free_count_];
  open_->ordinal = ordinal_ + 1;
  salt_ = format::entry_salt(options_.incarnation, options_.number, open_->ordinal);
}

position lane_log::append(std::span<const entry> entries) noexcept {
  const bool dropped = failed();  // nothing of it will ever be acknowledged
  bool room = false;
  const format::signing when = who_signs(entries);
  std::size_t around = 0;
  for (const entry& e : entries) {
    const bool kept = e.level != durability::memory;
    if (kept && !dropped && !room) room = make_room();
    ++appended_;
    if (!kept) continue;
    if (MR_MUTANT(append_cut_short) && entries.size() > 1 && &e == &entries.back()) continue;
    if (dropped) {
      if (lost_first_ == 0) lost_first_ = appended_;
      continue;
    }
    if (open_->entries == 0) open_first_ = appended_;
    const auto index = static_cast<std::size_t>(&e - entries.data());
    around = put(entries.subspan(index), when, around);
  }
  const bool ready = has_entries() && open_->bytes >= batch_bytes_ready;
  if (ready && (free_count_ != 0 || state_.wanted.get() != appetite::none)) hand_over();
  return appended_;
}

/// Puts the first of `rest` into the open batch. `around`, and the answer: how many from there on
/// are known to be encoded around their bodies.
std::size_t lane_log::put(std::span<const entry> rest, format::signing when,
                          std::size_t around) noexcept {
  const entry& e = rest.front();
  MR_ASSERT(open_->bytes + format::encoded_bytes(e) + format::batch_header_bytes <=
            options_.batch_bytes);
  const bool disk = e.level >= durability::disk;
  if (around == 0 && e.room != 0) around = lies_around(rest, when);
  open_->disk = open_->disk || disk;
  if (around == 0) {
    open_->add_here(format::encode(e, open_->entries, salt_, open_->next(), when));
    open_->crcs_missing = open_->crcs_missing || when == format::signing::later;
    return 0;
  }
  open_->copied_later = open_->copied_later || disk;
  const std::size_t encoded = format::encode_around(e, open_->entries, body_of(e));
  open_->add_there(body_of(e) - e.room, encoded, e.body.home);
  open_->crcs_missing = true;
  return around - 1;
}

/// How many entries, from the first on, are to be encoded around their bodies: as many as lie one
/// after the other, if that is worth a piece of its own. Only if they are signed later, by who
/// reads them then anyway.
std::size_t lane_log::lies_around(std::span<const entry> entries,
                                  format::signing when) const noexcept {
  constexpr std::size_t worth_a_piece = 4096;
  const entry& first = entries.front();
  if (when == format::signing::now || !may_lie_elsewhere(first.level >= durability::disk)) return 0;
  const std::byte* const begin = body_of(first) - first.room;
  const bool goes_on = open_->ends_at(begin);
  if (!goes_on && !open_->may_scatter()) return 0;
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const entry& e : entries) {
    if (e.level != first.level || e.room != format::bytes_before_body(e)) break;
    if (body_of(e) - e.room != begin + bytes) break;
    bytes += format::encoded_bytes(e);
    ++count;
  }
  return goes_on || bytes >= worth_a_piece ? count : 0;
}

/// A write past the page cache takes whole blocks: a batch of level disk is in one piece when it is
/// written, a batch of level os stays in several.
bool lane_log::may_lie_elsewhere(bool disk) const noexcept {
  if (open_->copied_later) return true;
  return disk ? open_->piece_count == 0 : !open_->disk;
}

position lane_log::append_carried(std::span<const entry> entries) noexcept {
  std::uint64_t bytes = 0;
  for (const entry& e : entries) {
    if (e.level != durability::memory) bytes += format::encoded_bytes(e);
  }
  if (bytes != 0 && !failed() && make_room()) open_->carried += static_cast<std::uint32_t>(bytes);
  return append(entries);
}

/// Without syncs the lane is the slower of the two threads. With them it has time while a group is
/// written, and what the committer does comes before the next; but a committer that waits for
/// entries takes the CRCs of what it gets while the lane still works.
format::signing lane_log::who_signs(std::span<const entry> entries) const noexcept {
  std::size_t bytes = 0;
  bool synced = false;
  for (const entry& e : entries) {
    if (e.level == durability::memory) continue;
    bytes += e.body.length;
    synced = synced || e.level >= durability::disk;
  }
  if (!synced) return format::signing::later;
  const bool has_time = state_.wanted.get() != appetite::none && bytes >= batch_bytes_ready;
  return has_time ? format::signing::later : format::signing::now;
}

/// For one append; what was appended before goes out if it has to make way.
bool lane_log::make_room() noexcept {
  if (has_entries() && !fits_append()) hand_over();
  if (open_ == nullptr) take_back();
  if (open_ == nullptr) open_batch();
  return true;
}

/// Entries that are not kept wait for nothing but the kept ones before them.
position lane_log::before_open() const noexcept {
  if (has_entries()) return open_first_ - 1;
  return lost_first_ != 0 ? lost_first_ - 1 : appended_;
}

position lane_log::reached(durability level) const noexcept {
  if (level == durability::memory) return appended_;
  if (MR_MUTANT(os_acked_before_write) && level == durability::os) return appended_;
  const position done =
      level == durability::os || MR_MUTANT(ack_before_sync) ? written_.value() : synced_.value();
  // Batches that are further back have come back, so they are done.
  for (std::uint32_t i = 1; i <= handed_.size(); ++i) {
    const extent& batch = handed_[(ordinal_ + i) % handed_.size()];
    if (batch.end > done) return batch.first - 1;
  }
  return before_open();
}

admission lane_log::admits() noexcept {
  if (failed()) return admission::open;  // whoever asks next, asks failed()
  take_back();
  const bool fits = open_ != nullptr && (!has_entries() || fits_append());
  if (!fits && free_count_ == 0) return admission::closed;
  // `used` is read after the buffers of what it counts came back.
  const std::uint64_t left = state_.given.value() - state_.used.value();
  const std::uint64_t open = has_entries() ? open_->place_bytes() : 0;
  const std::uint64_t need =
      outstanding_ + open + format::round_to_block(options_.append_bytes_max) + format::block;
  if (need + (MR_MUTANT(reserve_not_kept) ? 0 : state_.reserve.get()) <= left)
    return admission::open;
  if (!state_.disk_full.get()) {
    state_.keeper_bell.ring();  // one more spare than usual may be needed
    return admission::closed;
  }
  if (need + state_.kept_for_carrying.get() <= left) return admission::reserved;
  state_.keeper_bell.ring();
  if (state_.stuck_at.get() == state_.used.value() || MR_MUTANT(refused_before_stuck)) {
    return admission::full;
  }
  return need <= left ? admission::held : admission::closed;
}

void lane_log::offer(turn_end how) noexcept {
  // What does not fit behind the end of a segment is lost to it, which counts on a full disk.
  const std::uint32_t much = state_.disk_full.get() ? batch_bytes_ready : batch_bytes_wanted;
  if (has_entries()) {
    const appetite wanted = state_.wanted.get();
    const bool asked =
        wanted == appetite::any || (wanted == appetite::settled && how != turn_end::busy);
    if (asked || how == turn_end::asleep || open_->bytes > much) hand_over();
  }
  if (const std::uint64_t kept = has_entries() ? open_->entries : 0; kept_.get() != kept) {
    kept_.set(kept);
  }
  note_rest(how);
  if (open_ == nullptr) {
    take_back();
    if (free_count_ != 0) open_batch();
  }
  epoch_ = static_cast<std::uint32_t>(state_.current.value());
}

/// One idle turn does not tell: what was committed may have come behind its last look.
void lane_log::note_rest(turn_end how) noexcept {
  const position since = synced_.value();
  if (how != turn_end::busy && resting_ && settled_.value() != resting_since_) {
    settled_.advance(resting_since_);
  }
  resting_ = how != turn_end::busy;
  resting_since_ = since;
}

void lane_log::hand_over() noexcept {
  open_->end = appended_;
  ordinal_ = open_->ordinal;
  handed_[ordinal_ % handed_.size()] = {open_first_, appended_};
  outstanding_ += open_->place_bytes();
  count(*open_);
  base::stream_writer::done();
  const bool pushed = handed_over_.push(open_);
  MR_ASSERT(pushed);
  open_ = nullptr;
  state_.lane_cpu.set(static_cast<std::uint64_t>(sync::this_processor()));
  state_.committer_bell.ring();
}

/// What is carried along with decisions does not take their padding.
void lane_log::count(const batch_buffer& batch) noexcept {
  const std::uint64_t all = batch.place_bytes();
  const std::uint64_t entries = batch.bytes - format::batch_header_bytes;
  const std::uint64_t decided = batch.carried == 0 ? all : entries - batch.carried;
  bytes_decided_.set(bytes_decided_.get() + decided);
  bytes_carried_.set(bytes_carried_.get() + all - decided);
}

void lane_log::take_back() noexcept {
  std::array<batch_buffer*, batch_buffers::count> back;
  const std::size_t n = returned_.pop(back);
  for (std::size_t i = 0; i < n; ++i) {
    outstanding_ -= back[i]->place_bytes();
    back[i]->reset();
    free_[free_count_++] = back[i];
  }
}

std::uint32_t lane_log::carry_wanted() const noexcept {
  return static_cast<std::uint32_t>(state_.carry.get());
}

void lane_log::carried(std::uint32_t epoch) noexcept {
  const std::uint32_t with = has_entries() ? open_->ordinal : ordinal_;
  carried_.set(std::uint64_t{epoch} << 32 | with);
  state_.keeper_bell.ring();
}

batch_buffer* lane_log::take() noexcept {
  batch_buffer* next = nullptr;
  return handed_over_.pop(std::span(&next, 1)) == 1 ? next : nullptr;
}

void lane_log::committed(const batch_buffer& batch) noexcept {
  if (written_.value() < batch.end) written_.advance(batch.end);  // or with all of its group
  synced_.advance(batch.end + (MR_MUTANT(ack_of_next_batch) ? 1 : 0));
  committed_.advance(batch.ordinal);
}

void lane_log::give_back(batch_buffer* batch) noexcept {
  batch->release_homes();  // here, as the lane may sleep
  const bool pushed = returned_.push(batch);
  MR_ASSERT(pushed);
}

bool lane_log::has_carried(std::uint32_t epoch) const noexcept {
  const std::uint64_t said = carried_.get();
  return (said >> 32) >= epoch &&
         (committed_.value() >= (said & 0xffffffff) || MR_MUTANT(carried_not_durable));
}

}  // namespace millrace::journal
