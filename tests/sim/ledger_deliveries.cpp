// What the ledger checks of each delivery, and what it learns from it.
#include <algorithm>
#include <cstring>

#include "bodies.hpp"
#include "ledger.hpp"

namespace millrace::sim {
namespace {

bool same_bytes(bytes_view a, bytes_view b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

base::time_ms ms_of(std::int32_t seconds) { return base::time_ms{seconds} * 1000; }

}  // namespace

std::optional<ledger::found> ledger::identify(const delivery_seen& how, const message_view& v) {
  ++counts_.deliveries;
  const auto number = number_of(v.body_digest);
  if (!number || *number == 0 || *number >= messages_.size()) {
    complain_(breach::unexpected, "a message that nobody has sent");
    return {};
  }
  if (const auto known = moved(*number, how, v)) return known;
  const message_account& m = messages_[*number];
  if (how.queue == queue_without_name) return found{*number, m.where(), m.births};
  const bool is_source = m.queue == how.queue;
  if (!is_source && plan_.queues[m.queue].target != static_cast<int>(how.queue)) {
    if (m.births != 0 && moves_.may_bring_to(how.queue)) {  // it may have been there, unseen
      broken(breach::copied, *number, "came as what it was before it was moved");
      return found{*number, source, m.births - 1};
    }
    broken(breach::unexpected, *number, "came out of " + plan_.queues[how.queue].name);
    return {};
  }
  return found{*number, is_source ? source : dead, m.births};
}

void ledger::delivered(const found& what, const delivery_seen& how, const message_view& v) {
  const auto [number, where, birth] = what;
  check_content(number, v, how, where);
  if (how.queue != queue_without_name) {
    check_existence(number, how, where);
    check_time(number, v, how, where);
    check_count(number, v, how, where);
  }
  note(number, v, how, where);
}

void ledger::check_content(std::uint32_t number, const message_view& v, const delivery_seen& how,
                           place where) {
  message_account& m = messages_[number];
  if (!same_bytes(v.body, body_of(m.content, m.bytes))) {
    broken(breach::garbled, number, "has another body");
  }
  if (!same_bytes(v.attributes, attributes_of(number))) {
    broken(breach::garbled, number, "has other attributes");
  }
  if (m.group == 0) {
    const std::string_view tenant = tenant_of(number, m.tenants);
    if (v.message_group_id != tenant) {
      broken(breach::garbled, number, "is of tenant " + std::string(v.message_group_id));
    }
    counts_.grouped_deliveries += tenant.empty() ? 0 : 1;
    turns_.came(tenant);
  }
  if (m.id_known && m.id != v.id) broken(breach::garbled, number, "has another id");
  m.id = v.id;
  m.id_known = true;
  const std::string_view from =
      where == dead ? std::string_view(plan_of(m, source).name) : std::string_view();
  if (how.queue != queue_without_name && v.dead_letter_source != from) {
    broken(breach::definition, number, "comes from " + std::string(v.dead_letter_source));
  }
  const bool fifo = m.group != 0;  // a dead letter's time is that of its arrival
  if (fifo && how.queue == queue_without_name) return;
  base::time_ms& sent_at_ms = m.sent_at_ms[fifo ? where : source];
  // Of one whose departure was damaged there are two, and the other one arrives later.
  const bool twice = damaged_ && fifo && where == dead;
  if (sent_at_ms == 0 || twice) sent_at_ms = v.sent_at_ms;
  if (v.sent_at_ms != sent_at_ms || v.sent_at_ms < m.submitted_ms || v.sent_at_ms > how.now.ms ||
      v.first_received_at_ms < v.sent_at_ms || v.first_received_at_ms > how.now.ms) {
    broken(breach::garbled, number,
           "has other times: sent at " + std::to_string(v.sent_at_ms) + ", first received at " +
               std::to_string(v.first_received_at_ms) + "; not before " +
               std::to_string(m.submitted_ms));
  }
}

void ledger::check_existence(std::uint32_t number, const delivery_seen& how, place where) {
  const message_account& m = messages_[number];
  const std::uint64_t asked = how.asked.moment;
  if (m.state == standing::refused) broken(breach::unexpected, number, "had been refused");
  if (m.forgotten && where == source) {
    broken(breach::unexpected, number, "was in memory only, in an earlier life");
  }
  // A delete of what has gone with its queue leaves no entry of its own that could be damaged.
  const std::uint64_t since = m.there_since[where];
  if (since != 0 && cuts_[how.queue].has_gone(since, asked)) {
    broken(breach::unpurged, number, "had gone with all of its queue");
  } else if (m.delete_acked[where] != 0 && m.delete_acked[where] < asked) {
    broken(breach::resurrected, number, "had been deleted");
  }
  if (where == source && m.there_since[dead] != 0 && m.there_since[dead] < asked) {
    broken(breach::misplaced, number, "is a dead letter, and is still here");
  }
}

void ledger::check_time(std::uint32_t number, const message_view& v, const delivery_seen& how,
                        place where) {
  const message_account& m = messages_[number];
  if (how.now.ms < m.delayed_until_ms) {
    broken(breach::early, number, "came before its delay was over");
  }
  // One whose answer was looked at late is no witness against a receive that came after it.
  const bool behind = m.last_count != 0 && v.receive_count < m.last_count && m.last_life == life_;
  // Any receipt hides a message, so a change that ended in between may have come after it.
  const bool hidden_later = m.changed > how.asked.moment;
  if (!behind && !hidden_later && !how.repeated && how.now.ms < m.hidden_until_ms) {
    broken(breach::early, number, "came while another receive hid it");
  }
  if (how.asked.ms >= v.sent_at_ms + ms_of(plan_of(m, where).retention_s)) {
    broken(breach::outlived, number, "came after its retention");
  }
}

void ledger::check_count(std::uint32_t number, const message_view& v, const delivery_seen& how,
                         place where) {
  const message_account& m = messages_[number];
  if (v.receive_count == 0) broken(breach::overcounted, number, "was received 0 times");
  if (m.last_count != 0 && v.receive_count == m.last_count && !how.repeated) {
    broken(breach::early, number, "was given out twice by one receive");
  }
  if (m.last_count != 0 && v.receive_count < m.last_count && m.last_life != life_) {
    broken(breach::overcounted, number, "counts fewer receives than before");
  }
  if (!counts_in(m, source)) return;
  const std::uint32_t most = plan_of(m, source).receives_max;
  if (where == dead && v.receive_count <= most) {
    broken(breach::overcounted, number,
           "is a dead letter after " + std::to_string(v.receive_count - 1) + " receives of " +
               std::to_string(most));
  }
  const bool again = m.receives >= most && !how.repeated;
  if (where == source && m.exact && how.target_is_there && again) {
    broken(breach::overcounted, number,
           "was received more than " + std::to_string(most) + " times");
  }
}

void ledger::note(std::uint32_t number, const message_view& v, const delivery_seen& how,
                  place where) {
  message_account& m = messages_[number];
  if (m.there_since[where] == 0) {
    m.there_since[where] = how.now.moment;
    counts_.dead_letters += where == dead ? 1 : 0;
    counts_.fifo_dead_letters += where == dead && m.group != 0 ? 1 : 0;
  }
  if (m.state == standing::unknown) {
    m.state = standing::acked;
    m.settled = how.now.moment;
  }
  // Its delay is over now, whenever it began; but time may go back, over a crash.
  if (m.delay_ms != 0 && m.delayed_most_ms == 0) m.delayed_most_ms = how.now.ms_up;
  if (m.cut != 0 && !m.back) note_return(number);
  counts_.duplicated += m.deliveries++ == 0 ? 0 : 1;
  if (where == source && counts_in(m, source) && !how.repeated) {
    ++m.receives;
    ++counts_.counted;
  }
  if (where == source) m.last_seen_in_source = how.now.moment;
  m.last_seen = how.now.moment;
  m.last_asked = std::max(m.last_asked, how.asked.moment);
  if (v.receive_count < m.last_count && m.last_life == life_) return;
  m.last_count = v.receive_count;
  m.last_life = life_;
  // A change that was answered since the receive was asked for may have been done behind it.
  const bool changed = m.changes_pending != 0 || m.changed > how.asked.moment;
  const bool hides = how.visibility_least_s > 0 && !changed;
  m.hidden_until_ms = hides ? how.asked.ms + ms_of(how.visibility_least_s) : 0;
  const base::time_ms most = how.now.ms_up + ms_of(how.visibility_most_s);
  m.hidden_most_ms = changed ? std::max(m.hidden_most_ms, most) : most;
  m.hidden_ever_ms = std::max(m.hidden_ever_ms, most);
  counts_.hides += how.visibility_least_s > 0 ? 1 : 0;
}

/// It was there when a crash came that could have taken it: so was all that came before it.
void ledger::note_return(std::uint32_t number) {
  message_account& m = messages_[number];
  m.back = true;
  crash_site& site = crashes_[m.cut - 1U];
  site.reached[m.queue] = std::max(site.reached[m.queue], m.submitted);
  for (crash_site::reach& r : site.of_senders) {
    if (r.queue != m.queue || r.sender != m.sender) continue;
    r.number = std::max(r.number, number);
    return;
  }
  site.of_senders.push_back({m.queue, m.sender, number});
}

}  // namespace millrace::sim
