#include "journal/segment_keeper.hpp"

#include <algorithm>
#include <array>

#include "base/mutant.hpp"
#include "journal/carry_plan.hpp"

namespace millrace::journal {
namespace {

constexpr std::int64_t retry_after_ns = 200 * base::ns_per_ms;
/// Old segments that are kept for the next burst, whatever the log's length.
constexpr std::size_t spares_surplus = 2;
constexpr std::size_t spares_most = 128;

io_status rewrite(file& of, std::uint64_t from, std::uint64_t to) noexcept {
  std::array<std::byte, 16 * format::block> piece;
  while (from < to) {
    std::size_t got = 0;
    const std::uint64_t wanted = std::min<std::uint64_t>(piece.size(), to - from);
    const io_status read = of.read(from, std::span(piece).first(wanted), got);
    if (read != io_status::ok || got == 0) return read;  // the file may be shorter than it says
    const bytes_view bytes = bytes_view(piece).first(got);
    const io_status written = of.write(from, std::span(&bytes, 1), write_mode::cached);
    if (written != io_status::ok) return written;
    from += got;
  }
  return io_status::ok;
}

}  // namespace

segment_keeper::segment_keeper(const options& wanted, storage& directory, log_state& state,
                               std::span<lane_log* const> lanes)
    : options_(wanted),
      directory_(directory),
      state_(state),
      lanes_(lanes.begin(), lanes.end()),
      maker_(directory, wanted.directory),
      next_bytes_(wanted.segment_bytes) {
  MR_ASSERT(wanted.spares + spares_surplus <= spares_most);
}

std::int64_t segment_keeper::now_ns() const noexcept {
  return options_.clock != nullptr ? options_.clock->now() : base::monotonic_ns();
}

result<segment*> segment_keeper::start(const recovery_report& report) noexcept {
  if (maker_.start() != io_status::ok) return errc::system;
  state_.oldest.advance(report.end.oldest_segment);
  segment* current = nullptr;
  for (const recovered_segment& found : report.segments) {
    auto s = std::make_unique<segment>();
    s->number = found.number;
    s->bytes = found.bytes;
    s->in_log = found.in_log || found.number > report.end.segment;
    if (found.number > report.end.segment) {
      if (!found.used && adopt_spare(std::move(s)) != io_status::ok) return errc::system;
      continue;
    }
    if (found.number == report.end.segment && report.end.clean) current = s.get();
    all_bytes_ += s->bytes;
    all_.push_back(std::move(s));
  }
  if (!sync_found(report.end)) return errc::system;
  if (current != nullptr) state_.given.add(current->bytes - report.end.offset);
  probed_ = !all_.empty();  // the disk may have been full: what was kept is kept on
  if (current == nullptr && spare_count() == 0) {
    const io_status made = make_first();
    if (made == io_status::no_space && all_.empty()) return errc::disk_full;
    if (made != io_status::ok && made != io_status::no_space) return errc::system;
  }
  publish();
  return current;
}

/// What was found, names too, may be in the page cache only, and what comes next builds on it. A
/// sync is not enough: after one that failed the cache calls clean what the device never got.
bool segment_keeper::sync_found(const log_end& end) noexcept {
  std::size_t left = log_state::left_max + 1;
  for (auto s = all_.rbegin(); s != all_.rend() && left != 0; ++s) {
    if ((*s)->number > end.segment) continue;
    if (maker_.open(**s) != io_status::ok || !write_again(**s, end)) return false;
    if (MR_MUTANT(found_log_not_synced)) break;
    if ((*s)->handle->sync() != io_status::ok) return false;
    --left;
  }
  return MR_MUTANT(found_names_not_synced) || directory_.sync_directory() == io_status::ok;
}

bool segment_keeper::write_again(segment& s, const log_end& end) noexcept {
  if (MR_MUTANT(found_log_not_rewritten)) return true;
  if (!s.in_log || s.number < end.unsynced.segment || s.number > end.unsynced_end.segment) {
    return true;
  }
  const bool first = s.number == end.unsynced.segment;
  const bool last = s.number == end.unsynced_end.segment;
  return rewrite(*s.handle, first ? end.unsynced.offset : format::block,
                 last ? end.unsynced_end.offset : s.bytes) == io_status::ok;
}

/// A spare that is not what it should be is left in place: its number is not used again.
io_status segment_keeper::adopt_spare(std::unique_ptr<segment> found) noexcept {
  const io_status opened = maker_.open(*found);
  if (opened != io_status::ok || !maker_.is_good(*found)) return opened;
  if (found->bytes < options_.segment_bytes_min || spare_count() >= spares_most) {
    return maker_.remove(*found);
  }
  add_spare(std::move(found));
  return io_status::ok;
}

/// As small as may be, and at once: opening a new directory should not take long.
io_status segment_keeper::make_first() noexcept {
  io_status done = maker_.begin(options_.segment_bytes_min, false);
  std::unique_ptr<segment> made;
  while (done == io_status::ok && made == nullptr) {
    done = maker_.step(made, options_.segment_bytes_min);
  }
  if (made != nullptr) add_spare(std::move(made));
  if (done == io_status::no_space) {
    next_bytes_ = options_.segment_bytes_min;
    no_space();
  }
  return done;
}

bool segment_keeper::work() noexcept {
  if (state_.failed.is_set() || state_.broken.is_set()) return false;
  nothing_to_ask_ = false;
  // A committer without a segment waits for that first.
  const bool did = (spare_count() == 0 && prepare()) || sync_left() || follow_carriers() ||
                   shorten_round() || prepare() || ask_for_carrying();
  publish();
  return did;
}

std::int64_t segment_keeper::due_ns() const noexcept {
  const bool waits = full_ && wants_spare() && !state_.broken.is_set();
  return waits ? retry_at_ns_ : INT64_MAX;
}

/// What the committer has left, in its order, as far as it is wanted.
bool segment_keeper::sync_left() noexcept {
  if (state_.left_synced.value() >= state_.left_wanted.value()) return false;
  segment* left = nullptr;
  if (state_.left.pop(std::span(&left, 1)) == 0) return false;
  if (!MR_MUTANT(left_segment_not_synced) && left->handle->sync() != io_status::ok) {
    return fail("syncing a segment");
  }
  state_.left_synced.add(1);
  state_.committer_bell.ring();
  return true;
}

/// When every lane has carried its state, the log begins later.
bool segment_keeper::follow_carriers() noexcept {
  const std::uint64_t wanted = state_.carry.get();
  if (wanted <= state_.oldest.value()) return false;
  for (const lane_log* lane : lanes_) {
    if (MR_MUTANT(freed_before_carried)) break;
    if (!lane->has_carried(static_cast<std::uint32_t>(wanted))) return false;
  }
  state_.oldest.advance(wanted);
  state_.committer_bell.ring();
  const std::uint64_t used = state_.used.value();
  if (needed_bytes() >= needed_when_asked_) futile_until_ = used + (used - used_when_asked_);
  return true;
}

bool segment_keeper::ask_for_carrying() noexcept {
  const std::uint64_t oldest = state_.oldest.value();
  // One round at a time, and what it freed is used first.
  if (state_.carry.get() > oldest || state_.oldest_durable.value() != oldest) return false;
  const std::uint64_t must = bytes_to_carry_off();
  const std::uint64_t target = must == 0 ? oldest : oldest_without(must);
  if (target == oldest) {
    nothing_to_ask_ = must == 0 || !leave_current();
    return false;
  }
  needed_when_asked_ = needed_bytes();
  used_when_asked_ = state_.used.value();
  if (pass_) pass_->left -= std::min(pass_->left, bytes_before(target));
  ask_for(target);
  return true;
}

void segment_keeper::ask_for(std::uint64_t target) noexcept {
  carried_when_asked_ = bytes_carried();
  state_.carry.set(target);
  for (lane_log* lane : lanes_) lane->ring();
}

/// A round of any length began when there was space: there may not be room for all of it now, and
/// nothing is free before its end.
bool segment_keeper::shorten_round() noexcept {
  if (!full_ || MR_MUTANT(long_round_on_full_disk)) return false;
  const std::uint64_t oldest = state_.oldest.value();
  const std::uint64_t target = oldest_without(1);
  if (target == oldest || target >= state_.carry.get()) return false;
  ask_for(target);
  return true;
}

/// How much of the oldest part should be let go of. On a full disk one segment a time, when there
/// is room for all that may be alive in it, or, when lanes wait, as nothing is lost by trying.
std::uint64_t segment_keeper::bytes_to_carry_off() noexcept {
  const space now = look();
  const std::uint64_t must = bytes_to_free({.bytes = now.log,
                                            .live = live().bytes,
                                            .slack = options_.log_bytes_slack,
                                            .space_short = full_,
                                            .futile = state_.used.value() < futile_until_});
  if (!full_) {
    pass_.reset();
    return must;
  }
  if (now.left < (is_short(now) ? 2 * now.append : carry_room(now))) return 0;
  return (must != 0 || runs_short(now)) && may_find_room(now) ? 1 : 0;
}

/// All of the log lies in the segment that is written. False: what that takes is not there.
bool segment_keeper::leave_current() noexcept {
  if (MR_MUTANT(current_not_left)) return false;
  const space now = look();
  if (!full_ || spare_bytes() < (is_short(now) ? 2 * now.append : carry_room(now))) return false;
  state_.leave.advance(state_.current.value());
  state_.committer_bell.ring();
  return true;
}

/// What is dead may lie anywhere, so all of the log is gone through; and then again when enough has
/// happened since that began: what lanes decide is dead by then, and what they let go of.
bool segment_keeper::may_find_room(const space& now) noexcept {
  const passage next{.left = now.log, .decided = bytes_decided(), .live = live().bytes};
  if (pass_ && pass_->left == 0) {
    const std::uint64_t died = pass_->live - std::min(pass_->live, next.live);
    const std::uint64_t changed = next.decided - pass_->decided + died;
    if (changed < (is_short(now) ? 1 : kept_for_deletes(now) / 8)) return false;
    if (MR_MUTANT(log_gone_through_once)) return false;
    pass_.reset();
  }
  if (!pass_) pass_ = next;
  return true;
}

/// Nothing will make room before there is space on the disk, or fewer things are alive.
bool segment_keeper::is_stuck(const space& now) const noexcept {
  if (!is_short(now) || now.coming != 0) return false;
  return nothing_to_ask_ || (state_.carry.get() > state_.oldest.value() && now.left < now.append);
}

std::uint64_t segment_keeper::bytes_before(std::uint64_t number) const noexcept {
  std::uint64_t bytes = 0;
  for (const auto& s : all_) {
    if (s->number >= state_.oldest.value() && s->number < number) bytes += s->bytes;
  }
  return bytes;
}

space segment_keeper::look() const noexcept {
  std::uint64_t largest = 0;
  std::uint64_t coming = 0;
  for (const auto& s : all_) {
    largest = std::max(largest, s->bytes);
    if (s->number < state_.oldest.value()) coming += s->room();
  }
  // Before the disk is full a round may be of any length, and one segment a time follows it.
  const std::uint64_t carry = state_.carry.get();
  const bool carrying = full_ && carry > state_.oldest.value();
  std::uint64_t round = bytes_before(carrying ? carry : oldest_without(1));
  if (round == 0) round = needed_bytes();  // all is in the current segment
  const std::uint64_t most = 4 * options_.segment_bytes;
  return {.left = state_.given.value() - state_.used.value(),
          .all = all_bytes_,
          .log = needed_bytes(),
          .newest = all_.empty() ? 0 : all_.back()->room(),
          .largest = largest,
          .round = std::min(round, most),
          .carried = carrying && round <= most ? bytes_carried() - carried_when_asked_ : 0,
          .coming = coming,
          .growth = live().growth,
          .append = format::round_to_block(options_.append_bytes_max) + format::block,
          .lanes = lanes_.size(),
          .segment = options_.segment_bytes,
          .segment_min = options_.segment_bytes_min,
          .full = full_};
}

bool segment_keeper::wants_spare() const noexcept {
  const std::size_t spares = spare_count();
  return spares < options_.spares || (spares < spares_most && too_little(look()));
}

/// Where the log would begin without so many bytes of its oldest segments, or as many as there are
/// before the current one.
std::uint64_t segment_keeper::oldest_without(std::uint64_t bytes) const noexcept {
  const std::uint64_t oldest = state_.oldest.value();
  std::uint64_t target = oldest;
  std::uint64_t freed = 0;
  for (const auto& s : all_) {
    if (s->number > state_.current.value()) break;
    if (s->number < oldest) continue;
    if (s->in_log) target = s->number;
    if (s->in_log && freed >= bytes) break;
    freed += s->bytes;
  }
  return target;
}

bool segment_keeper::prepare() noexcept {
  if (has_unneeded()) return recycle();
  if (maker_.busy()) return make();
  if (!wants_spare() || (full_ && now_ns() < retry_at_ns_)) return false;
  const io_status begun = maker_.begin(next_bytes_, state_.cached.get());
  if (begun == io_status::no_space) no_space();
  return begun == io_status::ok || begun == io_status::no_space || fail("making a segment");
}

bool segment_keeper::make() noexcept {
  std::unique_ptr<segment> made;
  const io_status done = maker_.step(made);
  if (done == io_status::no_space) {
    no_space();
  } else if (done != io_status::ok) {
    return fail("making a segment");
  }
  if (made != nullptr) {
    next_bytes_ = std::min(next_bytes_ * 2, options_.segment_bytes);
    probed_ = true;
    add_spare(std::move(made));
    full_ = full_ && wants_spare();
  }
  return true;
}

/// Uses the oldest segment again, or lets it go when there are enough or it is a small one.
bool segment_keeper::recycle() noexcept {
  if (segment& front = *all_.front(); wants_cache(front)) {
    const io_status done = maker_.make_resident(front);
    if (done == io_status::no_space) front.resident = front.bytes;  // it is as good as it was
    return done == io_status::ok || done == io_status::no_space || fail("overwriting a segment");
  }
  std::unique_ptr<segment> old = std::move(all_.front());
  all_.pop_front();
  all_bytes_ -= old->bytes;
  if (!is_useful(*old)) {
    if (maker_.remove(*old) != io_status::ok) return fail("removing a segment");
    retry_at_ns_ = 0;  // there is space now
    return true;
  }
  if (maker_.reuse(*old) != io_status::ok) return fail("reusing a segment");
  add_spare(std::move(old));
  full_ = full_ && wants_spare();
  return true;
}

/// Where there is time. Whoever writes 64 KiB through the page cache into pages as large needs two
/// thirds of the time that small pages would take.
bool segment_keeper::wants_cache(segment& old) const noexcept {
  if (!state_.cached.get()) old.resident = 0;
  return state_.cached.get() && !full_ && !wants_spare() && !segment_maker::is_resident(old) &&
         is_useful(old);
}

/// Spares are kept as far as the log may grow before it is shortened, as it may need them again.
bool segment_keeper::is_useful(const segment& old) const noexcept {
  if (old.bytes < (full_ ? options_.segment_bytes_min : next_bytes_)) return false;
  const std::size_t spares = spare_count();
  if (spares >= spares_most) return false;
  if (spares < options_.spares + spares_surplus || too_little(look())) return true;
  return all_bytes_ + old.bytes <= 2 * (live().bytes + options_.log_bytes_slack);
}

void segment_keeper::no_space() noexcept {
  if (next_bytes_ > options_.segment_bytes_min) {
    const std::uint64_t half = next_bytes_ / 2 / format::block * format::block;
    next_bytes_ = std::max(half, options_.segment_bytes_min);
    return;
  }
  probed_ = true;
  full_ = true;
  retry_at_ns_ = now_ns() + retry_after_ns;
}

void segment_keeper::add_spare(std::unique_ptr<segment> ready) noexcept {
  all_bytes_ += ready->bytes;
  state_.given.add(ready->room());
  const bool pushed = state_.spares.push(ready.get());
  MR_ASSERT(pushed);
  all_.push_back(std::move(ready));
  state_.committer_bell.ring();
}

/// What lanes ask before they append, and what statistics show.
void segment_keeper::publish() noexcept {
  const std::uint64_t used = state_.used.value();
  const space now = look();
  const std::uint64_t kept = probed_ && !all_.empty() ? reserve(now) : 0;
  const std::uint64_t for_carrying =
      kept == 0 || MR_MUTANT(carry_room_not_kept) ? 0 : kept_for_carrying(now);
  const std::uint64_t stuck_at = is_stuck(now) ? used : UINT64_MAX;
  const bool changed = kept < state_.reserve.get() || full_ != state_.disk_full.get() ||
                       for_carrying < state_.kept_for_carrying.get() ||
                       stuck_at != state_.stuck_at.get() || given_shown_ != state_.given.value();
  state_.reserve.set(kept);
  state_.kept_for_carrying.set(for_carrying);
  state_.stuck_at.set(stuck_at);
  state_.disk_full.set(full_);
  given_shown_ = state_.given.value();
  if (changed) {
    for (lane_log* lane : lanes_) lane->ring();  // one may sleep until it is admitted again
  }
  log_bytes_.set(needed_bytes());
  segments_.set(all_.size());
}

bool segment_keeper::fail(const char* what) noexcept {
  state_.broken_how = std::string(what) + ": " + directory_.last_error();
  state_.broken.set();
  state_.committer_bell.ring();
  return true;
}

bool segment_keeper::has_unneeded() const noexcept {
  const auto& first = MR_MUTANT(recycled_too_early) ? state_.oldest : state_.oldest_durable;
  return !all_.empty() && all_.front()->number < first.value();
}

std::size_t segment_keeper::spare_count() const noexcept {
  const std::uint64_t current = state_.current.value();
  std::size_t n = 0;
  while (n < all_.size() && all_[all_.size() - 1 - n]->number > current) ++n;
  return n;
}

live_size segment_keeper::live() const noexcept {
  live_size all;
  for (const lane_log* lane : lanes_) {
    const live_size one = lane->live();
    all.bytes += one.bytes;
    all.growth += one.growth;
  }
  return all;
}

std::uint64_t segment_keeper::bytes_carried() const noexcept {
  std::uint64_t bytes = 0;
  for (const lane_log* lane : lanes_) bytes += lane->bytes_carried();
  return bytes;
}

std::uint64_t segment_keeper::bytes_decided() const noexcept {
  std::uint64_t bytes = 0;
  for (const lane_log* lane : lanes_) bytes += lane->bytes_decided();
  return bytes;
}

std::uint64_t segment_keeper::spare_bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const auto& s : all_) bytes += s->number > state_.current.value() ? s->room() : 0;
  return bytes;
}

std::uint64_t segment_keeper::needed_bytes() const noexcept {
  const std::uint64_t oldest = state_.oldest.value();
  const std::uint64_t current = state_.current.value();
  std::uint64_t bytes = 0;
  for (const auto& s : all_) {
    if (s->number >= oldest && s->number <= current) bytes += s->bytes;
  }
  return bytes;
}

}  // namespace millrace::journal
