// decide: what a command means for the streams as they are, as journal entries. Pure: reads state
// and settings, writes only the log. The caller applies the entries with state::evolve. One thread
// (the lane).
#pragma once

#include <millrace/errc.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutant.hpp"
#include "stream/settings.hpp"
#include "stream/state.hpp"

namespace millrace::stream {

struct context {
  const state& now_state;
  const settings& limits;
  base::time_ms now_ms;
  entry_log& log;
};

constexpr std::uint32_t on_demand_shards = 4;  ///< to begin with
constexpr std::uint32_t on_demand_shards_max = 200;
constexpr std::uint32_t shards_max = 20'000;  ///< of one stream, open

/// Whether it is still being made.
[[nodiscard]] inline bool creating(const context& c, const consumer_description& one) noexcept {
  return c.now_ms - one.created_at_ms < c.limits.change_ms;
}

/// 1..128 of [a-zA-Z0-9_.-]; of consumers as well.
bool valid_name(std::string_view name) noexcept;

/// `given` settings of `wanted` over the defaults.
errc decide_create(const context& c, std::string_view name, const stream_settings& wanted,
                   std::uint32_t given);
errc decide_delete(const context& c, const stream_state& s);
/// What decide_settings would refuse.
errc may_set(const context& c, const stream_state& s, const stream_settings& changes,
             std::uint32_t given);
errc decide_settings(const context& c, const stream_state& s, const stream_settings& changes,
                     std::uint32_t given);

errc decide_split(const context& c, const stream_state& s, std::uint32_t number,
                  const hash_key& at);
errc decide_merge(const context& c, const stream_state& s, std::uint32_t number,
                  std::uint32_t adjacent);
errc decide_shard_count(const context& c, const stream_state& s, std::uint32_t count);
/// As many shards as the warm throughput of a stream that is or becomes on-demand will need, if it
/// has fewer.
errc decide_warm(const context& c, const stream_state& s, const stream_settings& changes,
                 std::uint32_t given);

struct put_args {
  sync::body_ref body;  ///< the envelope
  hash_key hash;
  std::uint32_t bytes = 0;      ///< data and key, as rates count them
  std::uint32_t key_bytes = 0;  ///< of them
};
/// One `put` entry into a shard that has room, in the log.
inline const journal::entry& decide_put(const context& c, const shard& into, const put_args& args) {
  const stream_state& s = *into.of;
  journal::entry& e = c.log.add();
  auto& p = begin<record_payload>(e, entry_kind::put, s.slot(), c.now_ms);
  p = {s.uid, into.number, into.next_index, c.now_ms};
  e.level = MR_MUTANT(record_not_journaled) ? durability::memory : s.settings.level;
  e.body = args.body;
  e.subject = const_cast<shard*>(&into);
  return e;
}
/// Up to `max` records that have outlived the retention. False: there is none.
bool decide_trim(const context& c, const shard& of, std::size_t max);
/// Of a closed shard in which nothing is left after its retention.
void decide_shard_gone(const context& c, const shard& of);

/// See stream_client::register_consumer.
errc decide_register(const context& c, const stream_state& s, std::string_view consumer,
                     bool advantage);
errc decide_deregister(const context& c, const stream_state& s, std::string_view consumer);

errc decide_account(const context& c, std::span<const std::pair<std::string, std::string>> stored);

/// Everything about a stream.
definition definition_of(const stream_state& s);

}  // namespace millrace::stream
