// Applying decisions about streams.
#include <algorithm>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "stream/state.hpp"

namespace millrace::stream {
namespace {

definition definition_of(const journal::entry& e) {
  definition d;
  const bool good = decode(e.extra, d);
  MR_ASSERT(good);
  return d;
}

}  // namespace

/// A put is not in it: evolve() applies that itself.
void state::evolve_other(const journal::entry& e) {
  switch (static_cast<entry_kind>(e.kind)) {
    case entry_kind::record_carried: return carry_record(e);
    case entry_kind::stream_carried: return carry_stream(e);
    case entry_kind::account_set:
    case entry_kind::account_carried: return change_account(e);
    case entry_kind::trimmed: {
      const auto& p = e.as<shard_payload>();
      return trim(subject(e, object(e, p.stream), p.shard), p.index);
    }
    case entry_kind::shard_gone: {
      const auto& p = e.as<shard_payload>();
      return drop_shard(object(e, p.stream), static_cast<std::uint32_t>(p.shard));
    }
    default: break;
  }
  const std::uint64_t uid = e.as<stream_payload>().stream;
  if (static_cast<entry_kind>(e.kind) == entry_kind::stream_created) {
    stream_state& s = object(e, uid);
    define(s, definition_of(e));
    s.log_epoch = log_epoch_;
    return;
  }
  stream_state& s = object(e, uid);
  switch (static_cast<entry_kind>(e.kind)) {
    case entry_kind::stream_deleted: return drop_stream(s);
    case entry_kind::settings_set:
      s.settings = definition_of(e).settings;
      ++s.revision;
      for (const auto& one : s.shards) {
        watch_age(*one, e.at_ms);
        if (one->tail != nullptr) one->tail->set_retention(s.retention_ms());
      }
      return;
    case entry_kind::resharded: return change_shards(s, e);
    case entry_kind::consumer_registered: return change_consumers(s, e, true);
    case entry_kind::consumer_deregistered: return change_consumers(s, e, false);
    default: MR_ASSERT(!"an entry of an unknown kind");
  }
}

/// In a replay a stream's definition may come later in the log.
stream_state& state::object(const journal::entry& e, std::uint64_t uid) {
  stream_state* known = find(uid);
  if (known != nullptr) return *known;
  MR_ASSERT(replaying_ || static_cast<entry_kind>(e.kind) == entry_kind::stream_created);
  return make_stream(uid);
}

shard& state::subject(const journal::entry& e, const stream_state& s, std::uint64_t number) {
  if (e.subject != nullptr) return *static_cast<shard*>(e.subject);
  shard* known = s.find(static_cast<std::uint32_t>(number));
  if (known != nullptr) return *known;
  MR_ASSERT(replaying_);
  return make_shard(const_cast<stream_state&>(s), static_cast<std::uint32_t>(number));
}

/// What is alive is only marked; a replay gets it from here.
void state::carry_record(const journal::entry& e) {
  if (replaying_) return add_record(e);
  static_cast<record*>(e.subject)->log_epoch = log_epoch_;
}

void state::carry_stream(const journal::entry& e) {
  stream_state& s = object(e, e.as<stream_payload>().stream);
  s.log_epoch = log_epoch_;
  if (!replaying_) return;
  const definition d = definition_of(e);
  const auto kept = [&](const std::unique_ptr<shard>& one) {
    return std::any_of(d.shards.begin(), d.shards.end(),
                       [&](const shard_definition& def) { return def.number == one->number; });
  };
  std::vector<std::uint32_t> gone;
  for (const auto& one : s.shards) {
    if (!kept(one)) gone.push_back(one->number);
  }
  for (const std::uint32_t number : gone) drop_shard(s, number);
  define(s, d);
}

void state::define(stream_state& s, const definition& d) {
  if (s.name.empty()) name_stream(s, d.name);
  s.settings = d.settings;
  s.created_at_ms = d.created_at_ms;
  s.next_shard = std::max(s.next_shard, d.next_shard);
  s.consumers = d.consumers;
  for (const shard_definition& one : d.shards) define_shard(s, one);
  rebuild_open(s);
}

void state::define_shard(stream_state& s, const shard_definition& d) {
  shard* known = s.find(d.number);
  shard& one = known != nullptr ? *known : make_shard(s, d.number);
  one.parent = d.parent;
  one.adjacent_parent = d.adjacent_parent;
  one.first = d.first;
  one.last = d.last;
  one.created_at_ms = d.created_at_ms;
  one.created_s = d.created_s;
  one.closed_at_ms = d.closed_at_ms;
  one.next_index = std::max(one.next_index, d.next_index);
  one.trimmed_below = std::max(one.trimmed_below, d.trimmed_below);
  s.next_shard = std::max(s.next_shard, d.number + 1);
}

/// What is alive is only marked when it is carried.
void state::change_account(const journal::entry& e) {
  account_log_epoch_ = log_epoch_;
  if (!replaying_ && static_cast<entry_kind>(e.kind) == entry_kind::account_carried) return;
  const bool good = decode(e.extra, account_);
  MR_ASSERT(good);
  ++account_.revision;
}

void state::change_shards(stream_state& s, const journal::entry& e) {
  reshard change;
  const bool good = decode(e.extra, change);
  MR_ASSERT(good);
  for (const std::uint32_t number : change.closed) {
    shard* known = s.find(number);
    MR_ASSERT(known != nullptr || replaying_);
    shard& one = known != nullptr ? *known : make_shard(s, number);
    one.closed_at_ms = e.at_ms;
    if (one.tail != nullptr) one.tail->retire();
    if (!replaying_) watch_age(one, 0);
  }
  for (const shard_definition& one : change.made) define_shard(s, one);
  rebuild_open(s);
  if (replaying_) return;
  for (const shard_definition& one : change.made) watch_age(*s.find(one.number), 0);
}

void state::rebuild_open(stream_state& s) {
  s.open.clear();
  for (const auto& one : s.shards) {
    if (one->open()) s.open.push_back({number_of(one->first), one.get()});
  }
  std::sort(s.open.begin(), s.open.end(),
            [](const open_shard& a, const open_shard& b) { return a.first < b.first; });
}

void state::change_consumers(stream_state& s, const journal::entry& e, bool more) {
  const std::string_view name = as_text(e.extra);
  auto& all = s.consumers;
  const auto place = std::lower_bound(
      all.begin(), all.end(), name,
      [](const consumer_description& c, std::string_view n) { return c.name < n; });
  const bool known = place != all.end() && place->name == name;
  if (more && !known) all.insert(place, {std::string(name), e.at_ms});
  if (!more && known) all.erase(place);
}

/// A replay drops them when they are in order.
void state::trim(shard& s, std::uint64_t below) {
  s.trimmed_below = std::max(s.trimmed_below, below);
  if (replaying_) return;
  if (s.tail != nullptr) s.tail->give_up(below, s.records);
  while (!s.records.empty() && s.records.front().index < below) pop_record(s);
}

void state::pop_record(shard& s) noexcept {
  body_bytes_ -= s.records.front().body.length;
  --s.of->record_count;
  --record_count_;
  s.records.pop_front();
}

}  // namespace millrace::stream
