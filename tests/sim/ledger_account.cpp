// The ledger's sums: what an idle queue must hold, and what is missing in the end.
#include <algorithm>
#include <map>

#include "bodies.hpp"
#include "ledger.hpp"

namespace millrace::sim {
namespace {

base::time_ms ms_of(std::int32_t seconds) { return base::time_ms{seconds} * 1000; }

}  // namespace

bool ledger::may_have_moved(const message_account& m) const {
  if (m.there_since[dead] != 0 || !counts_in(m, source)) return false;
  return !m.exact || m.receives + unseen_receives(m.queue) >= plan_of(m, source).receives_max;
}

bool ledger::must_exist(const message_account& m, base::time_ms now_ms) const {
  return m.state == standing::acked && !m.unclear && must_last(m, now_ms);
}

bool ledger::must_last(const message_account& m, base::time_ms now_ms) const {
  if (!must_stay(m, now_ms)) return false;
  const std::vector<residence> elsewhere = residences(m);
  return std::none_of(elsewhere.begin(), elsewhere.end(), [&](const residence& r) {
    return cuts_[r.queue].may_have_gone(m.submitted);
  });
}

bool ledger::must_stay(const message_account& m, base::time_ms now_ms) const {
  const place where = m.where();
  if (m.loose || m.delete_tried[where] != 0) return false;
  if (m.forgotten && where == source) return false;
  if (m.unsure && !m.back) return false;
  if (cuts_[queue_of(m, where)].may_have_gone(m.submitted)) return false;
  if (may_have_moved(m) && cuts_[queue_of(m, dead)].may_have_gone(m.submitted)) return false;
  return !may_have_expired(m, now_ms);
}

bool ledger::may_have_expired(const message_account& m, base::time_ms now_ms) const {
  return m.submitted_ms + ms_of(plan_of(m, m.where()).retention_s) <= now_ms;
}

bool ledger::must_be_in(const message_account& m, std::size_t queue, base::time_ms now_ms) const {
  return m.state == standing::acked && !m.unclear && queue_of(m, m.where()) == queue &&
         !may_have_moved(m) && must_stay(m, now_ms) && !may_be_moved(m);
}

bool ledger::may_be_in(const message_account& m, std::size_t queue) const {
  if (m.state == standing::refused || m.submitted == 0) return false;
  if (may_be_at_home(m, queue)) return true;
  if (!moves_.may_bring_to(queue)) return false;
  const std::vector<residence> elsewhere = residences(m);
  return std::any_of(elsewhere.begin(), elsewhere.end(), [&](const residence& r) {
    return r.queue == queue || plan_.queues[r.queue].target == static_cast<int>(queue);
  });
}

/// As what it is, in its queue or among its dead letters.
bool ledger::may_be_at_home(const message_account& m, std::size_t queue) const {
  const place where = m.queue == queue ? source : dead;
  if (where == source && (m.forgotten || m.there_since[dead] != 0)) return false;
  if (where == dead) {
    if (plan_.queues[m.queue].target != static_cast<int>(queue)) return false;
    if (m.there_since[dead] == 0 && !may_have_moved(m)) return false;
  }
  if (m.delete_acked[where] != 0) return false;
  return m.there_since[where] == 0 || !cuts_[queue].has_gone(m.there_since[where], UINT64_MAX);
}

/// In an idle engine. From then on it stays so.
bool ledger::is_done(const message_account& m) const {
  const place where = m.where();
  if (m.done || m.delete_acked[where] == 0) return m.done;
  m.done = (where == dead || !may_have_moved(m)) && !may_be_moved(m);
  return m.done;
}

ledger::between ledger::expected(std::size_t queue, base::time_ms now_ms) const {
  between out;
  for (const message_account& m : messages_) {
    if (m.submitted == 0 || (is_done(m) && !damaged_)) continue;
    out.least += must_be_in(m, queue, now_ms) ? 1 : 0;
    out.most += may_be_in(m, queue) ? 1 : 0;
  }
  return out;
}

void ledger::expect_all_visible(std::size_t queue, const instant& now) {
  audited_.clear();
  audit_began_ = now.moment;
  turns_.begin({});
  if (lost_receives_ms_[queue] > now.ms) return;
  if (plan_.queues[queue].fifo) {
    audited_ = first_of_groups(queue, now);
    return;
  }
  for (std::uint32_t n = 1; n < messages_.size(); ++n) {
    const message_account& m = messages_[n];
    const bool over = m.hidden_most_ms <= now.ms && m.delayed_most_ms <= now.ms;
    if (over && must_be_in(m, queue, now.ms)) audited_.push_back(n);
  }
  turns_.begin(quiet_tenants(queue, now));
  counts_.fair_turns += turns_.waiting() > 1 ? turns_.waiting() : 0;
}

/// Of those that are audited, whose tenants have nothing that may be in flight.
std::set<std::string_view> ledger::quiet_tenants(std::size_t queue, const instant& now) const {
  std::set<std::string_view> quiet;
  for (const std::uint32_t n : audited_) {
    const message_account& m = messages_[n];
    constexpr base::time_ms audit_ms = 60'000;  // none of them ends meanwhile
    const bool lasts = must_be_in(m, queue, now.ms + audit_ms);
    if (lasts) quiet.insert(tenant_of(n, m.tenants));
  }
  for (std::uint32_t n = 1; n < messages_.size(); ++n) {
    const message_account& m = messages_[n];
    if (m.done || m.submitted == 0 || !may_be_in(m, queue)) continue;
    if (m.hidden_most_ms > now.ms) quiet.erase(tenant_of(n, m.tenants));
  }
  return quiet;
}

void ledger::audit_receive_ended(std::size_t queue) {
  if (const auto wrong = turns_.receive_ended()) {
    complain_(breach::unfair, plan_.queues[queue].name + ": " + *wrong);
  }
}

/// Of each group of which nothing may be hidden, one message that is certainly there.
std::vector<std::uint32_t> ledger::first_of_groups(std::size_t queue, const instant& now) const {
  struct known {
    std::uint32_t sure = 0;
    bool open = true;
  };
  std::map<std::uint32_t, known> groups;
  for (std::uint32_t n = 1; n < messages_.size(); ++n) {
    const message_account& m = messages_[n];
    if (m.done || !may_be_in(m, queue)) continue;
    known& g = groups[m.group];
    const bool delay_known = m.state == standing::acked || m.delay_ms == 0 || m.cut != 0;
    g.open &= delay_known && m.hidden_most_ms <= now.ms && m.delayed_most_ms <= now.ms;
    if (g.sure == 0 && must_be_in(m, queue, now.ms)) g.sure = n;
  }
  std::vector<std::uint32_t> out;
  for (const auto& [group, g] : groups) {
    if (g.open && g.sure != 0) out.push_back(g.sure);
  }
  return out;
}

void ledger::all_were_received(const instant& now) {
  ++counts_.audits;
  for (const std::uint32_t n : audited_) {
    const message_account& m = messages_[n];
    if (may_have_expired(m, now.ms)) continue;  // meanwhile
    // Of a group, whatever came first will do.
    const auto came = [&](const message_account& other) {
      return other.group == m.group && other.last_seen > audit_began_;
    };
    const bool fine = m.last_seen > audit_began_ ||
                      (m.group != 0 && std::any_of(messages_.begin(), messages_.end(), came));
    if (!fine) broken(breach::missed, n, "should have been visible");
  }
  audited_.clear();
}

std::optional<base::time_ms> ledger::boundary(std::uint32_t number, base::time_ms now_ms) const {
  const message_account& m = messages_[number];
  const base::time_ms dies_ms =
      (m.sent_at_ms[source] != 0 ? m.sent_at_ms[source] : m.submitted_ms) +
      ms_of(plan_of(m, source).retention_s);
  std::optional<base::time_ms> next;
  for (const base::time_ms at : {m.hidden_until_ms, m.delayed_until_ms, dies_ms}) {
    if (at > now_ms && at < now_ms + 120'000 && (!next || at < *next)) next = at;
  }
  return next;
}

void ledger::finish(const instant& now) {
  for (std::uint32_t n = 1; n < messages_.size(); ++n) {
    const message_account& m = messages_[n];
    if (m.state == standing::refused) continue;
    const bool seen = m.deliveries != 0;
    if (must_exist(m, now.ms)) {
      broken(breach::lost, n,
             "is gone, after " + std::to_string(m.deliveries) + " deliveries, acknowledged at " +
                 std::to_string(m.settled));
    } else if (!seen && m.told) {
      ++counts_.excused;
    }
    counts_.ok += seen && m.told ? 1 : 0;
    counts_.recovered += seen && !m.told ? 1 : 0;
    if (m.cut != 0 && !m.back) check_order(n);
  }
  for (const undone& u : undone_deletes_) {
    const message_account& m = messages_[u.number];
    const crash_site& site = crashes_[u.cut - 1U];
    if (m.births == 0 && m.last_seen_in_source > site.at && site.reached[m.queue] > u.acked) {
      broken(breach::reordered, u.number, "came back though a later send was kept");
    }
  }
}

/// A crash has taken it: then nothing is left of what came after it.
void ledger::check_order(std::uint32_t number) {
  const message_account& m = messages_[number];
  const crash_site& site = crashes_[m.cut - 1U];
  const queue_plan& q = plan_of(m, source);
  if (m.unclear || m.births != 0 || m.delete_tried[source] != 0 || may_be_moved(m)) return;
  if (cuts_[m.queue].may_have_gone(m.submitted)) return;
  if (may_have_moved(m) && cuts_[queue_of(m, dead)].may_have_gone(m.submitted)) return;
  if (q.retention_s < 86'400) return;
  if (m.unsure && site.reached[m.queue] > m.settled) {
    broken(breach::reordered, number, "is gone though a later send was kept");
  }
  if (m.unsure || m.maybe_refused || site.refusals) return;
  for (const crash_site::reach& r : site.of_senders) {
    if (r.queue == m.queue && r.sender == m.sender && r.number > number) {
      broken(breach::reordered, number,
             "is gone though message " + std::to_string(r.number) + " was kept");
    }
  }
}

}  // namespace millrace::sim
