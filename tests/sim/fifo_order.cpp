// What a group of a FIFO queue promises: sequence numbers, order, and that what is held holds back
// all that is behind it.
#include <algorithm>

#include "fifo_book.hpp"

namespace millrace::sim {

/// Whatever was acked before this was sent has a lower number, and so has what its sender sent
/// before.
void fifo_book::check_order_of_acks(const account& a, std::uint64_t now) {
  const message_account& m = book_.at(a.number);
  group& g = group_of(a, m.queue);
  const std::uint64_t order = a.order[source];
  const auto later = std::partition_point(g.acks.begin(), g.acks.end(), [&](const ack_mark& mark) {
    return mark.moment < m.submitted;
  });
  if (later != g.acks.begin() && std::prev(later)->order >= order) {
    broken(breach::renumbered, a.number,
           "has a sequence number that is not above one acknowledged before");
  }
  const std::uint64_t highest = g.acks.empty() ? 0 : g.acks.back().order;
  g.acks.push_back({now, std::max(highest, order)});
  auto& [number, latest] = g.latest[m.sender];
  if (number != 0 && (number < a.number) != (latest < order)) {
    broken(breach::renumbered, a.number,
           "and message " + std::to_string(number) + " of its sender have their numbers exchanged");
  }
  if (a.number > number) {
    number = a.number;
    latest = order;
  }
}

void fifo_book::check_text(account& a, const message_view& v, place where) {
  if (v.message_group_id != a.text.group) {
    broken(breach::garbled, a.number, "came in group " + std::string(v.message_group_id));
  }
  const std::string_view id = where == source ? std::string_view(a.text.id) : std::string_view();
  if (v.message_deduplication_id != id) {
    broken(breach::garbled, a.number, "came with id " + std::string(v.message_deduplication_id));
  }
  std::uint64_t& order = a.order[where];
  const bool first = order == 0;
  if (first) order = v.sequence;
  if (order != v.sequence || v.sequence == 0) {
    broken(breach::renumbered, a.number, "came with another sequence number");
  }
  group& g = group_of(a, book_.queue_of(book_.at(a.number), where));
  if (first && where == dead) check_dead_order(a, g);
  if (first && a.former_order != 0) check_moved_order(a, g, where);
  if (std::find(g.members.begin(), g.members.end(), a.number) == g.members.end()) {
    g.members.push_back(a.number);
  }
}

/// The dead letters of one queue arrive in the order that they had there.
void fifo_book::check_dead_order(const account& a, group& dead_letters) {
  const message_account& m = book_.at(a.number);
  const queue_plan& from = plan_.queues[m.queue];
  if (from.level != durability::disk || from.comes_and_goes) return;
  for (const std::uint32_t n : dead_letters.members) {
    const account& other = at(n);
    if (!is_current(n) || book_.at(n).queue != m.queue || other.order[dead] == 0) continue;
    if (other.order[source] == 0 || a.order[source] == 0) continue;
    if ((other.order[source] < a.order[source]) == (other.order[dead] < a.order[dead])) continue;
    broken(breach::overtaken, a.number,
           "and message " + std::to_string(n) + " changed places on their way to the dead letters");
  }
}

/// What one task has moved has the order that it had before.
void fifo_book::check_moved_order(const account& a, group& there, place where) {
  const queue_plan& from = plan_.queues[a.moved_from];
  const std::size_t task = book_.at(a.number).moved_by;
  if (task == 0) return;
  if (from.level != durability::disk || from.comes_and_goes) return;
  for (const std::uint32_t n : there.members) {
    const account& other = at(n);
    if (n == a.number || !is_current(n) || book_.at(n).moved_by != task) continue;
    if (other.former_order == 0 || other.moved_from != a.moved_from) continue;
    if (book_.at(n).queue != book_.at(a.number).queue || other.order[where] == 0) continue;
    if ((other.former_order < a.former_order) == (other.order[where] < a.order[where])) continue;
    broken(breach::overtaken, a.number,
           "and message " + std::to_string(n) + " changed places when they were moved");
  }
}

/// Nothing that stands before it in its group can still be there, unless it came in front of it in
/// the same answer.
void fifo_book::check_turn(const account& a, const delivery_seen& how, place where) {
  group& g = group_of(a, how.queue);
  std::erase_if(g.members, [&](std::uint32_t n) {
    const message_account& m = book_.at(n);
    const place its = m.queue == how.queue ? source : dead;
    const bool gone = m.delete_acked[its] != 0 || (its == source && m.there_since[dead] != 0);
    return n != a.number && (at(n).merged || gone || !is_current(n) || at(n).order[its] == 0);
  });
  for (const std::uint32_t n : g.members) {
    const message_account& m = book_.at(n);
    const place its = m.queue == how.queue ? source : dead;
    if (n == a.number || at(n).order[its] >= a.order[where]) continue;
    if (m.last_seen == how.now.moment || !book_.must_be_in(m, how.queue, how.now.ms)) continue;
    const bool held = std::max(m.hidden_until_ms, m.delayed_until_ms) > how.now.ms;
    broken(held ? breach::unlocked : breach::overtaken, a.number,
           "came while message " + std::to_string(n) + ", which is before it, " +
               (held ? "was held" : "was waiting"));
  }
}

}  // namespace millrace::sim
