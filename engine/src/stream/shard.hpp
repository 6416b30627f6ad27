// shard: one shard of a stream: its range, its records, and who reads it. What is durable comes
// first; rates, subscriptions, cursors and waiting reads are forgotten at a restart. One thread
// (the lane).
#pragma once

#include <cstdint>
#include <memory>
#include <millrace/stream.hpp>
#include <optional>
#include <vector>

#include "base/list.hpp"
#include "base/timer_wheel.hpp"
#include "stream/hash_space.hpp"
#include "stream/rates.hpp"
#include "stream/record_log.hpp"
#include "stream/shard_tail.hpp"

namespace millrace::stream {

struct shard;
struct stream_state;
struct waiting_tag;
struct serve_tag;

/// A read that waits for a first record: parked at its shard, and in the wheel of waits. A part of
/// the lane's operation.
struct waiter : base::timer, base::list_hook<waiting_tag> {
  shard* parked_at = nullptr;
  void* owner = nullptr;
  read_options wanted;
  base::time_ms until_ms = 0;
};
using waiter_list = base::list<waiter, waiting_tag>;

/// What an enhanced consumer has on a shard.
struct shard_subscription {
  std::uint64_t id = 0;
  std::string consumer;
  base::time_ms began_at_ms = 0;
  read_rate rate;
  std::vector<std::size_t> tail_slots = {};  ///< of the cursors that read by it
};

/// The timer is that of the oldest record's retention.
struct shard : base::timer, base::list_hook<serve_tag> {
  shard(stream_state& in, std::uint32_t its_number, record_slab& chunks) noexcept
      : of(&in), number(its_number), records(chunks) {}

  stream_state* of;
  std::uint32_t number;
  std::optional<std::uint32_t> parent;
  std::optional<std::uint32_t> adjacent_parent;
  hash_key first;
  hash_key last;
  base::time_ms created_at_ms = 0;
  std::uint64_t created_s = 0;  ///< in sequence numbers: later than its parents'
  base::time_ms closed_at_ms = 0;
  std::uint64_t next_index = 1;
  std::uint64_t trimmed_below = 0;  ///< the first index that may still be read
  record_log records;

  std::unique_ptr<shard_rates> rates;  ///< null: not limited, or no call yet
  std::vector<shard_subscription> subscriptions;
  waiter_list waiters;
  std::shared_ptr<shard_tail> tail;  ///< null: no cursor reads it

  [[nodiscard]] bool open() const noexcept { return closed_at_ms == 0; }
  [[nodiscard]] sequence_number sequence_of(std::uint64_t index, base::time_ms at) const noexcept {
    return {created_s, index, static_cast<std::uint64_t>(at / 1000), number};
  }
  [[nodiscard]] bool to_be_served() const noexcept {
    return static_cast<const base::list_hook<serve_tag>&>(*this).linked();
  }
  [[nodiscard]] bool age_watched() const noexcept {
    return static_cast<const base::timer&>(*this).linked();
  }
};

/// A shard beside the number where its range begins.
struct open_shard {
  wide first = 0;
  shard* is = nullptr;
};

/// One stream.
struct stream_state {
  std::uint64_t uid = 0;  ///< slot in the top 8 bits, a number that grows with time below
  std::uint64_t name_hash = 0;
  std::string name;  ///< empty: its definition comes later in the log
  stream_settings settings;
  base::time_ms created_at_ms = 0;
  base::time_ms changed_at_ms = 0;             ///< latest change that shows; not durable
  std::uint32_t revision = 0;                  ///< counts changes of the settings; not durable
  std::uint32_t log_epoch = 0;                 ///< where in the log its latest full entry lies
  std::vector<std::unique_ptr<shard>> shards;  ///< by number; those that have gone are not in it
  std::vector<open_shard> open;                ///< by range: they cover the whole space
  std::uint32_t next_shard = 0;
  std::vector<consumer_description> consumers;  ///< by name
  std::uint64_t record_count = 0;
  std::uint64_t last_subscription = 0;
  daily_changes<shard_count_updates_max> count_updates;  ///< not durable, as all rates
  daily_changes<mode_updates_max> mode_updates;
  call_rate lists;

  [[nodiscard]] std::uint8_t slot() const noexcept { return static_cast<std::uint8_t>(uid >> 56); }
  [[nodiscard]] base::time_ms retention_ms() const noexcept {
    return base::time_ms{settings.retention_hours} * 3'600'000;
  }
  /// Null: there is none, or it has gone.
  [[nodiscard]] shard* find(std::uint32_t number) const noexcept;
  /// The open one to which a key belongs.
  [[nodiscard]] shard* at(const hash_key& key) const noexcept;
  [[nodiscard]] const consumer_description* consumer(std::string_view wanted) const noexcept;
};

}  // namespace millrace::stream
