#include "ledger.hpp"

#include <algorithm>
#include <utility>

namespace millrace::sim {
namespace {

constexpr base::time_ms ms_of(std::int32_t seconds) { return base::time_ms{seconds} * 1000; }

}  // namespace

ledger::ledger(const history_plan& plan, const move_book& moves, tally& counts, complaint complain)
    : plan_(plan),
      moves_(moves),
      counts_(counts),
      complain_(std::move(complain)),
      messages_(1),
      cuts_(plan.queues.size()),
      lost_receives_ms_(plan.queues.size()),
      lost_visibility_ms_(plan.queues.size()),
      lost_receives_(plan.queues.size()),
      open_receives_(plan.queues.size()) {}

void ledger::broken(breach what, std::uint32_t number, const std::string& how) {
  message_account& m = messages_[number];
  if (what == breach::lost || what == breach::resurrected) {
    if (std::exchange(m.misplaced, true)) return;  // one damaged entry's cost, however often seen
  }
  complain_(what,
            "message " + std::to_string(number) + " of " + plan_.queues[m.queue].name + ' ' + how);
}

std::size_t ledger::queue_of(const message_account& m, place where) const {
  return where == source ? m.queue : static_cast<std::size_t>(plan_.queues[m.queue].target);
}

const queue_plan& ledger::plan_of(const message_account& m, place where) const {
  return plan_.queues[queue_of(m, where)];
}

bool ledger::counts_in(const message_account& m, place where) const {
  return plan_of(m, where).counts();
}

std::uint32_t ledger::attempted(std::size_t queue, std::uint32_t sender, const instant& now,
                                std::uint32_t bytes, std::int32_t delay_s) {
  message_account& m = messages_.emplace_back();
  m.queue = static_cast<std::uint8_t>(queue);
  m.sender = sender;
  m.bytes = bytes;
  m.content = last_number();
  m.tenants = plan_.queues[queue].tenants;
  m.life = life_;
  m.submitted = now.moment;
  m.submitted_ms = now.ms;
  m.delay_ms = ms_of(delay_s >= 0 ? delay_s : plan_.queues[queue].delay_s);
  m.delayed_until_ms = m.delay_ms == 0 ? 0 : now.ms + m.delay_ms;
  counts_.hides += m.delay_ms == 0 ? 0 : 1;
  ++counts_.attempts;
  return last_number();
}

void ledger::in_group(std::uint32_t group, std::uint32_t content) {
  message_account& m = messages_.back();
  m.group = group;
  m.content = content;
}

void ledger::merged(std::uint32_t number) {
  message_account& m = messages_[number];
  m.state = standing::refused;
  m.unclear = false;
}

void ledger::seen_there(std::uint32_t number) {
  const message_account& m = messages_[number];
  if (m.cut != 0 && !m.back) note_return(number);
}

void ledger::acked(std::uint32_t number, const instant& now, const message_id& id) {
  message_account& m = messages_[number];
  if (m.births != 0) {
    if (m.unnamed_in >= 0 && m.id != id) name_first_birth(number, source, id);
    return;
  }
  m.state = standing::acked;
  m.told = true;
  m.settled = now.moment;
  if (m.there_since[source] == 0) m.there_since[source] = now.moment;
  if (m.delay_ms != 0) m.delayed_most_ms = now.ms_up + m.delay_ms;
  ++counts_.acked;
  if (plan_.queues[m.queue].level == durability::disk) {
    ++counts_.acked_disk;
    if (!m.unclear) durable_since(m.submitted);  // else nothing may have been decided for it
  }
  if (m.id_known && m.id != id) broken(breach::garbled, number, "was acked with another id");
  m.id = id;
  m.id_known = true;
}

void ledger::refused(std::uint32_t number) {
  message_account& m = messages_[number];
  if (m.deliveries != 0) broken(breach::unexpected, number, "was delivered and then refused");
  m.state = standing::refused;
  may_refuse();
}

void ledger::unanswered(std::uint32_t number, bool maybe_refused) {
  message_account& m = messages_[number];
  if (m.births != 0) return;
  m.maybe_refused |= maybe_refused;
  if (m.deliveries != 0) {
    m.state = standing::acked;
    m.settled = m.last_seen;
  } else {
    m.state = standing::unknown;
  }
}

void ledger::delete_tried(const found& m, const instant& now) {
  if (!is_present(m)) return;
  std::uint64_t& tried = messages_[m.number].delete_tried[m.where];
  if (tried == 0) tried = now.moment;
  ++messages_[m.number].deletes_open[m.where];
}

void ledger::delete_refused(const found& m) {
  message_account& a = messages_[m.number];
  if (!is_present(m)) return;
  if (--a.deletes_open[m.where] == 0) a.delete_tried[m.where] = 0;
}

void ledger::delete_acked(const found& m, const instant& now) {
  ++counts_.deletes;
  if (!is_present(m)) return;
  std::uint64_t& acked = messages_[m.number].delete_acked[m.where];
  if (acked == 0) acked = now.moment;
}

void ledger::change_tried(const found& what, const instant& now, std::int32_t visibility_s) {
  message_account& m = messages_[what.number];
  if (!is_present(what)) return;
  m.changes_overlap = m.changes_pending != 0;
  ++m.changes_pending;
  m.hidden_until_ms = std::min(m.hidden_until_ms, now.ms + ms_of(visibility_s));
  // Its delay was over, but time may have gone back since, over a crash.
  m.delayed_until_ms = std::min(m.delayed_until_ms, now.ms + ms_of(visibility_s));
}

void ledger::change_acked(const found& what, const instant& asked, const instant& now,
                          std::int32_t visibility_s, std::uint32_t count) {
  message_account& m = messages_[what.number];
  if (!is_present(what)) return;
  --m.changes_pending;
  // Another receive or change may have come before or behind it.
  const bool alone =
      m.changes_pending == 0 && !m.changes_overlap && m.last_count == count && m.last_life == life_;
  m.hidden_until_ms = alone && visibility_s != 0 ? asked.ms + ms_of(visibility_s) : 0;
  m.changed = now.moment;
  const base::time_ms most = now.ms_up + ms_of(visibility_s);
  m.hidden_most_ms = alone ? most : std::max(m.hidden_most_ms, most);
  m.hidden_ever_ms = std::max(m.hidden_ever_ms, most);
}

void ledger::change_ended(const found& what, bool answered, const instant& now,
                          std::int32_t visibility_s) {
  message_account& m = messages_[what.number];
  if (!is_present(what)) return;
  --m.changes_pending;
  m.changed = now.moment;
  if (answered) return;
  m.hidden_until_ms = 0;
  m.hidden_most_ms = std::max(m.hidden_most_ms, now.ms_up + ms_of(visibility_s));
  m.hidden_ever_ms = std::max(m.hidden_ever_ms, m.hidden_most_ms);
}

base::time_ms ledger::repeat_tried(const found& what, const instant& now,
                                   std::int32_t visibility_s) {
  const base::time_ms before = messages_[what.number].hidden_until_ms;
  change_tried(what, now, visibility_s);
  return before;
}

void ledger::repeat_ended(const found& what, base::time_ms hidden_until_ms) {
  message_account& m = messages_[what.number];
  if (!is_present(what)) return;
  --m.changes_pending;
  m.hidden_until_ms = hidden_until_ms;
}

void ledger::receive_lost(std::size_t queue, base::time_ms visibility_ms) {
  ++lost_receives_[queue];
  lost_visibility_ms_[queue] = std::max(lost_visibility_ms_[queue], visibility_ms);
}

void ledger::all_is_quiet(const instant& now) {
  for (std::size_t i = 0; i < lost_receives_.size(); ++i) {
    const base::time_ms most = now.ms_up + std::exchange(lost_visibility_ms_[i], 0);
    if (most != now.ms_up) lost_receives_ms_[i] = std::max(lost_receives_ms_[i], most);
  }
}

void ledger::life_began(const instant& now) {
  ++life_;
  life_began_ = now.moment;
  horizon_ = now.moment;  // what was recovered is on the device
  refusals_in_life_ = false;
}

void ledger::life_ended(const instant& now, bool power_cut) {
  crashes_.push_back(
      {now.moment, refusals_in_life_, std::vector<std::uint64_t>(plan_.queues.size()), {}});
  all_is_quiet(now);
  for (message_account& m : messages_) {
    if (m.state == standing::refused || m.submitted == 0) continue;
    end_send(m, now, power_cut);
    end_receives(m, power_cut);
  }
  for (std::size_t i = 0; i < plan_.queues.size(); ++i) {
    cuts_[i].life_ended(now.moment);
    if (!plan_.queues[i].keeps_receives()) lost_receives_ms_[i] = 0;
    open_receives_[i] = 0;
  }
}

void ledger::end_send(message_account& m, const instant& now, bool power_cut) {
  const auto number = static_cast<std::uint32_t>(&m - messages_.data());
  const auto this_cut = static_cast<std::uint16_t>(crashes_.size());
  const durability level = plan_of(m, source).level;
  if (m.state == standing::pending) unanswered(number, false);
  const bool undoes = level == durability::os && power_cut && m.where() == source;
  if (undoes && m.delete_acked[source] >= horizon_ && m.delete_acked[source] != 0) {
    if (!m.loose) undone_deletes_.push_back({number, this_cut, m.delete_acked[source]});
    m.delete_acked[source] = 0;
    m.done = false;
  }
  if (m.loose) return;
  if (level == durability::memory) {
    m.forgotten = m.forgotten || m.where() == source;
    return;
  }
  if (m.state == standing::unknown && m.cut == 0) {
    m.cut = this_cut;
    m.delayed_most_ms = m.delay_ms == 0 ? 0 : now.ms_up + m.delay_ms;
  }
  if (!undoes || m.state != standing::acked || m.settled < horizon_) return;
  m.unsure = true;
  m.back = false;
  m.cut = this_cut;
}

/// What of its receives the next life knows.
void ledger::end_receives(message_account& m, bool power_cut) {
  const place where = m.where();
  const bool os = where == source && plan_of(m, source).level == durability::os;
  // One of a higher level that was moved into a queue of level memory is there still.
  const bool in_memory = plan_of(m, where).level == durability::memory;
  if (!plan_of(m, where).keeps_receives() || in_memory) {
    m.hidden_until_ms = 0;
    // Receives of one of a higher level are kept as it is, where receives are kept.
    if (!m.loose || !plan_of(m, where).keeps_receives()) m.hidden_most_ms = 0;
    m.last_count = 0;
    m.exact = m.exact && !in_memory;
  } else if (os && power_cut) {
    m.hidden_until_ms = 0;
    m.hidden_most_ms = m.hidden_ever_ms;  // one before the last one may be what is known
    m.last_count = 0;
    m.exact = m.exact && m.last_seen < horizon_;
  }
}

}  // namespace millrace::sim
