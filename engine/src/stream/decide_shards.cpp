// Decisions that change a stream's shards: each is one entry with all that closes and all that
// comes, so that the open ones cover the hash space at every moment.
#include <algorithm>

#include "base/mutant.hpp"
#include "stream/decide.hpp"
#include "stream/hash_space.hpp"

namespace millrace::stream {
namespace {

/// Of one decision: its entry has to fit into what a lane may append at once.
constexpr std::size_t made_max = 20'000;

/// The open shards as they become, by range, while a change is put together.
class plan {
 public:
  plan(const context& c, const stream_state& s)
      : now_ms_(c.now_ms), first_made_(s.next_shard), next_(s.next_shard) {
    for (const auto& [first, one] : s.open) {
      ranges_.push_back({one->number, one->first, one->last, one->created_s});
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return ranges_.size(); }
  /// Place of an open shard; size(): it is none.
  [[nodiscard]] std::size_t place_of(std::uint32_t number) const noexcept {
    const auto found = std::find_if(ranges_.begin(), ranges_.end(),
                                    [&](const range& r) { return r.number == number; });
    return static_cast<std::size_t>(found - ranges_.begin());
  }
  [[nodiscard]] std::size_t place_at(const hash_key& key) const noexcept {
    const auto behind =
        std::upper_bound(ranges_.begin(), ranges_.end(), key,
                         [](const hash_key& wanted, const range& r) { return wanted < r.first; });
    return static_cast<std::size_t>(behind - ranges_.begin()) - 1;
  }
  [[nodiscard]] const hash_key& first(std::size_t i) const noexcept { return ranges_[i].first; }
  [[nodiscard]] const hash_key& last(std::size_t i) const noexcept { return ranges_[i].last; }

  /// The shard at `i` becomes two, the second from `at` on.
  void split(std::size_t i, const hash_key& at) {
    const range old = ranges_[i];
    close(old);
    const hash_key last = MR_MUTANT(split_overlaps) ? at : before(at);
    ranges_[i] = make(old.first, last, old.created_s, old.number, std::nullopt);
    ranges_.insert(ranges_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   make(at, old.last, old.created_s, old.number, std::nullopt));
  }
  /// The shards at `i` and behind it become one.
  void merge(std::size_t i) {
    const range left = ranges_[i];
    const range right = ranges_[i + 1];
    close(left);
    close(right);
    ranges_[i] = make(left.first, right.last, std::max(left.created_s, right.created_s),
                      left.number, right.number);
    ranges_.erase(ranges_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }

  [[nodiscard]] std::size_t made() const noexcept { return change_.made.size(); }
  void log(const context& c, const stream_state& s) const {
    journal::entry& e = c.log.add();
    begin<stream_payload>(e, entry_kind::resharded, s.slot(), c.now_ms).stream = s.uid;
    e.object = const_cast<stream_state*>(&s);
    e.extra = c.log.keep(encode(change_));
    if (MR_MUTANT(reshard_not_journaled)) e.level = durability::memory;
  }

 private:
  struct range {
    std::uint32_t number;
    hash_key first;
    hash_key last;
    std::uint64_t created_s;
  };

  range make(const hash_key& first, const hash_key& last, std::uint64_t parents_created_s,
             std::uint32_t parent, std::optional<std::uint32_t> adjacent) {
    shard_definition d;
    d.number = next_++;
    d.parent = parent;
    d.adjacent_parent = adjacent;
    d.first = first;
    d.last = last;
    d.created_at_ms = now_ms_;
    d.created_s = std::max(static_cast<std::uint64_t>(now_ms_ / 1000),
                           parents_created_s + (MR_MUTANT(child_before_parent) ? 0 : 1));
    change_.made.push_back(d);
    return {d.number, first, last, d.created_s};
  }
  void close(const range& r) {
    if (r.number < first_made_) {
      change_.closed.push_back(r.number);
    } else {
      change_.made[r.number - first_made_].closed_at_ms = now_ms_;
    }
  }

  base::time_ms now_ms_;
  std::uint32_t first_made_;
  std::uint32_t next_;
  std::vector<range> ranges_;
  reshard change_;
};

errc place_of(const stream_state& s, const plan& p, std::uint32_t number, std::size_t& out) {
  if (s.find(number) == nullptr) return errc::shard_does_not_exist;
  out = p.place_of(number);
  return out == p.size() ? errc::shard_closed : errc::ok;
}

}  // namespace

errc decide_split(const context& c, const stream_state& s, std::uint32_t number,
                  const hash_key& at) {
  plan p(c, s);
  std::size_t i = 0;
  if (const errc e = place_of(s, p, number, i); e != errc::ok) return e;
  if (p.size() >= shards_max) return errc::invalid_shard_count;
  const wide first = number_of(p.first(i));
  if (number_of(at) <= first + 1 || at >= p.last(i) || at <= p.first(i)) {
    return errc::invalid_split_point;
  }
  p.split(i, at);
  p.log(c, s);
  return errc::ok;
}

errc decide_merge(const context& c, const stream_state& s, std::uint32_t number,
                  std::uint32_t adjacent) {
  plan p(c, s);
  std::size_t i = 0;
  std::size_t j = 0;
  if (const errc e = place_of(s, p, number, i); e != errc::ok) return e;
  if (const errc e = place_of(s, p, adjacent, j); e != errc::ok) return e;
  if (i + 1 != j) return errc::shards_not_adjacent;
  p.merge(i);
  p.log(c, s);
  return errc::ok;
}

namespace {

/// Splits at every bound that is none yet, then merges what lies between two bounds.
errc reshape(const context& c, const stream_state& s, std::uint32_t count) {
  plan p(c, s);
  for (std::uint32_t i = 1; i < count; ++i) {
    const hash_key bound = share_begin(i, count);
    const std::size_t place = p.place_at(bound);
    if (p.first(place) != bound) p.split(place, bound);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const hash_key last = i + 1 == count ? hash_key_max : before(share_begin(i + 1, count));
    while (p.last(i) < last) p.merge(i);
  }
  if (p.made() > made_max) return errc::invalid_shard_count;
  if (p.made() != 0) p.log(c, s);
  return errc::ok;
}

}  // namespace

errc decide_shard_count(const context& c, const stream_state& s, std::uint32_t count) {
  if (s.settings.mode == stream_mode::on_demand) return errc::stream_is_on_demand;
  const auto now = static_cast<std::uint32_t>(s.open.size());
  if (count == 0 || count > shards_max) return errc::invalid_shard_count;
  if (c.limits.rates_limited) {
    const bool too_far = count > now * 2 || count < (now + 1) / 2;
    if (too_far || count > shard_count_update_max) return errc::invalid_shard_count;
    if (!s.count_updates.may(c.now_ms)) return errc::changed_too_often;
  }
  return reshape(c, s, count);
}

errc decide_warm(const context& c, const stream_state& s, const stream_settings& changes,
                 std::uint32_t given) {
  const stream_settings& mode_of = (given & given_mode) != 0 ? changes : s.settings;
  const stream_settings& warm_of = (given & given_warm_throughput) != 0 ? changes : s.settings;
  const std::uint32_t wanted = warm_of.warm_throughput_mibps;
  const bool cold = mode_of.mode == stream_mode::on_demand && s.open.size() < wanted;
  return cold ? reshape(c, s, wanted) : errc::ok;
}

}  // namespace millrace::stream
