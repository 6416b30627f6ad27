// Tells the ledger what is asked for and what comes back, and keeps the receipts and what is known
// of the queues. One thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "bodies.hpp"
#include "ledger.hpp"
#include "request.hpp"
#include "roster.hpp"
#include "wire.hpp"

namespace millrace::crash {

class recorder {
 public:
  recorder(roster& queues, ledger& book, const bodies& texts, level default_level)
      : queues_(queues), book_(book), texts_(texts), default_level_(default_level) {}

  /// Answers that are in order for the moment: 503 of a full disk, 500 of a failed one.
  struct tolerance {
    bool refusals = false;
    bool failures = false;
  };
  void tolerate(tolerance what) noexcept { tolerated_ = what; }

  /// Gives the request its messages; a batch becomes smaller when they are large.
  void asked(request& what, std::uint64_t now);
  /// Gives how many messages a receive brought.
  std::size_t answered(const request& what, int status, std::string_view body, std::uint64_t now);
  /// The server died before it answered.
  void unanswered(const request& what) noexcept;
  /// After all answers that there are: whatever has none stays unknown.
  void crashed(std::uint64_t now);

  /// Called by the thread that strikes, with the time behind the blow. When it is the device that
  /// dies, nothing that is asked later may be acked.
  void struck(std::uint64_t now, bool device) noexcept;
  /// Until the next crash another process says when the device dies: at that time on the monotonic
  /// clock, ~0: it lives.
  void watch_death(std::uint64_t& at) noexcept { death_ = &at; }

  [[nodiscard]] const std::vector<receipt>& receipts() const noexcept { return receipts_; }
  /// Takes up to `most` receipts of one queue, that of a random receipt.
  [[nodiscard]] std::vector<receipt> take_receipts(std::size_t most, std::mt19937_64& dice);
  /// Of the queue that was received from last.
  [[nodiscard]] std::vector<receipt> take_latest(std::size_t most);
  void drop_receipts() noexcept { receipts_.clear(); }

  struct totals {
    std::uint64_t requests = 0;    ///< answered
    std::uint64_t operations = 0;  ///< done; a batch counts its messages
    std::uint64_t hit = 0;         ///< of these, changes that were under way when a blow fell
    std::uint64_t refused = 0, failed = 0;
  };
  [[nodiscard]] const totals& done() const noexcept { return done_; }

 private:
  [[nodiscard]] level level_of(std::size_t queue) const noexcept;
  [[nodiscard]] std::vector<receipt> take_receipts(std::size_t most, std::size_t at);
  [[nodiscard]] bool queue_is_fifo(const request& what) const noexcept;
  [[nodiscard]] bool may_be_missing(const request& what) const noexcept;
  std::size_t settle(const request& what, outcome result, std::string_view body, std::uint64_t now);
  void settle_sends(const request& what, outcome result, std::string_view body, std::uint64_t now);
  std::size_t settle_receive(const request& what, outcome result, std::string_view body,
                             std::uint64_t now);
  void settle_removes(const request& what, outcome result, std::string_view body,
                      std::uint64_t now);
  void settle_visibility(const request& what, outcome result, std::uint64_t now);
  void settle_remove(const receipt& used, outcome result, std::uint64_t now);
  void settle_queue(const request& what, outcome result, std::uint64_t now);
  void complain(const request& what, std::string_view about, std::string_view body);
  void check_alive(const request& what, std::uint64_t acked);
  void count_hit(const request& what) noexcept;

  roster& queues_;
  ledger& book_;
  const bodies& texts_;
  level default_level_;
  tolerance tolerated_;
  std::atomic<std::uint64_t> struck_{~0ull};  ///< when the last blow fell
  alignas(8) std::uint64_t own_death_ = ~0ull;
  std::uint64_t* death_ = &own_death_;  ///< read and written as an atomic
  std::vector<receipt> receipts_;
  std::uint32_t life_ = 0;
  totals done_;
};

}  // namespace millrace::crash
