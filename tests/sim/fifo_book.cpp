// Which sends to a FIFO queue are one message, and which must be.
#include "fifo_book.hpp"

#include <algorithm>
#include <utility>

namespace millrace::sim {
namespace {

constexpr std::size_t recent_most = 48;

}  // namespace

fifo_book::fifo_book(const history_plan& plan, ledger& book, tally& counts,
                     ledger::complaint complain)
    : plan_(plan),
      book_(book),
      counts_(counts),
      complain_(std::move(complain)),
      accounts_(1),
      recent_(plan.queues.size()) {}

void fifo_book::broken(breach what, std::uint32_t number, const std::string& how) {
  complain_(what, "message " + std::to_string(number) + " of " +
                      plan_.queues[book_.at(number).queue].name + ", group " +
                      at(number).text.group + ", id " + at(number).text.id + ", " + how);
}

void fifo_book::attempted(const fifo_text& text, std::uint32_t content, const instant& now) {
  const std::uint32_t number = book_.last_number();
  const std::size_t queue = book_.at(number).queue;
  const auto [named, fresh_group] =
      group_numbers_.try_emplace(text.group, static_cast<std::uint32_t>(group_numbers_.size() + 1));
  book_.in_group(named->second, content);

  const bool in_group = plan_.queues[queue].scope == deduplication_scope::message_group;
  const std::string name =
      std::to_string(queue) + '/' + (in_group ? text.group : std::string()) + '/' + text.id;
  const auto [key, fresh] = keys_.try_emplace(name, windows_.size());
  if (fresh) windows_.emplace_back();
  window& w = windows_[key->second];
  // One without an answer may come to be the duplicate of this one, or this one of that.
  if (!w.sends.empty()) book_.may_be_refused(number);
  for (const std::uint32_t other : w.sends) book_.may_be_refused(other);
  w.sends.push_back(number);

  places_.resize(number + 1);
  places_[number] = accounts_.size();
  accounts_.push_back({.number = number,
                       .queue = queue,
                       .submitted = now.moment,
                       .text = text,
                       .key = key->second,
                       .from_ms = now.ms});
  std::vector<std::uint32_t>& recent = recent_[queue];
  if (recent.size() >= recent_most) recent.erase(recent.begin());
  recent.push_back(number);
}

std::vector<std::uint32_t> fifo_book::without_answer(std::size_t queue) const {
  std::vector<std::uint32_t> out;
  for (const std::uint32_t n : recent_[queue]) {
    if (book_.at(n).state == standing::unknown) out.push_back(n);
  }
  return out;
}

std::optional<base::time_ms> fifo_book::window_end(std::uint32_t number) const {
  const account& a = at(number);
  if (a.is == nullptr || a.is->owner != number || a.from_ms != a.to_ms) return {};
  return a.to_ms + window_ms;
}

fifo_book::stored& fifo_book::stored_as(const message_id& id, const account& a,
                                        std::uint64_t order) {
  const auto [at, fresh] = stored_.try_emplace(id.bytes);
  stored& s = at->second;
  if (!fresh) return s;
  s.key = a.key;
  s.order = order;
  s.first_ack = UINT64_MAX;
  s.to_ms = INT64_MAX;
  windows_[a.key].messages.push_back(&s);
  return s;
}

void fifo_book::acked(std::uint32_t number, const instant& now, const send_result& r) {
  account& a = at(number);
  if (book_.at(number).births != 0) return;  // it has come, and was moved since
  if (r.sequence == 0) broken(breach::renumbered, number, "has no sequence number");
  stored& s = stored_as(r.id, a, r.sequence);
  if (s.order == 0) {  // came as a dead letter before its ack
    s.order = r.sequence;
    // One that was moved since has another number now.
    if (s.owner != 0 && at(s.owner).birth == 0) at(s.owner).order[source] = s.order;
  }
  if (!s.of.empty()) check_duplicate(a, s, r);
  s.of.push_back(number);
  s.first_ack = std::min(s.first_ack, now.moment);
  s.to_ms = std::min(s.to_ms, now.ms);
  a.is = &s;
  a.to_ms = std::min(a.to_ms, now.ms);
  settle(a.key);
  if (a.merged) return;
  book_.set_unclear(number, s.owner != number);
  book_.acked(number, now, r.id);
  ++counts_.fifo_acked;
  if (s.owner == number) check_order_of_acks(a, now.moment);
}

void fifo_book::check_duplicate(const account& a, const stored& s, const send_result& r) {
  const std::uint32_t first = s.of.front();
  const std::string as = "was taken for message " + std::to_string(first);
  if (s.key != a.key) return broken(breach::swallowed, a.number, as + ", which has another id");
  if (s.order != r.sequence) {
    broken(breach::renumbered, a.number, as + " with another sequence number");
  }
  if (a.from_ms >= s.to_ms + window_ms) {
    broken(breach::swallowed, a.number, as + ", whose five minutes were over");
  }
  const message_account& sent = book_.at(a.number);
  const std::uint64_t since = book_.at(first).settled;
  if (since != 0 && book_.cuts(sent.queue).has_gone(since, sent.submitted)) {
    broken(breach::swallowed, a.number, as + ", which was purged");
  }
}

void fifo_book::refused(std::uint32_t number) {
  at(number).gone = true;
  settle(at(number).key);
}

/// What has become known of one send may settle who the others are.
void fifo_book::settle(std::size_t key) {
  window& w = windows_[key];
  for (std::size_t i = 0; i < w.messages.size(); ++i) settle(w, *w.messages[i]);
}

void fifo_book::settle(window& w, stored& s) {
  std::uint32_t candidate = 0;
  std::size_t candidates = 0;
  for (const std::uint32_t n : w.sends) {
    const account& a = at(n);
    const bool told = std::find(s.of.begin(), s.of.end(), n) != s.of.end();
    // Whoever was sent after an answer with the id did not make it; nor who has another one.
    const bool late = a.submitted > s.first_ack;
    const bool over = a.to_ms <= at(s.of.front()).from_ms - window_ms;
    const bool out = a.gone || a.merged || late || (!told && (a.is != nullptr || over));
    if (!out) {
      candidate = n;
      ++candidates;
    }
    if (told && !a.merged && (late || (s.owner != 0 && s.owner != n))) merge(n, s);
  }
  if (s.owner == 0 && candidates == 1) set_owner(s, candidate);
}

void fifo_book::set_owner(stored& s, std::uint32_t number) {
  account& a = at(number);
  s.owner = number;
  a.is = &s;
  a.order[source] = s.order;
  book_.set_unclear(number, false);
  for (const std::uint32_t n : s.of) {
    if (n != number && !at(n).merged) merge(n, s);
  }
  std::vector<std::uint32_t>& members = group_of(a, book_.at(number).queue).members;
  if (s.order != 0) members.push_back(number);
  check_doubled(a);
  const auto is_over = [&](const stored* other) {
    return other != &s && other->to_ms <= a.from_ms - window_ms;
  };
  const std::vector<stored*>& known = windows_[a.key].messages;
  counts_.fifo_renewed += std::any_of(known.begin(), known.end(), is_over) ? 1 : 0;
}

void fifo_book::merge(std::uint32_t number, const stored& s) {
  at(number).merged = true;
  book_.merged(number);
  ++counts_.fifo_duplicates;
  if (s.owner == 0) return;
  book_.seen_there(s.owner);
  counts_.fifo_duplicates_later += book_.at(s.owner).life != book_.at(number).life ? 1 : 0;
}

/// By a crash that its level does not survive.
bool fifo_book::may_have_been_forgotten(const account& a) const {
  const message_account& m = book_.at(a.number);
  if (plan_.queues[a.queue].level == durability::memory) return m.life != book_.life();
  return m.unsure && !m.back;
}

/// Two messages of one id, both stored: then more than five minutes lie between them.
void fifo_book::check_doubled(const account& a) {
  for (const stored* s : windows_[a.key].messages) {
    if (s->owner == 0 || s->owner == a.number) continue;
    const account& other = at(s->owner);
    if (a.to_ms == INT64_MAX || other.to_ms == INT64_MAX) continue;
    const base::time_ms apart = std::max(a.to_ms, other.to_ms) - std::min(a.from_ms, other.from_ms);
    if (apart >= window_ms) continue;
    if (book_.cuts(a.queue).may_have_gone(std::min(a.submitted, other.submitted))) continue;
    if (may_have_been_forgotten(a) || may_have_been_forgotten(other)) continue;
    broken(breach::doubled, a.number,
           "is a message of its own, and so is message " + std::to_string(other.number));
  }
}

void fifo_book::delivered(const ledger::found& what, const delivery_seen& how,
                          const message_view& v) {
  if (!knows(what.number) || how.queue == queue_without_name) return;
  account& a = at(what.number);
  if (a.merged) broken(breach::doubled, a.number, "was a duplicate, and comes all the same");
  if (a.birth != what.birth) born_again(a, v.id);
  if (a.birth == 0) check_window(a, how, v, what.where);
  ++counts_.fifo_deliveries;
  check_text(a, v, what.where);
  check_turn(a, how, what.where);
  a.seen_in = how.queue;
  a.order_there = v.sequence;
}

/// A move has made it a new message, of which its window knows nothing.
void fifo_book::born_again(account& a, const message_id& id) {
  a.birth = book_.at(a.number).births;
  a.moved_from = a.seen_in;
  a.former_order = a.order_there;
  stored* is = a.is;
  if (is == nullptr) {  // perhaps a resend was told of it, and it has kept its id
    const auto told = stored_.find(id.bytes);
    if (told != stored_.end() && told->second.key == a.key) is = &told->second;
  }
  if (is != nullptr && is->owner == 0) set_owner(*is, a.number);
  a.order[source] = a.order[dead] = 0;
  settle(a.key);
}

void fifo_book::check_window(account& a, const delivery_seen& how, const message_view& v,
                             place where) {
  stored& s = stored_as(v.id, a, where == source ? v.sequence : 0);
  if (s.owner != 0 && s.owner != a.number) {
    broken(breach::doubled, a.number, "has the id of message " + std::to_string(s.owner));
  }
  if (where == source && s.order == 0) s.order = v.sequence;
  const bool first = where == source && a.from_ms != a.to_ms;
  if (first) a.from_ms = a.to_ms = v.sent_at_ms;
  s.to_ms = std::min(s.to_ms, where == source ? v.sent_at_ms : how.now.ms);
  a.to_ms = std::min(a.to_ms, how.now.ms);
  s.first_ack = std::min(s.first_ack, how.now.moment);
  if (std::find(s.of.begin(), s.of.end(), a.number) == s.of.end()) s.of.push_back(a.number);
  if (s.owner == 0) {
    set_owner(s, a.number);
  } else if (first) {
    check_doubled(a);
  }
  settle(a.key);
}

void fifo_book::life_ended(const instant& now, bool power_cut) {
  for (account& a : accounts_) {
    if (a.number != 0 && a.to_ms == INT64_MAX) a.to_ms = now.ms;
  }
  for (auto& [name, g] : groups_) {
    const durability level = plan_.queues[name.first].level;
    if (level == durability::disk || (level == durability::os && !power_cut)) continue;
    g.acks.clear();
    g.latest.clear();
  }
}

/// Of sends that may be one message, one must have come.
void fifo_book::finish(const instant& now) {
  for (const window& w : windows_) {
    for (const stored* s : w.messages) {
      if (s->owner != 0) continue;
      const auto must = [&](std::uint32_t n) { return book_.must_last(book_.at(n), now.ms); };
      if (std::all_of(w.sends.begin(), w.sends.end(), must)) {
        broken(breach::lost, s->of.front(), "is gone, and so are those that have its id");
      }
    }
  }
}

}  // namespace millrace::sim
