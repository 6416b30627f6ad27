// What the ledger makes of message moves: a message that is moved is there as a new one, with the
// same body and so the same number.
#include <algorithm>

#include "ledger.hpp"

namespace millrace::sim {

/// From where it may be, over any number of moves, whether seen there or not.
std::vector<ledger::residence> ledger::residences(const message_account& m) const {
  std::vector<residence> out;
  if ((m.done && !damaged_) || !moves_.any() || m.state == standing::refused || m.submitted == 0)
    return out;
  // Damage may have forgotten that a task ended.
  const std::uint64_t since = damaged_ ? 0 : std::max(m.submitted, m.last_asked);
  const auto leave = [&](std::size_t from, int its_source, std::uint64_t until, bool once) {
    const auto add = [&](std::size_t to, const instant& asked, std::size_t task) {
      const auto known =
          std::find_if(out.begin(), out.end(), [&](const residence& r) { return r.queue == to; });
      if (known == out.end()) return out.push_back({to, source, asked, task});
      if (asked.moment < known->since.moment) known->since = asked;
      if (known->task != task || !once) known->task = 0;
    };
    moves_.for_each(from, its_source, since, until, add);
  };
  for (const place where : {source, dead}) {
    const bool is_dead = m.there_since[dead] != 0;
    if (where == source ? is_dead : !is_dead && !may_have_moved(m)) continue;
    const std::uint64_t gone = damaged_ ? 0 : m.delete_acked[where];
    leave(queue_of(m, where), where == dead ? m.queue : to_its_source,
          gone == 0 ? UINT64_MAX : gone, true);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const residence from = out[i];
    leave(from.queue, to_its_source, UINT64_MAX, false);
    const queue_plan& q = plan_.queues[from.queue];
    if (!q.counts()) continue;
    // One task may move it twice, if receives that nobody saw have made it a dead letter meanwhile.
    const bool once = unseen_receives(from.queue) < q.receives_max;
    leave(static_cast<std::size_t>(q.target), static_cast<int>(from.queue), UINT64_MAX, once);
  }
  return out;
}

bool ledger::may_be_moved(const message_account& m) const { return !residences(m).empty(); }

/// A delivery that is none of its present birth.
std::optional<ledger::found> ledger::moved(std::uint32_t number, const delivery_seen& how,
                                           const message_view& v) {
  message_account& m = messages_[number];
  const bool nameless = how.queue == queue_without_name;
  const bool at_home = nameless || m.queue == how.queue ||
                       plan_.queues[m.queue].target == static_cast<int>(how.queue);
  const bool as_dead_letter = !v.dead_letter_source.empty();
  const bool as_expected = nameless || (m.queue != how.queue) == as_dead_letter;
  const bool late = how.asked.moment > m.born_seen;
  if (at_home && m.id_known && m.id == v.id) {
    if (late) m.twin.reset();
    return {};
  }
  if (const auto before = former_.find(v.id.bytes); before != former_.end()) {
    if (late && m.twin == v.id) return born_after_its_twin(number, how, v);
    if (late) {
      broken(breach::copied, number, "came as what it was before it was moved");
    }
    return before->second;
  }
  if (came_before(m, v, 0)) {
    const place where = as_dead_letter ? dead : source;
    if (may_be_unnamed(m, how)) {
      name_first_birth(number, where, v.id);
    } else {
      former_[v.id.bytes] = {number, where, m.births - 1};
    }
    if (late) {
      broken(breach::copied, number, "came as what it was before it was moved, unseen until now");
    }
    return former_.at(v.id.bytes);
  }
  std::vector<residence> all = residences(m);
  // Time may have gone back behind a start that was never answered.
  std::erase_if(all, [&](const residence& r) {
    return r.since.moment > life_began_ && r.since.ms > v.sent_at_ms;
  });
  if (all.size() > 1) {
    for (residence& r : all) r.task = 0;
  }
  for (residence& r : all) {
    // Nobody knows whether it is still what it was.
    if (!m.id_known && as_expected) r = {r.queue, source, {m.submitted, m.submitted_ms, 0}, 0};
    r.since.ms = std::min(r.since.ms, v.sent_at_ms);
    if (nameless || (r.queue == how.queue && !as_dead_letter)) return bear(number, r, how, v);
    const queue_plan& q = plan_.queues[r.queue];
    if (q.target != static_cast<int>(how.queue) || v.dead_letter_source != q.name) continue;
    return bear(number, {r.queue, dead, r.since, r.task}, how, v);
  }
  if (at_home && !m.id_known && as_expected) return {};
  if (may_be_unnamed(m, how)) {
    name_first_birth(number, as_dead_letter ? dead : source, v.id);
    return former_.at(v.id.bytes);
  }
  if (!late && came_before(m, v, 1)) {
    const place where = as_dead_letter ? dead : source;
    former_[v.id.bytes] = {number, where, m.births - 1};
    return former_.at(v.id.bytes);
  }
  if (m.births != 0 && at_home) {
    broken(breach::copied, number, "came as another new message");
    return found{number, m.where(), m.births - 1};
  }
  return {};
}

/// A birth that nobody had seen before a later one was: its time is earlier, and within a life time
/// does not go back. `tolerance_ms`: both may be of one millisecond.
bool ledger::came_before(const message_account& m, const message_view& v,
                         base::time_ms tolerance_ms) const {
  const base::time_ms seen_ms = std::max(m.sent_at_ms[source], m.sent_at_ms[dead]);
  return m.births != 0 && m.born_seen > life_began_ && v.id != m.id &&
         v.sent_at_ms < seen_ms + tolerance_ms;
}

/// Two clients: one saw it as a new message before the other looks at what it was given of the one
/// before, and the send has no answer yet.
bool ledger::may_be_unnamed(const message_account& m, const delivery_seen& how) const {
  if (m.unnamed_in < 0 || how.asked.moment > m.born_seen) return false;
  const auto first = static_cast<std::size_t>(m.unnamed_in);
  return how.queue == first || static_cast<int>(how.queue) == plan_.queues[first].target;
}

void ledger::name_first_birth(std::uint32_t number, place where, const message_id& id) {
  former_[id.bytes] = {number, where, 0};
  messages_[number].unnamed_in = -1;
}

/// It was asked for when both had been seen, so it is what the message is now.
ledger::found ledger::born_after_its_twin(std::uint32_t number, const delivery_seen& how,
                                          const message_view& v) {
  const message_account& m = messages_[number];
  const bool nameless = how.queue == queue_without_name;
  residence there{nameless ? m.queue : how.queue, source, {m.submitted, m.submitted_ms, 0}, 0};
  for (std::size_t i = 0; i < plan_.queues.size() && !v.dead_letter_source.empty(); ++i) {
    if (plan_.queues[i].name == v.dead_letter_source) there = {i, dead, there.since, 0};
  }
  return bear(number, there, how, v);
}

/// The message that was has gone, and a new one is there.
ledger::found ledger::bear(std::uint32_t number, const residence& where, const delivery_seen& how,
                           const message_view& v) {
  message_account& m = messages_[number];
  if (m.cut != 0 && !m.back) note_return(number);
  if (m.id_known) former_[m.id.bytes] = {number, m.where(), m.births};
  message_account fresh;
  fresh.state = standing::acked;
  fresh.queue = static_cast<std::uint8_t>(where.queue);
  fresh.told = m.told;
  fresh.loose = plan_.queues[where.queue].level != durability::disk;
  fresh.births = m.births + 1;
  fresh.unnamed_in = m.births != 0 ? m.unnamed_in : m.id_known ? -1 : m.queue;
  fresh.born_seen = how.now.moment;
  if (how.asked.moment <= m.born_seen && came_before(m, v, 1)) fresh.twin = m.id;
  fresh.moved_by = where.task;
  fresh.bytes = m.bytes;
  fresh.content = m.content;
  fresh.group = m.group;
  fresh.tenants = m.tenants;
  fresh.life = m.life;
  fresh.submitted = where.since.moment;
  fresh.submitted_ms = where.since.ms;
  fresh.settled = how.now.moment;
  fresh.deliveries = m.deliveries;
  fresh.id = v.id;
  fresh.id_known = true;
  m = fresh;
  ++counts_.moved;
  counts_.moved_fifo += m.group != 0 ? 1 : 0;
  return {number, where.where, m.births};
}

}  // namespace millrace::sim
