#include "move_book.hpp"

#include <algorithm>

namespace millrace::sim {
namespace {

constexpr std::size_t tasks_kept = 10;

}  // namespace

void move_book::broken(const task& t, const std::string& how) {
  complain_(breach::misled, "a move of " + plan_.queues[t.wanted.from].name + ", asked for at " +
                                std::to_string(t.asked.moment) + ", " + how);
}

std::string move_book::target_of(const task& t) const {
  return t.wanted.target < 0 ? std::string()
                             : plan_.queues[static_cast<std::size_t>(t.wanted.target)].name;
}

std::size_t move_book::tried(const move_wanted& wanted, const instant& asked) {
  all_.push_back({.wanted = wanted, .asked = asked, .as = {}, .seen_asked = asked, .life = life_});
  by_queue_[wanted.from].push_back(all_.size() - 1);
  for (std::size_t q = 0; q < plan_.queues.size(); ++q) {
    const bool source = plan_.queues[q].target == static_cast<int>(wanted.from);
    if (wanted.target == to_its_source ? source : wanted.target == static_cast<int>(q)) reach(q);
  }
  return all_.size() - 1;
}

void move_book::reach(std::size_t queue) {
  reached_[queue] = true;
  const int dead_letters = plan_.queues[queue].target;
  if (dead_letters >= 0) reached_[static_cast<std::size_t>(dead_letters)] = true;
}

bool move_book::may_run(std::size_t from) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const task& t) { return t.wanted.from == from && t.ended == UINT64_MAX; });
}

const message_id* move_book::latest(std::size_t from) const {
  const auto at = std::find_if(all_.rbegin(), all_.rend(),
                               [&](const task& t) { return t.wanted.from == from && t.known(); });
  return at == all_.rend() ? nullptr : &at->as.id;
}

move_book::task* move_book::find(std::size_t from, const message_id& id) {
  const auto at = std::find_if(all_.begin(), all_.end(), [&](const task& t) {
    return t.wanted.from == from && t.known() && t.as.id == id;
  });
  return at == all_.end() ? nullptr : &*at;
}

void move_book::started(std::size_t number, const instant& now, const message_move& as) {
  task& t = all_[number];
  // A queue has one that runs: those that were there when this was asked for have ended.
  for (std::size_t i = 0; i < number; ++i) {
    const bool there = all_[i].known() && all_[i].known_at < t.asked.moment;
    if (there && all_[i].wanted.from == t.wanted.from)
      all_[i].ended = std::min(all_[i].ended, now.moment);
  }
  ++counts_.moves_started;
  // A list may have shown it before this answer, and another one may have been taken for it.
  if (task* other = find(t.wanted.from, as.id); other != nullptr && other != &t) {
    other->known_at = 0;
    other->ended = UINT64_MAX;
  }
  const bool listed = t.known() && t.as.id == as.id;
  if (!listed) t.known_at = now.moment;
  if (!listed) t.as = as;
  if (!listed) t.seen = now.moment;
  t.seen_asked = t.asked;
  t.seen_life = life_;
  const bool same = as.messages_per_second == t.wanted.rate && as.moved == 0 &&
                    as.status == move_status::running && as.target_queue == target_of(t);
  if (!same) broken(t, "was started as another one");
}

void move_book::seen(std::size_t from, const instant& asked, const instant& now,
                     const message_move& as) {
  if (task* t = find(from, as.id)) return update(*t, asked, now, as);
  // One whose start was never answered.
  const auto at = std::find_if(all_.begin(), all_.end(), [&](const task& t) {
    return t.wanted.from == from && !t.known() && t.ended == UINT64_MAX &&
           t.wanted.rate == as.messages_per_second && target_of(t) == as.target_queue &&
           t.asked.ms <= as.started_at_ms;
  });
  if (at == all_.end()) {
    complain_(breach::misled, plan_.queues[from].name + " lists a move that nobody has started");
    return;
  }
  at->known_at = now.moment;
  at->as = as;
  at->seen_life = UINT64_MAX;  // no pace yet
  update(*at, asked, now, as);
}

void move_book::update(task& t, const instant& asked, const instant& now, const message_move& as) {
  message_move& before = t.as;
  if (as.target_queue != before.target_queue || as.to_move != before.to_move ||
      as.messages_per_second != before.messages_per_second ||
      as.started_at_ms != before.started_at_ms) {
    broken(t, "has become another one");
  }
  if (as.moved > as.to_move) broken(t, "has moved more than there were");
  if (asked.moment < t.seen) return;  // nobody knows which of the two was decided first
  if (before.status != move_status::running && as.status != before.status) {
    broken(t, "had ended otherwise");
  }
  if (as.moved < before.moved) broken(t, "has moved fewer than before");
  check_pace(t, now, as);
  const bool ends = before.status == move_status::running && as.status != move_status::running;
  counts_.moves_gone_on += t.life != life_ && as.moved > before.moved ? 1 : 0;
  counts_.moves_completed += ends && as.status == move_status::completed ? 1 : 0;
  counts_.moves_cancelled += ends && as.status == move_status::cancelled ? 1 : 0;
  counts_.moves_failed += ends && as.status == move_status::failed ? 1 : 0;
  if (as.status != move_status::running) t.ended = std::min(t.ended, now.moment);
  before = as;
  t.seen = now.moment;
  t.seen_asked = asked;
  t.seen_life = life_;
}

/// The messages of a second at most are made up for.
void move_book::check_pace(const task& t, const instant& now, const message_move& as) {
  const std::uint64_t rate = t.wanted.rate;
  if (rate == 0 || t.seen_life != life_) return;
  const auto passed_ms = static_cast<std::uint64_t>(now.ms_up - t.seen_asked.ms);
  const std::uint64_t most = rate * passed_ms / 1000 + rate + 1;
  if (as.moved > t.as.moved + most) broken(t, "is quicker than its rate");
}

void move_book::listed(std::size_t from, const instant& asked, const instant& now,
                       std::span<const message_move> list) {
  // The oldest first: it is that of the oldest start that has no answer.
  for (auto m = list.rbegin(); m != list.rend(); ++m) seen(from, asked, now, *m);
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (list[i].status != move_status::running) continue;
    complain_(breach::misled, plan_.queues[from].name + " lists an earlier move that runs");
  }
  for (const std::size_t i : by_queue_[from]) {
    const task& t = all_[i];
    if (!t.known() || t.seen >= asked.moment) continue;
    const auto is_it = [&](const message_move& m) { return m.id == t.as.id; };
    if (std::any_of(list.begin(), list.end(), is_it)) continue;
    const bool later_ones =
        list.size() == tasks_kept && list.back().started_at_ms >= t.as.started_at_ms;
    if (!later_ones) broken(t, "is not listed any more");
  }
}

}  // namespace millrace::sim
