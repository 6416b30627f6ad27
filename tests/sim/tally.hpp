// tally: what a run has done and found, as plain numbers that add up over histories and processes.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

namespace millrace::sim {

/// What a history may break, each a promise of docs/promises.md.
enum class breach : std::uint8_t {
  lost,         ///< acknowledged, and gone
  unexpected,   ///< delivered though never sent, refused, or of an earlier life's memory
  garbled,      ///< a byte, an attribute, an id or a time of it is another
  resurrected,  ///< delivered after its delete was acknowledged
  unpurged,     ///< delivered after its queue's purge or end was acknowledged
  early,        ///< delivered while hidden: delayed, or by another receive
  outlived,     ///< delivered after its retention
  overcounted,  ///< received more often than its redrive policy says, or moved too soon
  misplaced,    ///< still in its queue after it was delivered as a dead letter
  missed,       ///< visible, and a receive of an idle queue did not bring it; or miscounted
  reordered,    ///< what a crash left is no prefix of what was done
  false_ack,    ///< acknowledged though the device had failed
  refused,      ///< a status that nothing explains
  definition,   ///< a queue's existence or attributes are not what was acknowledged
  clock,        ///< engine time went back
  unanswered,   ///< a call that is never answered
  diverged,     ///< two recoveries of one image differ, or a restart changed what is durable
  undetected,   ///< damage at rest cost more than was reported
  false_alarm,  ///< damage was reported where a crash was all that had happened
  overtaken,    ///< came before another one of its group that was there
  unlocked,     ///< came while one before it in its group was held
  renumbered,   ///< a sequence number is another, or does not grow in its group
  doubled,      ///< two messages of one deduplication id within five minutes
  swallowed,    ///< a send was taken for a duplicate and is none
  unrepeated,   ///< a receive attempt was not given what it was given before
  copied,       ///< moved, and there as what it was before all the same; or moved twice
  misled,       ///< a message move is not what its answers said
  unfair,       ///< a tenant had its turn twice while a quiet one waited
};
constexpr std::size_t breaches = 28;

struct tally {
  std::uint64_t histories = 0;
  std::uint64_t operations = 0;  ///< calls of clients and deliveries
  std::uint64_t calls = 0;
  std::uint64_t attempts = 0;
  std::uint64_t acked = 0;
  std::uint64_t acked_disk = 0;
  std::uint64_t ok = 0;         ///< acked and delivered
  std::uint64_t recovered = 0;  ///< delivered though never acked
  std::uint64_t excused = 0;    ///< acked and gone with a purge, its queue, its age or its level
  std::uint64_t deliveries = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t deletes = 0;  ///< acked
  std::uint64_t hides = 0;    ///< deliveries and delays that hid a message
  std::uint64_t counted = 0;  ///< receives under a redrive policy
  std::uint64_t dead_letters = 0;
  std::uint64_t fifo_acked = 0;             ///< sends that made a message
  std::uint64_t fifo_duplicates = 0;        ///< and that did not
  std::uint64_t fifo_duplicates_later = 0;  ///< of a message of an earlier life
  std::uint64_t fifo_renewed = 0;           ///< sends with an id whose window had ended
  std::uint64_t grouped_deliveries = 0;     ///< of standard queues
  std::uint64_t fair_turns = 0;             ///< of quiet tenants that audits found waiting
  std::uint64_t fifo_deliveries = 0;
  std::uint64_t fifo_dead_letters = 0;
  std::uint64_t attempts_repeated = 0;
  std::uint64_t attempts_over = 0;  ///< refused, as something had happened meanwhile
  std::uint64_t moves_started = 0;
  std::uint64_t moves_completed = 0;
  std::uint64_t moves_cancelled = 0;
  std::uint64_t moves_failed = 0;
  std::uint64_t moves_gone_on = 0;  ///< after a restart
  std::uint64_t moved = 0;          ///< messages that came as new ones
  std::uint64_t moved_fifo = 0;     ///< of them, in FIFO queues
  std::uint64_t audits = 0;
  std::uint64_t lives = 0;
  std::uint64_t crashes = 0;
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t interrupted = 0;  ///< of the crashes: inside a storage call
  std::uint64_t closes = 0;
  std::uint64_t dead_devices = 0;
  std::uint64_t calls_to_dead = 0;  ///< made after the device had failed
  std::uint64_t full_disks = 0;     ///< times that the disk filled up and had space again
  std::uint64_t refused_full = 0;
  std::uint64_t slow_calls = 0;
  std::uint64_t read_errors = 0;
  std::uint64_t clock_jumps = 0;  ///< back, before an open
  std::uint64_t flips = 0;
  std::uint64_t flips_reported = 0;
  std::uint64_t replays = 0;  ///< images recovered twice and compared
  std::uint64_t groups = 0;
  std::uint64_t group_waits = 0;   ///< turns of the journal after which a group waited for more
  std::uint64_t carried = 0;       ///< rounds of carrying forward
  std::uint64_t recycled = 0;      ///< segments that were used again
  std::uint64_t failed_calls = 0;  ///< of the device
  std::array<std::uint64_t, breaches> broken{};

  [[nodiscard]] std::uint64_t violations() const;
  void add(const tally& other);
  std::uint64_t& operator[](breach b) { return broken[static_cast<std::size_t>(b)]; }
  std::uint64_t operator[](breach b) const { return broken[static_cast<std::size_t>(b)]; }
};

const char* to_string(breach b) noexcept;
/// Every number but the breaches, with its name.
struct named_number {
  const char* name;
  std::uint64_t tally::*number;
};
std::pair<const named_number*, std::size_t> numbers() noexcept;

}  // namespace millrace::sim
