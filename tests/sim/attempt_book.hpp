// attempt_book: receives with a ReceiveRequestAttemptId, and what each was given: within five
// minutes the same call is given the same, or is refused because something happened to it. One
// thread.
#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "fifo_book.hpp"

namespace millrace::sim {

class attempt_book {
 public:
  attempt_book(ledger& book, tally& counts, ledger::complaint complain)
      : book_(book), counts_(counts), complain_(std::move(complain)), all_(1) {}

  /// A receive begins: with an id of that queue's that was used before, if there is one that no
  /// call uses now, or with a new one. Its number.
  struct receive {
    std::size_t queue = 0;
    std::int32_t visibility_least_s = 0;
    instant asked;
  };
  std::size_t begin(const receive& how, bool again, base::random& random);
  [[nodiscard]] std::string id_of(std::size_t number) const {
    return "attempt-" + std::to_string(number);
  }

  /// A message as a receive gave it.
  struct item {
    ledger::found message;
    std::uint32_t count = 0;
    receipt_handle receipt;
    base::time_ms hidden_until_ms = 0;  ///< before the call that is open
    [[nodiscard]] bool is(const item& other) const {
      return message.number == other.message.number && count == other.count &&
             receipt == other.receipt;
    }
  };
  /// Its answer. True: the messages were given before, by the same id.
  bool answered(std::size_t number, const delivery_seen& how, std::vector<item> given);
  /// receive_attempt_over.
  void over(std::size_t number, const instant& now);
  /// Whether it may be that.
  [[nodiscard]] bool may_be_over(std::size_t number) const;
  /// It was refused otherwise.
  void refused(std::size_t number) { close(all_[number]); }
  /// There will be no answer: it may have been given something.
  void lost(std::size_t number, const instant& now, std::int32_t visibility_most_s);

 private:
  struct attempt {
    std::size_t queue = 0;
    std::uint32_t life = 0;
    bool open = false;
    bool unknown = false;            ///< an answer was lost: what it was given is anybody's guess
    base::time_ms from_ms = 0;       ///< its window ends five minutes later, or after that
    base::time_ms asked_ms = 0;      ///< of the latest receive
    base::time_ms lost_from_ms = 0;  ///< unknown: of the first without an answer
    std::uint64_t answered = 0;
    std::vector<item> given = {};
  };
  [[nodiscard]] bool untouched(const attempt& a, const instant& now) const;
  void close(attempt& a);

  ledger& book_;
  tally& counts_;
  const ledger::complaint complain_;
  std::vector<attempt> all_;
};

}  // namespace millrace::sim
