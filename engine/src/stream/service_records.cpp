// Records: putting them, finding a place, reading and waiting for them.
#include <algorithm>

#include "base/mutant.hpp"
#include "stream/service.hpp"

namespace millrace::stream {
namespace {

std::uint64_t counted_bytes(const record& r) noexcept {
  return r.body.length - sizeof(record_envelope);
}

void take(const shard& from, const record& r, read_batch& out) {
  if (out.pins.empty() || out.pins.back().home != r.body.home) {
    out.pins.push_back({r.body.home, 0});
  }
  ++out.pins.back().count;
  out.records.push_back({r.body, from.sequence_of(r.index, r.at_ms), r.at_ms});
}

}  // namespace

/// Of a stream from before this engine's setting as well.
std::uint32_t service::record_kib_max(const stream_state& s) const noexcept {
  const std::uint32_t wanted = s.settings.record_kib_max;
  const bool journaled = s.settings.level != durability::memory;
  return journaled ? std::min(wanted, limits_.record_kib_journaled) : wanted;
}

void service::put(shard* into, const put_args& args, put_result& out) {
  if (into == nullptr) {
    out.status = errc::shard_does_not_exist;  // of a stream whose definition was damaged
    return;
  }
  const stream_state& s = *into->of;
  out.shard = into->number;
  if (args.bytes - args.key_bytes > record_kib_max(s) * 1024) {
    out.status = errc::record_too_large;
    return;
  }
  if (limits_.rates_limited) {
    if (into->rates == nullptr) into->rates = std::make_unique<shard_rates>();
    if (!into->rates->in.pass(now_, args.bytes)) {
      out.status = errc::throughput_exceeded;
      return;
    }
    const bool on_demand = s.settings.mode == stream_mode::on_demand;
    if (on_demand && into->rates->load.add(now_ms_, args.bytes)) {
      hot_.push_back({s.uid, into->number});
    }
  }
  if (!state::reserve_record(*into)) {
    out.status = errc::memory_full;
    return;
  }
  out.sequence = into->sequence_of(into->next_index, now_ms_);
  state_.evolve(decide_put(here(), *into, args));
  out.status = errc::ok;
  if (into->tail != nullptr) add_to_tail(*into);
  if (!into->waiters.empty()) serve_later(*into);
}

void service::add_to_tail(shard& s) {
  if (s.tail->retired()) return s.tail.reset();
  if (s.tail->add(s.records.back())) fresh_tails_.push_back(s.tail);
}

errc service::open_tail(stream_state& s, std::uint32_t number, std::uint64_t subscription,
                        const std::shared_ptr<shard_tail>& made, tail_place& out) {
  shard* const at = s.find(number);
  if (at == nullptr) return errc::shard_does_not_exist;
  const auto mine =
      std::find_if(at->subscriptions.begin(), at->subscriptions.end(),
                   [&](const shard_subscription& one) { return one.id == subscription; });
  const bool known = mine != at->subscriptions.end();
  if (subscription != 0 && !known) return errc::subscription_taken_over;
  // The lane counts what is read under limits=aws; of a closed shard nothing new comes.
  if (limits_.rates_limited || !at->open()) return errc::ok;
  if (at->tail == nullptr || at->tail->retired()) {
    out.wanted = made == nullptr;
    if (out.wanted) return errc::ok;
    made->begin({number, at->created_s, at->next_index, s.settings.level, s.retention_ms()});
    at->tail = made;
    for (shard_subscription& one : at->subscriptions) one.tail_slots.clear();
  }
  const std::optional<std::size_t> place = at->tail->open();
  if (!place) return errc::ok;
  for (shard_subscription& one : at->subscriptions) std::erase(one.tail_slots, *place);
  if (known) mine->tail_slots.push_back(*place);
  out.tail = at->tail;
  out.slot = *place;
  return errc::ok;
}

void service::retire_tails() noexcept {
  fresh_tails_.clear();
  for (const auto& [name, s] : state_.by_name()) {
    for (const auto& one : s->shards) {
      if (one->tail != nullptr) one->tail->retire();
    }
  }
}

errc service::locate(const stream_state& s, std::uint32_t number, const shard_start& start,
                     shard_position& out) const {
  const shard* const at = s.find(number);
  if (at == nullptr) return errc::shard_does_not_exist;
  out = {number, 0};
  switch (start.type) {
    case iterator_type::trim_horizon: return errc::ok;
    case iterator_type::latest: out.index = at->next_index; return errc::ok;
    case iterator_type::at_sequence_number:
    case iterator_type::after_sequence_number: {
      const sequence_number& n = start.sequence;
      const bool known = n.index < at->next_index || (n.index == closing_index && !at->open());
      if (n.shard != number || n.created_s != at->created_s || !known) {
        return errc::invalid_position;
      }
      const bool behind = start.type == iterator_type::after_sequence_number;
      out.index = std::min(n.index + (behind ? 1 : 0), at->next_index);
      return errc::ok;
    }
    case iterator_type::at_timestamp: break;
  }
  if (start.timestamp_ms > now_ms_) return errc::invalid_position;
  const std::size_t place = at->records.find_time(start.timestamp_ms);
  out.index = place == at->records.size() ? at->next_index : at->records[place].index;
  return errc::ok;
}

/// The oldest record that has not outlived the retention, whether or not it was trimmed yet.
std::size_t service::first_visible(const shard& s) const noexcept {
  const int late = MR_MUTANT(retention_off_by_one) ? 1 : 0;
  const base::time_ms from_ms = now_ms_ - s.of->retention_ms() - late;
  if (s.records.empty() || s.records.front().at_ms >= from_ms) return 0;
  return s.records.find_time(from_ms);
}

errc service::read(stream_state& s, const read_options& wanted, read_batch& out) {
  shard* const from = s.find(wanted.from.shard);
  if (from == nullptr) return errc::shard_does_not_exist;
  shard_subscription* as = nullptr;
  if (wanted.subscription != 0) {
    const auto mine =
        std::find_if(from->subscriptions.begin(), from->subscriptions.end(),
                     [&](const shard_subscription& one) { return one.id == wanted.subscription; });
    if (mine == from->subscriptions.end()) return errc::subscription_taken_over;
    as = &*mine;
  }
  return read_from(*from, wanted, as, out);
}

errc service::read_from(shard& from, const read_options& wanted, shard_subscription* as,
                        read_batch& out) {
  const std::size_t place = std::max(from.records.find(wanted.from.index), first_visible(from));
  if (!limits_.rates_limited) {
    fill(from, place, wanted, out);
    return errc::ok;
  }
  if (from.rates == nullptr) from.rates = std::make_unique<shard_rates>();
  read_rate& rate = as != nullptr ? as->rate : from.rates->out;
  read_options most = wanted;
  if (as == nullptr) {
    if (!rate.may(now_, shard_reads_per_second)) return errc::throughput_exceeded;
  } else {
    const bool any = place < from.records.size();
    const bool may = rate.may(now_, UINT32_MAX);
    const std::uint64_t left = rate.bytes_left();
    if (!may || (any && rate.begun() && counted_bytes(from.records[place]) > left)) {
      out.summary.next = wanted.from;
      return errc::ok;  // a push comes when its rate allows
    }
    most.bytes_max = std::min(most.bytes_max, left);
  }
  rate.charge(fill(from, place, most, out));
  return errc::ok;
}

/// Records from `place` on; at least one, if there is one. Returns their bytes.
std::uint64_t service::fill(const shard& from, std::size_t place, const read_options& wanted,
                            read_batch& out) const {
  std::uint64_t bytes = 0;
  std::uint64_t next = wanted.from.index;
  for (; place < from.records.size() && out.records.size() < wanted.max_records; ++place) {
    const record& r = from.records[place];
    if (r.body) {
      if (bytes + counted_bytes(r) > wanted.bytes_max && !out.records.empty()) break;
      bytes += counted_bytes(r);
      take(from, r, out);
    }
    next = r.index + 1;
  }
  for (const block_pin& pin : out.pins) sync::retain(pin.home, pin.count);
  if (place == from.records.size()) next = std::max(next, from.next_index);
  out.summary.next = {from.number, next};
  out.summary.encrypted = !from.of->settings.encryption_key.empty();
  if (place < from.records.size()) {
    out.summary.behind_ms = std::max<base::time_ms>(now_ms_ - from.records[place].at_ms, 0);
  } else if (!from.open()) {
    out.summary.end_of_shard = true;
    add_children(from, out);
  }
  return bytes;
}

void service::add_children(const shard& of, read_batch& out) const {
  std::vector<shard_description> all;
  list_shards(*of.of, of.number + 1, of.of->shards.size(), all);
  for (const shard_description& d : all) {
    if (d.parent == of.number || d.adjacent_parent == of.number) {
      out.summary.children.push_back(d);
    }
  }
}

void service::park(stream_state& s, waiter& w) {
  shard& at = *s.find(w.wanted.from.shard);
  w.parked_at = &at;
  at.waiters.push_back(w);
  waits_.insert(w, next_look(w));
}

/// When a parked read is looked at next: at its end, or when a consumer's rate allows.
base::time_ms service::next_look(const waiter& w) const noexcept {
  if (!limits_.rates_limited || w.wanted.subscription == 0) return w.until_ms;
  for (const shard_subscription& one : w.parked_at->subscriptions) {
    if (one.id != w.wanted.subscription || !one.rate.begun()) continue;
    return std::min(w.until_ms, base::to_ms(one.rate.until() + base::ns_per_ms - 1));
  }
  return w.until_ms;
}

void service::unpark(waiter& w) noexcept {
  waiter_list::erase(w);
  if (static_cast<const base::timer&>(w).linked()) waits_.erase(w);
  w.parked_at = nullptr;
}

void service::answer(waiter& w, errc status) noexcept {
  unpark(w);
  sink_.answered(w, status);
}

void service::answer_all(shard& s, errc status) noexcept {
  while (waiter* w = s.waiters.front()) {
    sink_.room(*w).summary.next = w->wanted.from;
    answer(*w, status);
  }
}

void service::release_waiters(errc status) noexcept {
  for (const auto& [name, s] : state_.by_name()) {
    for (const auto& one : s->shards) answer_all(*one, status);
  }
}

void service::serve_later(shard& s) noexcept {
  if (!s.waiters.empty() && !s.to_be_served()) to_serve_.push_back(s);
}

bool service::serve(std::size_t budget) {
  for (; budget != 0; --budget) {
    shard* const s = to_serve_.pop_front();
    if (s == nullptr) return true;
    for (waiter* w = s->waiters.front(); w != nullptr;) {
      waiter* const next = s->waiters.after(*w);
      try_waiter(*w, false);
      w = next;
    }
  }
  return to_serve_.empty();
}

/// Answers a parked read if there is anything to say, else parks it on.
void service::try_waiter(waiter& w, bool time_is_up) {
  read_batch& out = sink_.room(w);
  const errc e = read(*w.parked_at->of, w.wanted, out);
  const bool nothing = out.records.empty() && !out.summary.end_of_shard;
  if (e != errc::ok || !nothing || time_is_up) return answer(w, e);
  if (static_cast<const base::timer&>(w).linked()) waits_.erase(w);
  waits_.insert(w, next_look(w));
}

}  // namespace millrace::stream
