// state: everything that streams know in one lane. Changed only by evolve(), by trimming what has
// expired, and by recovery; read by decide. All shards of a stream are in the slot of its name. One
// thread (the lane).
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/pointer_table.hpp"
#include "base/timer_wheel.hpp"
#include "stream/definition_codec.hpp"
#include "stream/entries.hpp"
#include "stream/shard.hpp"

namespace millrace::stream {

/// The slot of a stream name. Stored in data directories: never changes.
std::uint8_t slot_of(std::string_view stream_name) noexcept;

/// Whether this version knows the entry's kind, version and size.
bool understood(const journal::entry& e) noexcept;

class state {
 public:
  state(sync::arena& memory, base::time_ms now_ms);
  ~state();
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  /// The hash is base::hash_bytes(name).
  [[nodiscard]] stream_state* find(std::string_view name, std::uint64_t hash) const noexcept;
  [[nodiscard]] stream_state* find(std::uint64_t uid) const noexcept;
  [[nodiscard]] const std::map<std::string_view, stream_state*>& by_name() const noexcept {
    return by_name_;
  }
  /// What a new stream of the slot is called by: never used before, in earlier lives neither.
  [[nodiscard]] std::uint64_t next_uid(std::uint8_t slot, base::time_ms now_ms) const noexcept;
  [[nodiscard]] std::uint64_t record_count() const noexcept { return record_count_; }
  /// About how many bytes of log it takes to carry all of this forward.
  [[nodiscard]] std::uint64_t live_bytes() const noexcept {
    return body_bytes_ + record_count_ * 120 + shard_count_ * 128 + by_name_.size() * 512;
  }
  [[nodiscard]] std::uint64_t shard_count() const noexcept { return shard_count_; }

  /// Of the lane that has account_slot; empty in the others.
  [[nodiscard]] const account_settings& account() const noexcept { return account_; }
  [[nodiscard]] std::uint32_t account_log_epoch() const noexcept { return account_log_epoch_; }

  /// Room for one more record. False: no memory; nothing may be put.
  [[nodiscard]] static bool reserve_record(
      shard& s, sync::allocation_class use = sync::allocation_class::normal) noexcept {
    return s.records.reserve(use);
  }
  void set_log_epoch(std::uint32_t epoch) noexcept { log_epoch_ = epoch; }

  /// What of the account's limits its streams have: walks all of them.
  struct account_use {
    std::uint32_t shards = 0;  ///< open ones, of provisioned streams
    std::uint32_t on_demand_streams = 0;
  };
  [[nodiscard]] account_use used_of_account() const noexcept;

  /// Applies one decision.
  void evolve(const journal::entry& e) {
    if (static_cast<entry_kind>(e.kind) == entry_kind::put) return add_record(e);
    evolve_other(e);
  }

  // Recovery: begin_replay(), evolve() every entry of the log in order, without bodies, then
  // settle(), end_replay(); attach_body() behind each entry, or behind settle() to the records that
  // are left.

  void begin_replay() noexcept { replaying_ = true; }
  /// Memory for the record that an entry brings, if it brings one. False: there is none.
  [[nodiscard]] bool reserve_for(const journal::entry& e);
  void settle();
  /// The record for whose body an entry has the bytes, if it is alive and has none yet.
  [[nodiscard]] record* wants_body(const journal::entry& e) const noexcept;
  void attach_body(record& r, const sync::body_ref& body) noexcept;
  /// Of all records, as if none had been attached.
  void drop_bodies() noexcept;
  /// New records get indexes from `index_gap` behind the last known one: a crash may have taken
  /// some, and readers may know their numbers.
  void end_replay(std::uint64_t index_gap);

  /// Calls expire(shard&) for shards whose oldest record, or which themselves, may have outlived
  /// the retention. False: the budget was used up. The callee watches the shard again.
  template <class F>
  bool advance_ages(base::time_ms now_ms, std::size_t budget, F&& expire) {
    return ages_.advance(now_ms, budget, expire);
  }
  /// Sets the shard's timer, if it has anything to wait for.
  void watch_age(shard& s, base::time_ms earliest_ms) noexcept;
  [[nodiscard]] base::time_ms next_ms() noexcept { return ages_.next_ms(); }

  /// Frees up to `budget` records of deleted streams. False: there are more.
  bool sweep(std::size_t budget) noexcept;
  [[nodiscard]] bool any_to_sweep() const noexcept { return !doomed_.empty(); }

 private:
  void evolve_other(const journal::entry& e);
  void drop_bodies(stream_state& s) noexcept;
  void define(stream_state& s, const definition& d);
  void define_shard(stream_state& s, const shard_definition& d);
  stream_state& object(const journal::entry& e, std::uint64_t uid);
  stream_state& make_stream(std::uint64_t uid);
  shard& subject(const journal::entry& e, const stream_state& s, std::uint64_t number);
  shard& make_shard(stream_state& s, std::uint32_t number);
  void name_stream(stream_state& s, std::string name);
  void drop_stream(stream_state& s);
  void drop_shard(stream_state& s, std::uint32_t number);
  static void end_tail(shard& s);
  void change_shards(stream_state& s, const journal::entry& e);
  void rebuild_open(stream_state& s);
  void add_record(const journal::entry& e) {
    const auto& p = e.as<record_payload>();
    auto* into = static_cast<shard*>(e.subject);
    shard& s = into != nullptr ? *into : subject(e, object(e, p.stream), p.shard);
    s.records.push({e.body, p.index, p.arrived_at_ms, log_epoch_});
    s.next_index = std::max(s.next_index, p.index + 1);
    ++s.of->record_count;
    ++record_count_;
    body_bytes_ += e.body.length;
    if (!s.age_watched() && !replaying_) watch_age(s, 0);
  }
  void carry_record(const journal::entry& e);
  void carry_stream(const journal::entry& e);
  void change_consumers(stream_state& s, const journal::entry& e, bool more);
  void change_account(const journal::entry& e);
  void trim(shard& s, std::uint64_t below);
  void pop_record(shard& s) noexcept;

  struct uid_key {
    static std::uint64_t of(const stream_state& s) noexcept { return s.uid; }
  };
  struct name_key {
    static std::uint64_t of(const stream_state& s) noexcept { return s.name_hash; }
  };

  record_slab chunks_;
  base::pointer_table<stream_state, uid_key> by_uid_;
  base::pointer_table<stream_state, name_key> by_hash_;
  std::map<std::string_view, stream_state*> by_name_;
  std::map<std::uint64_t, std::unique_ptr<stream_state>> streams_;  ///< by uid
  std::array<std::uint64_t, 256> last_uid_{};                       ///< of each slot
  std::vector<std::unique_ptr<stream_state>> doomed_;
  base::timer_wheel<shard> ages_;
  std::uint64_t record_count_ = 0;
  std::uint64_t shard_count_ = 0;
  std::uint64_t body_bytes_ = 0;
  account_settings account_;
  std::uint32_t account_log_epoch_ = 0;  ///< where in the log it lies
  std::uint32_t log_epoch_ = 0;
  bool replaying_ = false;
};

}  // namespace millrace::stream
