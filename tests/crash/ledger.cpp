#include "ledger.hpp"

#include <algorithm>
#include <bit>

namespace millrace::crash {

namespace {
constexpr std::uint64_t unresolved = ~0ull;
constexpr std::size_t findings_max = 20;
}  // namespace

ledger::ledger(const roster& queues, level default_level)
    : queues_(queues), default_level_(default_level), accounts_(queues.size()) {}

bool ledger::holds(std::size_t queue) const noexcept {
  return survives(queues_[queue].rules.tag.value_or(default_level_), struck_);
}

void ledger::report(std::uint64_t& counter, std::string sentence) {
  ++counter;
  if (findings_.size() < findings_max) findings_.push_back(std::move(sentence));
}

std::string ledger::describe(message_id id, const message& m) const {
  return "message " + std::to_string(id) + " of " + queues_[m.queue].rules.name +
         ", sent in life " + std::to_string(m.epoch) + " (now " + std::to_string(epoch_) + "), " +
         (m.send == send_state::acked ? "acked" : "not acked") + ", delivered " +
         std::to_string(m.deliveries) + " times";
}

ledger::message* ledger::find(message_id id) noexcept {
  return id >= first_ && id < next() ? &messages_[id - first_] : nullptr;
}

bool ledger::is_owed(const message& m) const noexcept {
  return (m.send == send_state::acked || m.deliveries > 0) && m.gone == removal::none &&
         holds(m.queue);
}

ledger::message_id ledger::send_asked(std::size_t queue, std::uint64_t now) {
  message made;
  made.asked = now;
  made.queue = static_cast<std::uint16_t>(queue);
  made.epoch = epoch_;
  made.unanswered_before = accounts_[queue].receives_unanswered;
  made.sends_under_way = 1;
  messages_.push_back(made);
  ++counts_.attempts;
  const message_id id = next() - 1;
  if (queues_[queue].rules.fifo) accounts_[queue].groups[id % fifo_groups].push_back(id);
  return id;
}

void ledger::send_asked_again(message_id id) {
  message& m = *find(id);
  ++m.sends_under_way;
  m.resent = true;
}

std::optional<ledger::message_id> ledger::resendable(std::size_t queue, std::uint64_t random,
                                                     std::uint64_t now) const {
  constexpr std::uint64_t window_ns = 200'000'000'000;  // five minutes, and much to spare
  const auto& sent = accounts_[queue].groups[random % fifo_groups];
  if (sent.empty()) return {};
  const std::size_t recent = std::min<std::size_t>(sent.size(), random % 2 == 0 ? 10 : 200);
  const message_id id = sent[sent.size() - 1 - random / 64 % recent];
  const message& m = messages_[id - first_];
  const bool over = m.sends_under_way != 0 || m.send == send_state::refused;
  return over || now > m.asked + window_ns ? std::nullopt : std::optional(id);
}

void ledger::send_acked(message_id id, std::uint64_t now) {
  message& m = *find(id);
  if (m.sends_under_way > 0) --m.sends_under_way;
  counts_.resends += m.resent;
  if (m.send == send_state::acked) return;
  m.send = send_state::acked;
  m.acked = now;
  ++counts_.acked;
  ++present_;
}

void ledger::send_refused(message_id id) {
  message& m = *find(id);
  if (m.sends_under_way > 0) --m.sends_under_way;
  if (m.resent) return;  // an earlier one may have been taken
  m.send = send_state::refused;
  ++counts_.refused;
}

void ledger::receive_asked(std::size_t queue) { ++accounts_[queue].receives_under_way; }
void ledger::receive_answered(std::size_t queue) { --accounts_[queue].receives_under_way; }

bool ledger::is_foreign(const delivery& what, const message& m) const noexcept {
  if (m.send == send_state::refused) return true;
  const queue_rules& home = queues_[m.queue].rules;
  return what.queue != m.queue && home.dead_letters != what.queue;
}

void ledger::delivered(const delivery& what) {
  ++counts_.deliveries;
  if (what.id == 0 || what.id >= next()) {
    return report(counts_.unexpected,
                  "a message that was never sent came out of " + queues_[what.queue].rules.name);
  }
  message* m = find(what.id);
  if (m == nullptr) return check_forgotten(what);
  if (is_foreign(what, *m)) {
    return report(counts_.unexpected, describe(what.id, *m) + ": refused, or came out of " +
                                          queues_[what.queue].rules.name);
  }
  if (!what.intact) report(counts_.corrupted, describe(what.id, *m) + ": its body is another");
  ++m->deliveries;
  if (!holds(m->queue)) return;
  check_removed(what, *m);
  check_hidden(what, *m);
  if (queues_[m->queue].rules.fifo) check_group(what, *m);
  if (queues_[m->queue].rules.receives_max == 0) return;
  if (what.queue == m->queue) {
    check_count(what, *m);
  } else if (m->moved == 0) {
    check_move(what, *m);
  }
}

void ledger::check_forgotten(const delivery& what) {
  const fate was = fates_[what.id - 1];
  const std::string text = "message " + std::to_string(what.id) + " of an earlier window";
  if (was == fate::removed) report(counts_.resurrected, text + " was removed");
  if (was == fate::never_seen) report(counts_.unexpected, text + " was not there then");
}

void ledger::check_removed(const delivery& what, message& m) {
  if (m.gone == removal::certain && m.maybe_moved && what.queue != m.queue) {
    m.gone = removal::none;  // it had moved: its old receipt removed nothing
    m.maybe_moved = false;
    ++present_;
  } else if (m.gone == removal::certain && what.asked > m.removed) {
    report(counts_.resurrected, describe(what.id, m) + ": its removal was acked");
  } else if (m.gone == removal::maybe && m.removed != unresolved && m.deletes_under_way == 0 &&
             accounts_[m.queue].clear_asked == 0 && what.asked > m.removed) {
    m.gone = removal::none;  // what was asked for before did not happen and never will
  }
}

void ledger::check_hidden(const delivery& what, message& m) {
  // A receipt from before a crash may be as good for the delivery that came after it.
  const bool changes = m.changes_under_way != 0;
  const bool perhaps_changed = changes || m.changed >= what.asked;
  if (!changes && m.hidden_epoch == epoch_ && what.asked > m.hidden_from &&
      what.answered < m.hidden_until) {
    report(counts_.overlaps, describe(what.id, m) + ": another receive still holds it");
  }
  m.hidden_epoch = epoch_;
  m.hidden_from = what.answered;
  m.hidden_until = perhaps_changed ? 0 : what.asked + what.visibility_ns;
}

void ledger::check_count(const delivery& what, message& m) {
  if (m.moved != 0 && what.asked > m.moved) {
    report(counts_.two_places, describe(what.id, m) + ": its dead-letter queue has it as well");
  }
  const std::uint32_t count = what.receive_count;
  const std::uint32_t bit = count < 32 ? 1u << count : 0;
  if (count == 0 || count > queues_[m.queue].rules.receives_max || (m.counts_seen & bit) != 0) {
    report(counts_.overcounted, describe(what.id, m) + ": receive count " + std::to_string(count));
  }
  m.counts_seen |= bit;
}

/// What was acked before this was first sent is before it in their group: it cannot be there,
/// unless it came in front of this in the same answer.
void ledger::check_group(const delivery& what, message& m) {
  ++counts_.in_groups;
  if (m.name == 0) m.name = what.name;
  if (m.sequence == 0) m.sequence = what.sequence;
  if (m.name != what.name || m.sequence != what.sequence) {
    report(counts_.doubled, describe(what.id, m) + ": was there twice");
  }
  auto& group = accounts_[m.queue].groups[what.id % fifo_groups];
  std::erase_if(group, [&](message_id id) { return find(id)->gone == removal::certain; });
  m.last_answered = what.answered;
  for (const message_id id : group) {
    const message& other = *find(id);
    if (other.acked == 0 || other.acked >= m.asked) continue;
    const bool numbered = other.sequence == 0 || other.sequence < m.sequence;
    if (!numbered) report(counts_.overtaken, describe(what.id, m) + ": its number does not grow");
    if (other.gone != removal::none || other.last_answered == what.answered) continue;
    report(counts_.overtaken, describe(what.id, m) + ": before " + describe(id, other));
  }
}

void ledger::check_move(const delivery& what, message& m) {
  m.moved = what.answered;
  ++counts_.dead_letters;
  const queue_account& home = accounts_[m.queue];
  const auto seen = static_cast<std::uint64_t>(std::popcount(m.counts_seen));
  const std::uint64_t unseen =
      home.receives_unanswered - m.unanswered_before + home.receives_under_way;
  if (seen + unseen < queues_[m.queue].rules.receives_max) {
    report(counts_.early_moves, describe(what.id, m) + ": of which " + std::to_string(seen) +
                                    " by its queue, and it is a dead letter");
  }
}

bool ledger::may_have_moved(const message& m, std::uint64_t now) const noexcept {
  const std::uint32_t receives_max = queues_[m.queue].rules.receives_max;
  if (receives_max == 0) return false;
  if (m.hidden_epoch == epoch_ && now < m.hidden_until) return false;
  const queue_account& home = accounts_[m.queue];
  return static_cast<std::uint64_t>(std::popcount(m.counts_seen)) + home.receives_unanswered -
             m.unanswered_before + home.receives_under_way >=
         receives_max;
}

bool ledger::delete_asked(message_id id, std::size_t queue) {
  message* m = find(id);
  if (m == nullptr) return false;
  ++m->deletes_under_way;
  const bool first = m->gone == removal::none && (m->moved == 0 || queue != m->queue);
  if (m->gone == removal::certain) return false;
  m->gone = removal::maybe;
  m->removed = unresolved;
  return first;
}

void ledger::delete_acked(message_id id, std::size_t queue, std::uint64_t now) {
  ++counts_.deletes;
  message* m = find(id);
  if (m == nullptr) return;
  --m->deletes_under_way;
  if (queue == m->queue && m->moved != 0) {
    if (m->gone == removal::maybe) m->removed = now;
    return;
  }
  if (m->gone != removal::certain) {
    m->removed = now;
    if (present_ > 0) --present_;
  }
  m->gone = removal::certain;
  m->maybe_moved = queue == m->queue && may_have_moved(*m, now);
}

void ledger::delete_refused(message_id id, std::uint64_t now) {
  message* m = find(id);
  if (m == nullptr) return;
  --m->deletes_under_way;
  if (m->gone == removal::maybe && m->removed == unresolved) m->removed = now;
}

void ledger::delete_late(message_id id, std::uint64_t now) {
  delete_refused(id, now);
  message* m = find(id);
  if (m == nullptr || m->deletes_under_way != 0 || m->delete_unknown) return;
  if (m->gone == removal::maybe) m->gone = removal::none;
}

void ledger::visibility_asked(message_id id) {
  if (message* m = find(id)) ++m->changes_under_way;
}

void ledger::visibility_answered(message_id id, std::uint64_t now) {
  message* m = find(id);
  if (m == nullptr) return;
  --m->changes_under_way;
  m->changed = now;
  m->hidden_until = 0;
}

void ledger::clear_asked(std::size_t queue, std::uint64_t now) {
  accounts_[queue].clear_asked = now;
  for (message& m : messages_) {
    if (m.queue != queue || m.gone != removal::none) continue;
    m.gone = removal::maybe;
    m.removed = unresolved;
  }
}

void ledger::clear_acked(std::size_t queue, std::uint64_t now) {
  const std::uint64_t asked = accounts_[queue].clear_asked;
  for (message& m : messages_) {
    if (m.queue != queue || m.gone == removal::certain) continue;
    // What was sent while it was cleared may be gone or not.
    m.gone = m.acked != 0 && m.acked < asked ? removal::certain : removal::maybe;
    m.removed = now;
    if (m.gone == removal::certain && present_ > 0) --present_;
  }
  accounts_[queue].clear_asked = 0;
}

void ledger::clear_refused(std::size_t queue, std::uint64_t now) {
  for (message& m : messages_) {
    if (m.queue == queue && m.gone == removal::maybe && m.removed == unresolved) m.removed = now;
  }
  accounts_[queue].clear_asked = 0;
}

void ledger::crashed(std::uint64_t now) {
  ++epoch_;
  present_ = 0;
  for (message& m : messages_) {
    const bool unknown = m.deletes_under_way > 0 || accounts_[m.queue].clear_asked != 0;
    m.delete_unknown |= m.deletes_under_way > 0;
    m.deletes_under_way = m.changes_under_way = m.sends_under_way = 0;
    if (m.gone != removal::certain && (unknown || m.removed == unresolved)) {
      m.gone = removal::maybe;
      m.removed = now;
    }
    present_ += m.send == send_state::acked && m.gone == removal::none;
  }
  for (queue_account& each : accounts_) {
    each.receives_unanswered += each.receives_under_way;
    each.receives_under_way = 0;
    each.clear_asked = 0;
  }
}

std::vector<ledger::bounds> ledger::count() const {
  std::vector<bounds> all(queues_.size());
  for (const message& m : messages_) {
    all[m.queue].least += is_owed(m);
    all[m.queue].most += m.send != send_state::refused && m.gone != removal::certain;
  }
  return all;
}

std::vector<ledger::message_id> ledger::owed_messages() const {
  std::vector<message_id> owed;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (is_owed(messages_[i])) owed.push_back(first_ + i);
  }
  return owed;
}

void ledger::close_window() {
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const message& m = messages_[i];
    const bool lost = is_owed(m);
    if (lost) report(counts_.lost, "lost: " + describe(first_ + i, m));
    counts_.ok += m.send == send_state::acked && !lost && holds(m.queue);
    counts_.recovered += m.send == send_state::asked && m.deliveries > 0;
    counts_.duplicated += m.deliveries > 1 ? m.deliveries - 1 : 0;
    const bool seen = m.send == send_state::acked || m.deliveries > 0;
    fates_.push_back(!holds(m.queue) ? fate::not_held : seen ? fate::removed : fate::never_seen);
  }
  first_ += messages_.size();
  messages_.clear();
  for (queue_account& each : accounts_) {
    for (auto& group : each.groups) group.clear();
  }
  present_ = 0;
}

}  // namespace millrace::crash
