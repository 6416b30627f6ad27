#include "checker.hpp"

#include "base/hash.hpp"
#include "queue/attributes_codec.hpp"

namespace millrace::sim {

using queue::entry_kind;

void account::add(const account& o) {
  operations += o.operations;
  attempts += o.attempts;
  acked += o.acked;
  ok += o.ok;
  purged += o.purged;
  recovered += o.recovered;
  duplicated += o.duplicated;
  lost += o.lost;
  unexpected += o.unexpected;
  overlaps += o.overlaps;
  resurrected += o.resurrected;
  overcounted += o.overcounted;
}

void checker::expect_redrive(const std::string& source, const std::string& target,
                             std::uint32_t receives_max) {
  redrives_[source] = {target, receives_max};
}

void checker::attempted(const std::string& queue, const std::string& body) {
  sends_[body].queue = queue;
  ++so_far.attempts;
}

void checker::acked(const std::string& body) {
  sends_[body].acked = true;
  ++so_far.acked;
}

void checker::delivered(const std::string& queue, const std::string& body,
                        std::uint64_t asked_at_step) {
  note(base::hash_bytes(body));
  const auto at = sends_.find(body);
  if (at == sends_.end()) {
    ++so_far.unexpected;
    return;
  }
  sent& s = at->second;
  const auto policy = redrives_.find(s.queue);
  const bool dead = policy != redrives_.end() && policy->second.target == queue;
  if (s.queue != queue && !dead) ++so_far.unexpected;
  if (s.deliveries++ != 0) ++so_far.duplicated;
  const auto deleted = s.deleted_at.find(queue);
  if (deleted != s.deleted_at.end() && deleted->second < asked_at_step) ++so_far.resurrected;
}

void checker::delete_acked(const std::string& queue, const std::string& body, std::uint64_t step) {
  sends_[body].deleted_at.emplace(queue, step);
}

void checker::purge_under_way(const std::string& queue) {
  for (auto& [body, s] : sends_) {
    const auto policy = redrives_.find(s.queue);
    const bool dead = policy != redrives_.end() && policy->second.target == queue;
    if (s.queue == queue || dead) s.may_vanish = true;
  }
}

checker::stored& checker::message_of(const journal::entry& e, std::uint64_t sequence) {
  return stored_[{e.slot, sequence}];
}

void checker::received(const journal::entry& e) {
  const auto& p = e.as<queue::received_payload>();
  stored& m = message_of(e, p.sequence);
  if (m.hidden_until > e.at_ms) ++so_far.overlaps;
  if (m.gone) ++so_far.resurrected;
  m.hidden_until = p.visible_at_ms;
  ++m.receives;
  const auto policy = redrives_.find(names_[p.queue]);
  if (policy != redrives_.end() && m.receives > policy->second.receives_max) ++so_far.overcounted;
}

void checker::decided(const journal::entry& e) {
  note(std::uint64_t{e.kind} << 56 ^ std::uint64_t{e.slot} << 48 ^
       static_cast<std::uint64_t>(e.at_ms - start_ms));
  switch (static_cast<entry_kind>(e.kind)) {
    case entry_kind::queue_created: {
      queue::definition d;
      if (queue::decode(e.extra, d)) names_[e.as<queue::queue_payload>().queue] = d.name;
      return;
    }
    case entry_kind::sent: {
      const auto& p = e.as<queue::sent_payload>();
      message_of(e, p.sequence) = {p.visible_at_ms, p.queue, 0, false};
      return;
    }
    case entry_kind::transfer_in: {
      const auto& p = e.as<queue::transfer_in_payload>();
      message_of(e, p.sequence) = {0, p.queue, 0, false};
      return;
    }
    case entry_kind::moved: {
      const auto& p = e.as<queue::moved_payload>();
      message_of(e, p.sequence) = {0, p.target_queue, 0, false};
      return;
    }
    case entry_kind::received: return received(e);
    case entry_kind::visibility_changed: {
      const auto& p = e.as<queue::visibility_payload>();
      message_of(e, p.sequence).hidden_until = p.visible_at_ms;
      return;
    }
    case entry_kind::deleted:
    case entry_kind::expired:
    case entry_kind::transfer_done:
      message_of(e, e.as<queue::message_payload>().sequence).gone = true;
      return;
    default: return;
  }
}

account checker::finish() {
  for (const auto& [body, s] : sends_) {
    if (s.acked && s.deliveries != 0) ++so_far.ok;
    if (!s.acked && s.deliveries != 0) ++so_far.recovered;
    if (!s.acked || s.deliveries != 0) continue;
    ++(s.may_vanish ? so_far.purged : so_far.lost);
  }
  return so_far;
}

}  // namespace millrace::sim
