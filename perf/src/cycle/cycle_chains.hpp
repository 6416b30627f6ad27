// A window of message cycles on one client: each chain sends, receives and deletes, then begins
// again, all through asynchronous calls. Owned and driven by the client's thread; allocates only
// when constructed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/client.hpp>
#include <string>
#include <vector>

namespace millrace::perf {

/// What was sent and what came back. Equal sums of two kinds are taken as equal sets.
struct cycle_tally {
  std::uint64_t cycles = 0;
  std::uint64_t sent = 0, received = 0, deleted = 0;
  std::uint64_t sum_sent = 0, sum_received = 0;
  std::uint64_t mixed_sent = 0, mixed_received = 0;
  std::uint64_t altered = 0;  ///< bodies that are not what was sent
  std::uint64_t failed = 0;   ///< calls or entries that answered an error
  std::uint64_t empty_receives = 0;
  errc first_error = errc::ok;

  void add(const cycle_tally& other) noexcept;
  /// Everything sent was received once, unaltered, and deleted, without an error.
  [[nodiscard]] bool is_complete() const noexcept;
};

struct chain_settings {
  std::size_t body_bytes = 1024;  ///< at least 8
  std::size_t batch = 1;          ///< messages a call, 1..10
  std::size_t outstanding = 64;   ///< chains
  bool sends = true;              ///< false: chains only receive and delete
  std::uint64_t first_sequence = 0;
  std::uint64_t groups = 0;  ///< of a FIFO queue, which messages go round; 0: a standard queue
};

class cycle_chains {
 public:
  cycle_chains(client& caller, queue_handle queue, const chain_settings& settings);

  /// Lets at most `cycles` more begin; 0 ends the chains as they complete.
  void allow(std::uint64_t cycles) noexcept { cycles_left_ = cycles; }
  /// Begins cycles on idle chains and takes what is complete; true while a chain is at work.
  bool turn() noexcept;
  [[nodiscard]] const cycle_tally& tally() const noexcept { return tally_; }

  /// A body of sequence 0; `bytes` >= 8. Then: writes a sequence into a body, and reads it.
  static std::vector<std::byte> make_body(std::size_t bytes);
  static void put_sequence(std::byte* body, std::uint64_t sequence) noexcept;
  static std::uint64_t sequence_of(const std::byte* body) noexcept;

 private:
  enum class step : std::uint8_t { idle, send, receive, remove };
  struct chain {
    step next = step::idle;
    bool submitted = false;
    std::size_t owed = 0;  ///< messages of this cycle still to be received
    std::size_t held = 0;  ///< receipts not yet deleted
    std::array<receipt_handle, batch_entries_max> receipts;
    std::vector<std::byte> bodies;
  };

  void begin(chain& which) noexcept;
  /// Submits the chain's next call; on would_block it is tried again at the next turn.
  void submit(chain& which) noexcept;
  result<void> submit_send(chain& which, std::uint64_t token) noexcept;
  void name(std::size_t entry, std::uint64_t sequence) noexcept;
  void take(const completion& answer) noexcept;
  void take_sent(chain& which, const completion& answer) noexcept;
  void take_received(chain& which, const completion& answer) noexcept;
  void take_deleted(chain& which, const completion& answer) noexcept;
  void check_body(const message_view& message) noexcept;
  void fail(chain& which, errc why) noexcept;

  client& client_;
  queue_handle queue_;
  chain_settings settings_;
  std::vector<std::byte> model_;  ///< a body; all but its sequence is what every message holds
  std::vector<chain> chains_;
  std::size_t blocked_ = 0;  ///< chains whose submit was refused
  std::size_t at_work_ = 0;  ///< chains that are not idle
  std::uint64_t cycles_left_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::array<send_entry, batch_entries_max> entries_;  ///< of the send being made
  struct fifo_ids {
    std::array<char, 16> group, deduplication;
  };
  std::array<fifo_ids, batch_entries_max> ids_;  ///< that the entries point to
  cycle_tally tally_;
};

}  // namespace millrace::perf
