// The verbs about streams, shards and consumers, and what time makes due.
#include "stream/service.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "stream/hash_space.hpp"

namespace millrace::stream {
namespace {

constexpr base::time_ms trim_interval_ms = 1'000;
constexpr std::size_t trimmed_at_once = 1'024;
constexpr std::size_t swept_at_once = 1'024;

shard_description description_of(const shard& s) {
  shard_description d;
  d.number = s.number;
  d.parent = s.parent;
  d.adjacent_parent = s.adjacent_parent;
  d.first = s.first;
  d.last = s.last;
  d.starting = {s.created_s, 0, s.created_s, s.number};
  if (!s.open()) d.ending = s.sequence_of(closing_index, s.closed_at_ms);
  d.created_at_ms = s.created_at_ms;
  d.closed_at_ms = s.closed_at_ms;
  return d;
}

}  // namespace

service::service(sync::arena& memory, const settings& limits, entry_log& log, waiter_sink& sink,
                 base::time_ms now_ms)
    : limits_(limits),
      log_(log),
      sink_(sink),
      now_(now_ms * base::ns_per_ms),
      now_ms_(now_ms),
      state_(memory, now_ms),
      places_(limits),
      waits_(now_ms) {}

bool service::replay(const journal::entry& e) {
  if (!state_.reserve_for(e)) return false;
  state_.evolve(e);
  return true;
}

void service::apply_since(std::size_t mark) {
  for (const journal::entry& e : log_.since(mark)) state_.evolve(e);
}

errc service::applied(errc decided, std::size_t mark) {
  apply_since(mark);
  return decided;
}

errc service::create(std::string_view name, const stream_settings& wanted, std::uint32_t given,
                     stream_handle& out) {
  if (find(name, base::hash_bytes(name)) != nullptr) return errc::stream_exists;
  forget_left();
  if (leaving(name, {}) != nullptr) return errc::stream_exists;
  const bool on_demand = (given & given_mode) != 0 && wanted.mode == stream_mode::on_demand;
  const std::uint32_t shards = (given & given_shard_count) != 0 ? wanted.shard_count : 1;
  const std::size_t mark = log_.size();
  const bool counts = limits_.change_ms != 0 && limits_.creations != nullptr;
  if (counts && !limits_.creations->take(now_ms_, limits_.change_ms)) return errc::too_many_at_once;
  errc e = places_.take(on_demand ? 0 : shards, on_demand ? 1 : 0);
  if (e == errc::ok) e = decide_create(here(), name, wanted, given);
  if (e != errc::ok && counts) limits_.creations->give(now_ms_);
  if (e == errc::ok) {
    out.id = log_.all()[mark].as<stream_payload>().stream;
    apply_since(mark);
  }
  places_.settle(state_);
  return e;
}

errc service::remove(stream_state& s, bool with_consumers) {
  if (!s.consumers.empty() && !with_consumers) return errc::stream_has_consumers;
  for (const auto& one : s.shards) {
    answer_all(*one, errc::stream_does_not_exist);
    if (one->to_be_served()) to_serve_.erase(*one);
  }
  forget_left();
  if (limits_.change_ms != 0) {
    left_stream& gone = left_.emplace_back();
    gone.until_ms = now_ms_ + limits_.change_ms;
    describe(s, gone.as);
    gone.as.status = stream_status::deleting;
  }
  const std::size_t mark = log_.size();
  const errc e = applied(decide_delete(here(), s), mark);
  places_.settle(state_);
  return e;
}

void service::forget_left() {
  std::erase_if(left_, [this](const left_stream& one) { return one.until_ms <= now_ms_; });
}

const stream_description* service::leaving(std::string_view name,
                                           stream_handle handle) const noexcept {
  for (const left_stream& one : left_) {
    const bool meant = handle.id != 0 ? one.as.handle == handle : one.as.name == name;
    if (meant && one.until_ms > now_ms_) return &one.as;
  }
  return nullptr;
}

/// For what the stream will have more of.
errc service::take_places(const stream_state& s, const stream_settings& changes,
                          std::uint32_t given) noexcept {
  if ((given & given_mode) == 0 || changes.mode == s.settings.mode) return errc::ok;
  const bool on_demand = changes.mode == stream_mode::on_demand;
  return places_.take(on_demand ? 0 : static_cast<std::uint32_t>(s.open.size()), on_demand ? 1 : 0);
}

/// Before the settings change, so that they stay as they are where there cannot be so many shards.
errc service::warm_up(stream_state& s, const stream_settings& changes, std::uint32_t given) {
  if ((given & (given_warm_throughput | given_mode)) == 0) return errc::ok;
  const std::size_t mark = log_.size();
  const errc e = applied(decide_warm(here(), s, changes, given), mark);
  for (const auto& one : s.shards) serve_later(*one);
  return e;
}

errc service::set(stream_state& s, const stream_settings& changes, std::uint32_t given) {
  const std::size_t trims = log_.size();
  if (given & given_retention) {  // what is over stays so, were the new one longer
    for (const auto& one : s.shards) {
      if (!log_.nearly_full()) static_cast<void>(decide_trim(here(), *one, SIZE_MAX));
    }
  }
  apply_since(trims);
  const bool new_mode = (given & given_mode) != 0 && changes.mode != s.settings.mode;
  const bool too_often = new_mode && limits_.rates_limited && !s.mode_updates.may(now_ms_);
  errc e = too_often ? errc::changed_too_often : may_set(here(), s, changes, given);
  if (e == errc::ok) e = take_places(s, changes, given);
  if (e == errc::ok) e = warm_up(s, changes, given);
  const std::size_t mark = log_.size();
  if (e == errc::ok) e = applied(decide_settings(here(), s, changes, given), mark);
  if (e == errc::ok && new_mode) s.mode_updates.add(now_ms_);
  places_.settle(state_);
  constexpr std::uint32_t shown =
      given_mode | given_encryption | given_metrics | given_record_size | given_warm_throughput;
  if (e == errc::ok && (given & shown) != 0) s.changed_at_ms = now_ms_;
  return e;
}

stream_status service::status_of(const stream_state& s) const noexcept {
  if (limits_.change_ms == 0) return stream_status::active;
  if (now_ms_ - s.created_at_ms < limits_.change_ms) return stream_status::creating;
  const bool changes = now_ms_ - s.changed_at_ms < limits_.change_ms;
  return changes ? stream_status::updating : stream_status::active;
}

void service::describe(const stream_state& s, stream_description& out) const {
  out.handle = {s.uid};
  out.name = s.name;
  out.settings = s.settings;
  out.settings.shard_count = static_cast<std::uint32_t>(s.open.size());
  out.status = status_of(s);
  out.created_at_ms = s.created_at_ms;
  out.open_shards = static_cast<std::uint32_t>(s.open.size());
  out.shards = static_cast<std::uint32_t>(s.shards.size());
  out.consumers = static_cast<std::uint32_t>(s.consumers.size());
  out.records = s.record_count;
  out.revision = s.revision;
}

void service::list(std::string_view after, std::size_t max, std::vector<std::string>& out) const {
  const auto& names = state_.by_name();
  for (auto it = names.upper_bound(after); it != names.end() && out.size() < max; ++it) {
    out.emplace_back(it->first);
  }
  const std::size_t found = out.size();
  for (const left_stream& one : left_) {
    if (one.until_ms > now_ms_ && one.as.name > after) out.push_back(one.as.name);
  }
  if (out.size() == found) return;
  std::sort(out.begin(), out.end());
  out.resize(std::min(out.size(), max));
}

void service::list_shards(const stream_state& s, std::uint32_t from, std::size_t max,
                          std::vector<shard_description>& out) {
  for (const auto& one : s.shards) {
    if (out.size() == max) return;
    if (one->number >= from) out.push_back(description_of(*one));
  }
}

errc service::set_account(std::span<const std::pair<std::string, std::string>> stored) {
  const std::size_t mark = log_.size();
  return applied(decide_account(here(), stored), mark);
}

errc service::resharded(stream_state& s, errc decided, std::size_t mark) {
  const errc e = applied(decided, mark);
  places_.settle(state_);
  if (e == errc::ok) s.changed_at_ms = now_ms_;
  for (const auto& one : s.shards) serve_later(*one);
  return e;
}

errc service::split(stream_state& s, std::uint32_t number, const hash_key& at) {
  if (s.settings.mode == stream_mode::on_demand) return errc::stream_is_on_demand;
  const std::size_t mark = log_.size();
  if (const errc e = places_.take(1, 0); e != errc::ok) return e;
  return resharded(s, decide_split(here(), s, number, at), mark);
}

errc service::merge(stream_state& s, std::uint32_t number, std::uint32_t adjacent) {
  if (s.settings.mode == stream_mode::on_demand) return errc::stream_is_on_demand;
  const std::size_t mark = log_.size();
  return resharded(s, decide_merge(here(), s, number, adjacent), mark);
}

errc service::set_shard_count(stream_state& s, std::uint32_t count) {
  const std::size_t mark = log_.size();
  const auto now = static_cast<std::uint32_t>(s.open.size());
  if (const errc full = places_.take(count > now ? count - now : 0, 0); full != errc::ok) {
    return full;
  }
  const errc e = resharded(s, decide_shard_count(here(), s, count), mark);
  if (e == errc::ok) s.count_updates.add(now_ms_);
  return e;
}

errc service::register_consumer(stream_state& s, std::string_view consumer, bool advantage,
                                consumer_description& out) {
  const std::size_t mark = log_.size();
  const errc e = applied(decide_register(here(), s, consumer, advantage), mark);
  if (e == errc::ok) {
    out = *s.consumer(consumer);
    out.creating = creating(here(), out);
  }
  return e;
}

void service::list_consumers(const stream_state& s, std::vector<consumer_description>& out) {
  out = s.consumers;
  for (consumer_description& one : out) one.creating = creating(here(), one);
}

errc service::deregister_consumer(stream_state& s, std::string_view consumer) {
  const std::size_t mark = log_.size();
  const errc e = decide_deregister(here(), s, consumer);
  if (e != errc::ok) return e;
  for (const auto& one : s.shards) {
    end_subscriptions(*one, consumer, errc::consumer_does_not_exist);
  }
  apply_since(mark);
  return e;
}

errc service::subscribe(stream_state& s, std::string_view consumer, std::uint32_t number,
                        const shard_start& start, millrace::subscription& out) {
  constexpr base::time_ms protected_ms = subscription_protected_seconds * 1'000;
  const consumer_description* const who = s.consumer(consumer);
  if (who == nullptr) return errc::consumer_does_not_exist;
  if (creating(here(), *who)) return errc::consumer_not_active;
  if (const errc e = locate(s, number, start, out.from); e != errc::ok) return e;
  shard& on = *s.find(number);
  for (const shard_subscription& other : on.subscriptions) {
    const bool same = other.consumer == consumer;
    if (same && now_ms_ - other.began_at_ms < protected_ms) return errc::subscribed_recently;
  }
  end_subscriptions(on, consumer, errc::subscription_taken_over);
  // Of another engine on the same data none has this number.
  out.id = std::max(s.last_subscription + 1, static_cast<std::uint64_t>(now_ms_) << 8);
  s.last_subscription = out.id;
  on.subscriptions.push_back({out.id, std::string(consumer), now_ms_, {}});
  return errc::ok;
}

void service::end_subscriptions(shard& s, std::string_view consumer, errc status) {
  const auto of_consumer = [&](const shard_subscription& one) { return one.consumer == consumer; };
  for (const shard_subscription& one : s.subscriptions) {
    if (!of_consumer(one)) continue;
    for (waiter* w = s.waiters.front(); w != nullptr;) {
      waiter* const next = s.waiters.after(*w);
      if (w->wanted.subscription == one.id) answer(*w, status);
      w = next;
    }
    for (const std::size_t slot : one.tail_slots) {
      if (s.tail != nullptr) s.tail->detach(slot);
    }
  }
  std::erase_if(s.subscriptions, of_consumer);
}

bool service::pass_time(std::size_t budget) {
  const bool done =
      waits_.advance(now_ms_, budget, [&](waiter& w) { try_waiter(w, now_ms_ >= w.until_ms); });
  return state_.advance_ages(now_ms_, budget, [&](shard& s) { expire(s); }) && done;
}

/// In the middle of its range: a single hot key stays where it is.
void service::split_hot() {
  for (const hot_shard& hot : hot_) {
    stream_state* s = state_.find(hot.stream);
    const shard* one = s == nullptr ? nullptr : s->find(hot.number);
    const bool may = one != nullptr && one->open() && s->open.size() < on_demand_shards_max;
    if (!may || log_.nearly_full()) continue;
    const wide first = number_of(one->first);
    const hash_key middle = key_of(first + (number_of(one->last) - first) / 2);
    const std::size_t mark = log_.size();
    static_cast<void>(resharded(*s, decide_split(here(), *s, hot.number, middle), mark));
  }
  hot_.clear();
}

bool service::work(std::size_t budget) {
  if (!hot_.empty()) split_hot();
  const bool done = serve(budget);
  return state_.sweep(swept_at_once) && done;
}

/// Trims what has outlived the retention; an empty shard that was closed so long ago goes.
void service::expire(shard& s) {
  if (log_.nearly_full()) return state_.watch_age(s, now_ms_ + 1);
  const std::size_t mark = log_.size();
  const base::time_ms from_ms = now_ms_ - s.of->retention_ms();
  if (decide_trim(here(), s, trimmed_at_once)) {
    apply_since(mark);
    const bool more = !s.records.empty() && s.records.front().at_ms < from_ms;
    return state_.watch_age(s, now_ms_ + (more ? 0 : trim_interval_ms));
  }
  const bool over = s.records.empty() && !s.open() && s.closed_at_ms < from_ms;
  if (!over) return state_.watch_age(s, now_ms_ + trim_interval_ms);
  answer_all(s, errc::shard_does_not_exist);
  if (s.to_be_served()) to_serve_.erase(s);
  decide_shard_gone(here(), s);
  apply_since(mark);
}

base::time_ms service::next_ms() noexcept {
  if (!to_serve_.empty() || state_.any_to_sweep()) return now_ms_;
  return std::min(waits_.next_ms(), state_.next_ms());
}

}  // namespace millrace::stream
