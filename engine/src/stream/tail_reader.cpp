#include "stream/tail_reader.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace millrace::stream {

tail_reader::tail_reader(std::shared_ptr<shard_tail> tail, std::size_t slot)
    : tail_(std::move(tail)), slot_(slot), from_(tail_->ring_, {}), room_(at_once) {}

tail_reader::~tail_reader() { tail_->claims_.close(slot_); }

void tail_reader::leave() noexcept {
  views_ = {};
  if (claimed_) tail_->claims_.leave(slot_);
  claimed_ = false;
}

tail_reader::outcome tail_reader::read(std::uint64_t index, std::size_t max, base::time_ms now_ms) {
  views_ = {};
  const outcome found = look(index, max, now_ms);
  if (found != outcome::records) leave();
  return found;
}

tail_reader::outcome tail_reader::look(std::uint64_t index, std::size_t max, base::time_ms now_ms) {
  if (tail_->retired() || tail_->detached_[slot_].get()) return outcome::detached;
  if (const outcome found = find(index); found != outcome::records) return found;
  const std::size_t most = std::min(max, at_once);
  copied some;
  bool lapped = false;
  std::size_t count = 0;
  for (std::size_t got = step; count < most && got == step; count += got) {
    got = copy(some, most - count, lapped);
    if (got != 0) show(some, got, count);
  }
  if (count == 0) return lapped || from_.is_lost() ? outcome::behind : outcome::nothing;
  MR_ASSERT(room_[0].sequence.index == index);
  // What has outlived the retention, the lane does not show either.
  if (room_[0].arrived_at_ms < now_ms - tail_->retention_ms_.get()) return outcome::behind;
  claimed_ = tail_->claims_.claim(slot_, index);
  if (!claimed_) return outcome::behind;  // trimmed: the lane knows what comes next
  views_ = std::span(room_).first(count);
  return outcome::records;
}

/// Moves on to `index` in the ring. Records: it is the next one there, whether it has come or not.
tail_reader::outcome tail_reader::find(std::uint64_t index) {
  copied skipped;
  bool lapped = false;
  if (!from_.has_started()) static_cast<void>(copy(skipped, 0, lapped));
  if (!from_.has_started()) return outcome::behind;
  while (true) {
    const std::uint64_t here = tail_->facts_.first_index + from_.sequence();
    if (here == index) return outcome::records;
    if (here > index) return outcome::behind;
    const std::size_t got = copy(skipped, index - here, lapped);
    if (lapped || (got == 0 && from_.is_lost())) return outcome::behind;
    if (got == 0) return outcome::nothing;
  }
}

/// What was missed lies before what is copied, so of a call that tells of a lap nothing is taken.
std::size_t tail_reader::copy(copied& to, std::size_t max, bool& lapped) {
  const sync::untethered_poll got = from_.copy(to.data(), words, std::min(max, step));
  if (got.missed_records == 0) return got.records;
  lapped = true;
  ++laps_;
  return 0;
}

void tail_reader::show(const copied& from, std::size_t count, std::size_t at) noexcept {
  const std::uint32_t shard = tail_->facts_.number;
  const std::uint64_t created_s = tail_->facts_.created_s;
  record_view* to = &room_[at];
  std::uint64_t at_ms = 0;
  std::uint64_t at_s = 0;
  for (const std::uint64_t* r = from.data(); r != from.data() + count * words; r += words) {
    const tail_record one{r[0], r[1], r[2], r[3]};
    if (one.at_ms != at_ms) {  // many come in the same millisecond
      at_ms = one.at_ms;
      at_s = at_ms / 1000;
    }
    const auto data_bytes = static_cast<std::uint32_t>(one.sizes);
    const auto* data = reinterpret_cast<const std::byte*>(one.data);
    *to++ = {{created_s, one.index, at_s, shard},
             {data, data_bytes},
             {reinterpret_cast<const char*>(data + data_bytes), one.sizes >> 32},
             static_cast<base::time_ms>(at_ms)};
  }
}

}  // namespace millrace::stream
