// shard_tail: the newest records of one shard, for readers in this process: a broadcast ring of
// where they lie, read on the readers' own threads by untethered cursors (tail_reader.hpp). The
// shard's lane writes it and never waits for a reader. Made by the client that opens the first
// cursor; lane and cursors share it, the last of them frees it.
//
// A record comes into the ring when its entry has reached the level of its stream. Its body is the
// shard's to keep; when the shard lets go of records, what a reader looks at then is held here
// until the reader has moved on: at most one claim a reader.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "journal/journal.hpp"
#include "stream/record_log.hpp"
#include "sync/broadcast_ring.hpp"
#include "sync/published.hpp"
#include "sync/read_claims.hpp"

namespace millrace::stream {

/// A record as the ring carries it: whole words, so that a reader makes a view of them in
/// registers.
struct tail_record {
  static constexpr std::size_t words = 4;

  std::uint64_t data = 0;   ///< the address of its data; behind them lies the key
  std::uint64_t sizes = 0;  ///< bytes of the data, and in the upper half of the key
  std::uint64_t index = 0;
  std::uint64_t at_ms = 0;
};
static_assert(sizeof(tail_record) == tail_record::words * sizeof(std::uint64_t));

class shard_tail {
 public:
  /// 4,096 records of 32 bytes each.
  static constexpr std::size_t ring_bytes = std::size_t{128} << 10;
  static constexpr std::size_t readers_max = 128;
  using ring = sync::broadcast_ring<sync::std_sync, sync::broadcast_readers::any, 1>;
  using claims = sync::basic_read_claims<sync::std_sync, readers_max>;

  struct shard_facts {
    std::uint32_t number = 0;
    std::uint64_t created_s = 0;
    std::uint64_t first_index = 0;  ///< of the record that comes into the ring first
    durability level = durability::memory;
    base::time_ms retention_ms = 0;
  };

  /// `memory`: a block of block_store::take_dedicated(ring_bytes), the tail's from now on.
  explicit shard_tail(sync::block& memory) noexcept;
  ~shard_tail();
  shard_tail(const shard_tail&) = delete;
  shard_tail& operator=(const shard_tail&) = delete;

  // -- The shard's lane -------------------------------------------------------------------------

  /// Once, before any reader opens.
  void begin(const shard_facts& of) noexcept;
  /// A slot for a cursor; nothing: there are too many.
  [[nodiscard]] std::optional<std::size_t> open() noexcept;
  /// A record that was decided; it must not be seen before publish(). True: the first since mark().
  bool add(const record& r);
  /// What was added since then waits for this position of the journal.
  void mark(journal::position wait_for);
  /// Shows what has reached its level. True: nothing waits any more.
  bool publish(journal::position reached);
  /// Before the shard drops the records below an index: what readers look at is kept here.
  void give_up(std::uint64_t below, const record_log& records);
  void set_retention(base::time_ms retention_ms) noexcept { retention_ms_.set(retention_ms); }
  /// Sends that slot's cursor to the lane for good: its subscription has ended.
  void detach(std::size_t slot) noexcept { detached_[slot].set(true); }
  /// Sends all of them there: the shard is closed, its stream deleted, the journal has failed.
  void retire() noexcept { retired_.set(true); }
  [[nodiscard]] bool retired() const noexcept { return retired_.get(); }
  [[nodiscard]] durability level() const noexcept { return facts_.level; }

 private:
  friend class tail_reader;
  struct held_body {
    std::size_t slot = 0;
    std::uint64_t claim = 0;  ///< while the slot's is this
    sync::block* home = nullptr;
  };
  struct waiting_mark {
    std::size_t count = 0;  ///< of waiting_, those before it included
    journal::position wait_for = 0;
  };
  void hold(std::size_t slot, std::uint64_t claim, std::uint64_t below, const record_log& records);
  void drop_held() noexcept;
  void write(std::size_t count) noexcept;

  sync::block* memory_;
  shard_facts facts_;  ///< readers copy them when they open
  ring ring_;
  claims claims_;

  // Lane-private.
  std::vector<tail_record> waiting_;
  std::vector<waiting_mark> marks_;
  bool marked_ = true;
  std::uint64_t given_up_ = 0;
  std::vector<held_body> held_;

  // The lane's words to the readers; seldom written.
  sync::published<base::time_ms> retention_ms_;
  sync::published<bool> retired_;
  std::array<sync::published<bool>, readers_max> detached_;
};

}  // namespace millrace::stream
