// Decisions about streams themselves and their consumers, and about records.
#include <algorithm>

#include "base/mutant.hpp"
#include "stream/decide.hpp"
#include "stream/hash_space.hpp"

namespace millrace::stream {
namespace {

void log_stream(const context& c, const stream_state& s, entry_kind kind,
                std::vector<std::byte> extra) {
  journal::entry& e = c.log.add();
  begin<stream_payload>(e, kind, s.slot(), c.now_ms).stream = s.uid;
  e.object = const_cast<stream_state*>(&s);
  if (!extra.empty()) e.extra = c.log.keep(std::move(extra));
}

bool within(std::uint32_t value, std::uint32_t low, std::uint32_t high) {
  return value >= low && value <= high;
}

errc check(const stream_settings& s, const settings& limits) {
  constexpr std::uint32_t record_kib_least = 1024;
  constexpr std::uint32_t record_kib_most = 10'240;
  const bool ok = within(s.retention_hours, retention_hours_min, retention_hours_max) &&
                  within(s.record_kib_max, record_kib_least, record_kib_most) &&
                  s.warm_throughput_mibps <= warm_throughput_max;
  if (!ok) return errc::invalid_stream_setting;
  // An entry has to fit into what a lane may append at once.
  const bool too_large =
      s.level != durability::memory && s.record_kib_max > limits.record_kib_journaled;
  return too_large ? errc::not_supported : errc::ok;
}

void merge_stored(stream_settings& into, const stream_settings& from, bool remove) {
  for (const auto& [key, value] : from.stored) {
    const auto place = std::lower_bound(into.stored.begin(), into.stored.end(), key,
                                        [](const auto& a, const auto& k) { return a.first < k; });
    const bool known = place != into.stored.end() && place->first == key;
    if (remove) {
      if (known) into.stored.erase(place);
    } else if (known) {
      place->second = value;
    } else {
      into.stored.insert(place, {key, value});
    }
  }
}

void merge(stream_settings& into, const stream_settings& from, std::uint32_t given) {
  if (given & given_shard_count) into.shard_count = from.shard_count;
  if (given & given_retention) into.retention_hours = from.retention_hours;
  if (given & given_record_size) into.record_kib_max = from.record_kib_max;
  if (given & given_warm_throughput) into.warm_throughput_mibps = from.warm_throughput_mibps;
  if (given & given_mode) into.mode = from.mode;
  if (given & given_level) into.level = from.level;
  if (given & given_metrics) into.metrics = from.metrics;
  if (given & given_encryption) into.encryption_key = from.encryption_key;
  if (given & (given_stored | given_stored_removed)) {
    merge_stored(into, from, (given & given_stored_removed) != 0);
  }
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const bytes_view bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

bool valid_name(std::string_view name) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), allowed);
}

definition definition_of(const stream_state& s) {
  definition d;
  d.name = s.name;
  d.settings = s.settings;
  d.created_at_ms = s.created_at_ms;
  d.next_shard = s.next_shard;
  d.consumers = s.consumers;
  for (const auto& one : s.shards) {
    d.shards.push_back({one->number, one->parent, one->adjacent_parent, one->first, one->last,
                        one->created_at_ms, one->created_s, one->closed_at_ms, one->next_index,
                        one->trimmed_below});
  }
  return d;
}

errc decide_create(const context& c, std::string_view name, const stream_settings& wanted,
                   std::uint32_t given) {
  if (!valid_name(name)) return errc::invalid_stream_name;
  definition d;
  d.name = name;
  d.settings.level = c.limits.level_default;
  merge(d.settings, wanted, given);
  if (d.settings.mode == stream_mode::on_demand) {
    d.settings.shard_count = std::max(on_demand_shards, d.settings.warm_throughput_mibps);
  }
  const std::uint32_t count = d.settings.shard_count;
  if (!within(count, 1, shards_max)) return errc::invalid_shard_count;
  if (const errc e = check(d.settings, c.limits); e != errc::ok) return e;
  if (d.settings.level > c.limits.level_max) return errc::durability_missing;
  d.created_at_ms = c.now_ms;
  d.next_shard = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    shard_definition one;
    one.number = i;
    one.first = share_begin(i, count);
    one.last = i + 1 == count ? hash_key_max : before(share_begin(i + 1, count));
    one.created_at_ms = c.now_ms;
    one.created_s = static_cast<std::uint64_t>(c.now_ms / 1000);
    d.shards.push_back(one);
  }
  const std::uint8_t slot = slot_of(name);
  journal::entry& e = c.log.add();
  begin<stream_payload>(e, entry_kind::stream_created, slot, c.now_ms).stream =
      c.now_state.next_uid(slot, c.now_ms);
  e.extra = c.log.keep(encode(d));
  return errc::ok;
}

errc decide_delete(const context& c, const stream_state& s) {
  log_stream(c, s, entry_kind::stream_deleted, {});
  return errc::ok;
}

errc may_set(const context& c, const stream_state& s, const stream_settings& changes,
             std::uint32_t given) {
  if (given & (given_shard_count | given_level)) return errc::invalid_stream_setting;
  stream_settings all = s.settings;
  merge(all, changes, given);
  return check(all, c.limits);
}

errc decide_settings(const context& c, const stream_state& s, const stream_settings& changes,
                     std::uint32_t given) {
  if (const errc e = may_set(c, s, changes, given); e != errc::ok) return e;
  definition d;
  d.name = s.name;
  d.settings = s.settings;
  merge(d.settings, changes, given);
  log_stream(c, s, entry_kind::settings_set, encode(d));
  return errc::ok;
}

errc decide_register(const context& c, const stream_state& s, std::string_view consumer,
                     bool advantage) {
  if (!valid_name(consumer)) return errc::invalid_stream_name;
  if (s.consumer(consumer) != nullptr) return errc::consumer_exists;
  if (c.limits.rates_limited) {
    const bool more = advantage && s.settings.mode == stream_mode::on_demand;
    const std::size_t most = more ? stream_consumers_advantage_max : stream_consumers_max;
    if (s.consumers.size() >= most) return errc::too_many_consumers;
    const auto made = std::count_if(s.consumers.begin(), s.consumers.end(),
                                    [&](const auto& one) { return creating(c, one); });
    if (made >= creating_max) return errc::too_many_at_once;
  }
  log_stream(c, s, entry_kind::consumer_registered, bytes_of(consumer));
  return errc::ok;
}

errc decide_deregister(const context& c, const stream_state& s, std::string_view consumer) {
  if (s.consumer(consumer) == nullptr) return errc::consumer_does_not_exist;
  log_stream(c, s, entry_kind::consumer_deregistered, bytes_of(consumer));
  return errc::ok;
}

errc decide_account(const context& c, std::span<const std::pair<std::string, std::string>> stored) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : stored) bytes += key.size() + value.size();
  if (bytes > account_bytes_max) return errc::invalid_stream_setting;
  journal::entry& e = c.log.add();
  begin<stream_payload>(e, entry_kind::account_set, account_slot, c.now_ms);
  e.extra = c.log.keep(encode(account_settings{{stored.begin(), stored.end()}}));
  return errc::ok;
}

bool decide_trim(const context& c, const shard& of, std::size_t max) {
  const stream_state& s = *of.of;
  const base::time_ms from_ms = c.now_ms - s.retention_ms();
  if (of.records.empty() || of.records.front().at_ms >= from_ms) return false;
  const std::size_t expired = std::min(of.records.find_time(from_ms), max);
  journal::entry& e = c.log.add();
  auto& p = begin<shard_payload>(e, entry_kind::trimmed, s.slot(), c.now_ms);
  p = {s.uid, of.number, of.records[expired - 1].index + 1};
  e.level = MR_MUTANT(trim_not_journaled) ? durability::memory : s.settings.level;
  e.subject = const_cast<shard*>(&of);
  return true;
}

void decide_shard_gone(const context& c, const shard& of) {
  journal::entry& e = c.log.add();
  auto& p = begin<shard_payload>(e, entry_kind::shard_gone, of.of->slot(), c.now_ms);
  p.stream = of.of->uid;
  p.shard = of.number;
}

}  // namespace millrace::stream
