// queue_book: which queues exist and what their attributes are, as far as clients were told. Calls
// that make, change or end a queue are made one at a time for each queue. One thread.
#pragma once

#include <string>
#include <vector>

#include "cuts.hpp"
#include "plan.hpp"

namespace millrace::sim {

class queue_book {
 public:
  explicit queue_book(const std::vector<queue_plan>& plans) : plans_(plans), all_(plans.size()) {}

  [[nodiscard]] bool busy(std::size_t queue) const { return all_[queue].busy; }
  [[nodiscard]] bool present(std::size_t queue) const {
    return all_[queue].is == existence::present;
  }
  [[nodiscard]] bool absent(std::size_t queue) const { return all_[queue].is == existence::absent; }
  /// Whether a call that was made at `asked` and is answered now may have found none.
  [[nodiscard]] bool may_have_been_absent(std::size_t queue, std::uint64_t asked) const {
    return !present(queue) || all_[queue].unclear_until >= asked;
  }
  /// Whether it was not there all the while.
  [[nodiscard]] bool was_absent(std::size_t queue, std::uint64_t asked) const {
    return absent(queue) && all_[queue].absent_since < asked;
  }

  /// There all the while, and long before: no dead letter was refused for want of it. A refusal
  /// from before may be under way until nothing is; the source pauses from its arrival on.
  [[nodiscard]] bool has_long_been_there(std::size_t queue, const instant& asked) const {
    constexpr base::time_ms pause_ms = 5000;
    return !may_have_been_absent(queue, asked.moment) &&
           all_[queue].refusals_end_ms < asked.ms - pause_ms;
  }
  /// Nothing is under way any more.
  void all_is_quiet(const instant& now);

  void begin_change(std::size_t queue, bool of_existence, std::uint64_t now);
  /// Whether that made it: false when it may have been there.
  bool created(std::size_t queue, const instant& now);
  void ended(std::size_t queue, std::uint64_t now);
  /// The call was refused for certain, or nobody knows.
  void unchanged(std::size_t queue, std::uint64_t now);
  void unknown(std::size_t queue);

  [[nodiscard]] std::uint32_t next_version(std::size_t queue) { return ++all_[queue].tried; }
  void version_acked(std::size_t queue, std::uint32_t version);
  [[nodiscard]] std::uint32_t acked_version(std::size_t queue) const { return all_[queue].acked; }

  /// What is wrong with that description; empty: nothing. `version`: the acked one when it was
  /// asked for.
  std::string check(std::size_t queue, std::uint64_t asked, std::uint32_t version,
                    const queue_description& d);

 private:
  enum class existence : std::uint8_t { absent, present, unclear };
  struct record {
    existence is = existence::absent;
    existence was = existence::absent;  ///< before the change under way
    bool busy = false;
    std::uint64_t unclear_until = 0;
    std::uint64_t absent_since = UINT64_MAX;
    std::uint32_t acked = 0;
    std::uint32_t tried = 0;
    base::time_ms refusals_end_ms = INT64_MAX;  ///< no refusal for want of it arrives after that
    std::int64_t created_at_ms = 0;
  };
  const std::vector<queue_plan>& plans_;
  std::vector<record> all_;
};

}  // namespace millrace::sim
