// What streams there are: making, naming, dropping; recovery; timers.
#include "stream/state.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/mutant.hpp"

namespace millrace::stream {
namespace {

constexpr unsigned slot_shift = 56;

std::size_t payload_bytes(entry_kind kind) noexcept {
  switch (kind) {
    case entry_kind::stream_created:
    case entry_kind::stream_deleted:
    case entry_kind::settings_set:
    case entry_kind::resharded:
    case entry_kind::consumer_registered:
    case entry_kind::consumer_deregistered:
    case entry_kind::account_set:
    case entry_kind::account_carried:
    case entry_kind::stream_carried: return sizeof(stream_payload);
    case entry_kind::trimmed:
    case entry_kind::shard_gone: return sizeof(shard_payload);
    case entry_kind::put:
    case entry_kind::record_carried: return sizeof(record_payload);
  }
  return 0;
}

bool brings_record(const journal::entry& e) noexcept {
  const auto kind = static_cast<entry_kind>(e.kind);
  return kind == entry_kind::put || kind == entry_kind::record_carried;
}

}  // namespace

std::uint8_t slot_of(std::string_view stream_name) noexcept {
  return static_cast<std::uint8_t>(base::hash_bytes(stream_name) >> slot_shift);
}

bool understood(const journal::entry& e) noexcept {
  const std::size_t bytes = payload_bytes(static_cast<entry_kind>(e.kind));
  if (e.version != 1 || bytes == 0 || e.used != bytes) return false;
  definition d;
  reshard r;
  account_settings a;
  switch (static_cast<entry_kind>(e.kind)) {
    case entry_kind::stream_created:
    case entry_kind::settings_set:
    case entry_kind::stream_carried: return decode(e.extra, d);
    case entry_kind::account_set:
    case entry_kind::account_carried: return decode(e.extra, a);
    case entry_kind::resharded: return decode(e.extra, r);
    default: return true;
  }
}

state::state(sync::arena& memory, base::time_ms now_ms) : chunks_(memory), ages_(now_ms) {}

state::~state() {
  for (auto& [uid, s] : streams_) {
    for (const auto& one : s->shards) {
      if (one->age_watched()) ages_.erase(*one);
    }
  }
}

stream_state* state::find(std::string_view name, std::uint64_t hash) const noexcept {
  return by_hash_.find(hash, [&](const stream_state& s) { return s.name == name; });
}

stream_state* state::find(std::uint64_t uid) const noexcept { return by_uid_.find(uid); }

std::uint64_t state::next_uid(std::uint8_t slot, base::time_ms now_ms) const noexcept {
  const std::uint64_t by_time =
      std::uint64_t{slot} << slot_shift | static_cast<std::uint64_t>(now_ms) << 8;
  return std::max(by_time, last_uid_[slot] + 1);
}

stream_state& state::make_stream(std::uint64_t uid) {
  auto made = std::make_unique<stream_state>();
  made->uid = uid;
  stream_state& s = *made;
  last_uid_[s.slot()] = std::max(last_uid_[s.slot()], uid);
  streams_.emplace(uid, std::move(made));
  by_uid_.insert(s);
  return s;
}

void state::name_stream(stream_state& s, std::string name) {
  s.name = std::move(name);
  s.name_hash = base::hash_bytes(s.name);
  by_name_.emplace(s.name, &s);
  by_hash_.insert(s);
}

shard& state::make_shard(stream_state& s, std::uint32_t number) {
  const auto place = std::lower_bound(
      s.shards.begin(), s.shards.end(), number,
      [](const std::unique_ptr<shard>& one, std::uint32_t n) { return one->number < n; });
  ++shard_count_;
  return **s.shards.insert(place, std::make_unique<shard>(s, number, chunks_));
}

/// Its cursors go to the lane; what they look at stays until they have seen that.
void state::end_tail(shard& s) {
  if (s.tail == nullptr) return;
  s.tail->retire();
  s.tail->give_up(closing_index, s.records);
  s.tail.reset();
}

void state::drop_shard(stream_state& s, std::uint32_t number) {
  shard* known = s.find(number);
  if (known == nullptr) return;
  if (known->age_watched()) ages_.erase(*known);
  end_tail(*known);
  while (!known->records.empty()) pop_record(*known);
  --shard_count_;
  std::erase_if(s.shards, [&](const auto& one) { return one.get() == known; });
  rebuild_open(s);
}

/// Its records go later, a few at a time.
void state::drop_stream(stream_state& s) {
  if (replaying_) drop_bodies(s);  // nobody sweeps meanwhile
  for (const auto& one : s.shards) {
    if (one->age_watched()) ages_.erase(*one);
    end_tail(*one);
  }
  if (!s.name.empty()) {
    by_name_.erase(s.name);
    by_hash_.erase(s);
  }
  by_uid_.erase(s);
  shard_count_ -= s.shards.size();
  const auto known = streams_.find(s.uid);
  doomed_.push_back(std::move(known->second));
  streams_.erase(known);
}

bool state::sweep(std::size_t budget) noexcept {
  while (!doomed_.empty()) {
    stream_state& s = *doomed_.back();
    for (const auto& one : s.shards) {
      for (; !one->records.empty(); --budget) {
        if (budget == 0) return false;
        pop_record(*one);
      }
    }
    doomed_.pop_back();
  }
  return true;
}

void state::watch_age(shard& s, base::time_ms earliest_ms) noexcept {
  if (s.age_watched()) ages_.erase(s);
  const base::time_ms keeps = s.of->retention_ms();
  if (!s.records.empty()) {
    ages_.insert(s, std::max(s.records.front().at_ms + keeps + 1, earliest_ms));
  } else if (!s.open()) {
    ages_.insert(s, std::max(s.closed_at_ms + keeps + 1, earliest_ms));
  }
}

bool state::reserve_for(const journal::entry& e) {
  if (!brings_record(e)) return true;
  const auto& p = e.as<record_payload>();
  shard& s = subject(e, object(e, p.stream), p.shard);
  return reserve_record(s, sync::allocation_class::priority);
}

void state::settle() {
  for (auto& [uid, s] : streams_) {
    for (const auto& one : s->shards) {
      record_count_ -= one->records.size();
      s->record_count -= one->records.size();
      if (!MR_MUTANT(records_not_in_order)) body_bytes_ -= one->records.settle();
      record_count_ += one->records.size();
      s->record_count += one->records.size();
      while (!one->records.empty() && one->records.front().index < one->trimmed_below) {
        pop_record(*one);
      }
    }
  }
}

record* state::wants_body(const journal::entry& e) const noexcept {
  if (!brings_record(e)) return nullptr;
  const auto& p = e.as<record_payload>();
  const stream_state* s = find(p.stream);
  shard* one = s == nullptr ? nullptr : s->find(static_cast<std::uint32_t>(p.shard));
  if (one == nullptr) return nullptr;
  if (!one->records.empty() && one->records.back().index == p.index) {
    record& last = one->records[one->records.size() - 1];  // as before settle()
    return last.body ? nullptr : &last;
  }
  const std::size_t place = one->records.find(p.index);
  if (place == one->records.size()) return nullptr;
  record& r = one->records[place];
  return r.index == p.index && !r.body ? &r : nullptr;
}

void state::attach_body(record& r, const sync::body_ref& body) noexcept {
  r.body = body;
  body_bytes_ += body.length;
}

void state::drop_bodies() noexcept {
  for (auto& [uid, s] : streams_) drop_bodies(*s);
}

void state::drop_bodies(stream_state& s) noexcept {
  for (const auto& one : s.shards) body_bytes_ -= one->records.drop_bodies();
}

void state::end_replay(std::uint64_t index_gap) {
  replaying_ = false;
  for (auto& [uid, s] : streams_) {
    if (s->name.empty()) name_stream(*s, "recovered-" + std::to_string(uid));
    for (const auto& one : s->shards) {
      one->next_index = MR_MUTANT(record_numbers_again) ? 1 : one->next_index + index_gap;
      watch_age(*one, 0);
    }
  }
}

state::account_use state::used_of_account() const noexcept {
  account_use used;
  for (const auto& [name, s] : by_name_) {
    if (s->settings.mode == stream_mode::on_demand) {
      ++used.on_demand_streams;
    } else {
      used.shards += static_cast<std::uint32_t>(s->open.size());
    }
  }
  return used;
}

}  // namespace millrace::stream
