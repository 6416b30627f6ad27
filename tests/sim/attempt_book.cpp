#include "attempt_book.hpp"

#include <algorithm>

#include <utility>

namespace millrace::sim {

std::size_t attempt_book::begin(const receive& how, bool again, base::random& random) {
  constexpr std::size_t looked_at = 24;
  const std::size_t first = std::max<std::size_t>(all_.size(), looked_at + 1) - looked_at;
  std::vector<std::size_t> usable;
  for (std::size_t i = first; i < all_.size() && again; ++i) {
    const attempt& a = all_[i];
    if (a.queue == how.queue && a.life == book_.life() && !a.open) usable.push_back(i);
  }
  if (usable.empty()) {
    all_.push_back({.queue = how.queue,
                    .life = book_.life(),
                    .open = true,
                    .from_ms = how.asked.ms,
                    .asked_ms = how.asked.ms});
    return all_.size() - 1;
  }
  const std::size_t chosen = usable[random.below(usable.size())];
  attempt& a = all_[chosen];
  a.open = true;
  a.asked_ms = how.asked.ms;
  if (a.given.empty() && !a.unknown) a.from_ms = how.asked.ms;
  for (item& i : a.given) {
    i.hidden_until_ms = book_.repeat_tried(i.message, how.asked, how.visibility_least_s);
  }
  return chosen;
}

void attempt_book::close(attempt& a) {
  a.open = false;
  for (const item& i : a.given) {
    const message_account& m = book_.at(i.message.number);
    const bool alone = m.changes_pending == 1;  // nobody else has tried to change it
    const bool as_before = alone && m.last_count == i.count && m.changed < a.answered;
    book_.repeat_ended(i.message, as_before ? i.hidden_until_ms : m.hidden_until_ms);
  }
}

/// All are in flight as they were left: nothing may have been done with them since.
bool attempt_book::untouched(const attempt& a, const instant& now) const {
  return std::all_of(a.given.begin(), a.given.end(), [&](const item& i) {
    const message_account& m = book_.at(i.message.number);
    return book_.is_present(i.message) && m.hidden_until_ms > now.ms && m.last_count == i.count &&
           m.changes_pending == 0 && m.changed < a.answered && book_.must_be_in(m, a.queue, now.ms);
  });
}

bool attempt_book::answered(std::size_t number, const delivery_seen& how, std::vector<item> given) {
  attempt& a = all_[number];
  close(a);
  const auto is = [](const item& x, const item& y) { return x.is(y); };
  const bool had = !a.given.empty();
  const bool same =
      had && std::equal(given.begin(), given.end(), a.given.begin(), a.given.end(), is);
  const bool lasts = how.now.ms < a.from_ms + window_ms;
  if (had && !same && lasts && !a.unknown) {
    complain_(breach::unrepeated, id_of(number) + " was given others than before");
  }
  counts_.attempts_repeated += same ? 1 : 0;
  a.answered = how.now.moment;
  if (given.empty()) return false;
  // A window has ended, and another one begun: with a receive whose answer never came, or with
  // this.
  if (had && !same) a.from_ms = a.unknown ? a.lost_from_ms : how.asked.ms;
  a.given = std::move(given);
  a.unknown = false;
  return same;
}

bool attempt_book::may_be_over(std::size_t number) const {
  return all_[number].unknown || !all_[number].given.empty();
}

void attempt_book::over(std::size_t number, const instant& now) {
  attempt& a = all_[number];
  close(a);
  ++counts_.attempts_over;
  if (a.unknown || !untouched(a, now)) return;
  complain_(breach::unrepeated, id_of(number) + " was refused though all is as it was left");
}

void attempt_book::lost(std::size_t number, const instant& now, std::int32_t visibility_most_s) {
  attempt& a = all_[number];
  a.open = false;
  if (!a.unknown) a.lost_from_ms = a.asked_ms;
  a.unknown = true;
  for (const item& i : a.given) book_.change_ended(i.message, false, now, visibility_most_s);
}

}  // namespace millrace::sim
