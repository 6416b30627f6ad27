// scene: what all parts of one history share: its plan, its accounts, the engine of the present
// life, time, and what is wrong so far. One thread.
#pragma once

#include <array>
#include <string>

#include "api/engine_core.hpp"
#include "attempt_book.hpp"
#include "base/random.hpp"
#include "fifo_book.hpp"
#include "ledger.hpp"
#include "move_book.hpp"
#include "queue_book.hpp"

namespace millrace::sim {

/// A receipt in some client's hand; outlives the life in which it was given out.
struct held {
  ledger::found message;
  std::uint32_t count = 0;  ///< of that receive
  receipt_handle receipt;
  std::uint32_t life = 0;  ///< in which it was: another one may count receives anew
};

struct scene {
  explicit scene(std::uint64_t seed);

  /// Something happens: a new moment.
  instant next_instant();
  void advance_ns(std::int64_t by) { engine->virtual_time()->advance(by); }
  void advance_ms(std::int64_t by) { advance_ns(by * base::ns_per_ms); }
  void complain(breach what, const std::string& how);
  void note(std::uint64_t value) { hash = base::mix64(hash ^ value) + 1; }
  /// A call of the device has failed in this life.
  [[nodiscard]] bool device_failing() const { return *failed_calls != failed_before_life; }
  [[nodiscard]] bool one_in(std::uint64_t n) { return random.below(n) == 0; }

  /// A disk-level decision that was asked for then is acknowledged.
  void durable_since(const instant& asked) {
    book.durable_since(asked.moment);
    durable_ms = std::max(durable_ms, asked.ms);
  }

  const std::uint64_t seed;
  base::random random;
  const history_plan plan;
  tally counts;
  move_book moves;
  ledger book;
  fifo_book fifo;
  attempt_book attempts;
  queue_book queues;
  std::vector<std::vector<held>> receipts;  ///< by queue

  detail::engine_core* engine = nullptr;  ///< null between lives
  std::uint64_t moment = 0;
  std::uint64_t hash = 1;
  base::time_ms durable_ms = 0;   ///< time never goes back behind it
  std::uint64_t device_died = 0;  ///< the moment from which nothing may be acknowledged; 0: alive
  const std::uint64_t* failed_calls = nullptr;  ///< of the device, so far
  std::uint64_t failed_before_life = 0;
  bool space_is_short = false;  ///< or was so short a while ago that refusals go on
  bool space_is_tiny = false;   ///< and too small for what is kept for deletes
  std::uint32_t senders = 0;    ///< connections so far

  bool draining = false;  ///< no receipt is kept any more
  /// While damage is looked at: how often what, instead of complaints.
  bool tracing = false;  ///< say on standard error what happens
  bool tolerant = false;
  std::array<std::uint64_t, breaches> tolerated{};
  std::string complaint;  ///< the first one; empty: none
};

}  // namespace millrace::sim
