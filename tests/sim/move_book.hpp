// move_book: the message moves of a history as clients know them: what was asked for, what the
// lists say, and so which messages may have gone where. Checks the tasks themselves. One thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cuts.hpp"
#include "plan.hpp"
#include "tally.hpp"

namespace millrace::sim {

constexpr int to_its_source = -1;  // each message to the queue whose dead letter it is

struct move_wanted {
  std::size_t from = 0;
  int target = to_its_source;
  std::uint32_t rate = 0;  ///< messages a second; 0: as quick as possible
};

class move_book {
 public:
  using complaint = std::function<void(breach, const std::string&)>;
  move_book(const history_plan& plan, tally& counts, complaint complain)
      : plan_(plan),
        counts_(counts),
        complain_(std::move(complain)),
        by_queue_(plan.queues.size()),
        reached_(plan.queues.size()) {}

  /// A start; its number.
  std::size_t tried(const move_wanted& wanted, const instant& asked);
  void started(std::size_t number, const instant& now, const message_move& as);
  void refused(std::size_t number, const instant& now) { all_[number].ended = now.moment; }
  /// The answer to a cancel, or an entry of a list.
  void seen(std::size_t from, const instant& asked, const instant& now, const message_move& as);
  /// A list, the latest first.
  void listed(std::size_t from, const instant& asked, const instant& now,
              std::span<const message_move> list);
  void life_ended() { ++life_; }

  /// Whether one may run there.
  [[nodiscard]] bool may_run(std::size_t from) const;
  [[nodiscard]] bool any() const { return !all_.empty(); }
  /// Whether one may bring something to that queue, or to one whose dead letters go there.
  [[nodiscard]] bool may_bring_to(std::size_t queue) const { return reached_[queue]; }
  /// A task of that queue which is known; none: null.
  [[nodiscard]] const message_id* latest(std::size_t from) const;
  /// Calls to(std::size_t queue, const instant& asked, std::size_t task) for each task, from 1,
  /// that may have moved a message which was in `from` then. `its_source`: whose dead letter it is
  /// there; -1: nobody's.
  template <class To>
  void for_each(std::size_t from, int its_source, std::uint64_t since, std::uint64_t until,
                To&& to) const {
    for (const std::size_t i : by_queue_[from]) {
      const task& t = all_[i];
      if (t.ended <= since || t.asked.moment >= until) continue;
      const int target = t.wanted.target == to_its_source ? its_source : t.wanted.target;
      if (target >= 0) to(static_cast<std::size_t>(target), t.asked, i + 1);
    }
  }

 private:
  struct task {
    move_wanted wanted;
    instant asked;
    std::uint64_t ended = UINT64_MAX;  ///< a moment at which it certainly moved nothing any more
    std::uint64_t known_at = 0;  ///< when it was acked or seen; from then on it is there for good
    message_move as;             ///< as it was seen last
    instant seen_asked;
    std::uint64_t seen = 0;  ///< when that answer came
    std::uint64_t seen_life = 0;
    std::uint64_t life = 0;  ///< in which it was asked for
    [[nodiscard]] bool known() const { return known_at != 0; }
  };
  [[nodiscard]] task* find(std::size_t from, const message_id& id);
  void update(task& t, const instant& asked, const instant& now, const message_move& as);
  void check_pace(const task& t, const instant& now, const message_move& as);
  void reach(std::size_t queue);
  [[nodiscard]] std::string target_of(const task& t) const;
  void broken(const task& t, const std::string& how);

  const history_plan& plan_;
  tally& counts_;
  const complaint complain_;
  std::vector<task> all_;
  std::vector<std::vector<std::size_t>> by_queue_;
  std::vector<bool> reached_;
  std::uint64_t life_ = 0;
};

}  // namespace millrace::sim
