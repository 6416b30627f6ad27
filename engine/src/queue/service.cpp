#include "queue/service.hpp"

#include "base/assert.hpp"
#include "base/mutant.hpp"

namespace millrace::queue {
namespace {

constexpr base::time_ms name_reuse_ms = name_reuse_seconds * 1000;
constexpr std::size_t expiries_per_step = 128;

}  // namespace

service::service(sync::arena& memory, const settings& limits, base::random& ids, waiter_sink& sink,
                 base::time_ms now_ms)
    : limits_(limits),
      ids_(ids),
      sink_(sink),
      now_(now_ms * base::ns_per_ms),
      now_ms_(now_ms),
      from_ms_(now_ms),
      state_(memory, now_ms),
      log_(limits.log_bytes_full),
      waits_(now_ms),
      attempts_(memory) {}

bool service::replay(const journal::entry& e) {
  if (!state_.reserve_for(e)) return false;
  state_.evolve(e);
  return true;
}

void service::end_replay() {
  state_.end_replay(std::uint64_t{limits_.incarnation} << 8);
  if (!MR_MUTANT(transfers_not_resumed)) resume_transfers();
}

void service::apply_since(std::size_t mark) {
  for (std::size_t i = mark; i < log_.size(); ++i) {
    const journal::entry& e = log_.all()[i];
    state_.evolve(e);
    const auto kind = static_cast<entry_kind>(e.kind);
    if (kind == entry_kind::transfer_out || kind == entry_kind::redrive_out) {
      emit(*static_cast<message*>(e.subject));
    }
  }
}

queue_attributes service::within_limits(queue_attributes wanted) const {
  std::uint32_t& size = wanted.maximum_message_size;
  if (size <= message_bytes_max) size = std::min(size, limits_.message_bytes_max);
  return wanted;
}

result<queue_handle> service::create(const definition& asked, std::uint32_t given) {
  const definition request{asked.name, within_limits(asked.attributes)};
  definition wanted{request.name, within_limits({})};
  wanted.attributes.level = limits_.level_default;
  merge(wanted.attributes, request.attributes, given);
  if (queue_state* q = find(wanted.name, base::hash_bytes(wanted.name))) {
    if (!same(q->attributes, request.attributes, given)) return errc::queue_name_exists;
    return queue_handle{q->uid};
  }
  if (limits_.rates_limited) {
    std::erase_if(deleted_, [&](const auto& d) { return d.second + name_reuse_ms <= now_ms_; });
    if (deleted_.contains(wanted.name)) return errc::queue_deleted_recently;
  }
  const std::size_t mark = log_.size();
  if (const errc e = decide_create(here(), wanted); e != errc::ok) return e;
  const std::uint64_t uid = log_.all()[mark].as<queue_payload>().queue;
  apply_since(mark);
  return queue_handle{uid};
}

errc service::set_attributes(queue_state& q, const queue_attributes& changes, std::uint32_t given) {
  const std::size_t mark = log_.size();
  const errc e = decide_attributes(here(), q, within_limits(changes), given);
  apply_since(mark);
  if (e == errc::ok && !q.waiters.empty()) state_.serve_later(q);
  return e;
}

errc service::delete_queue(queue_state& q) {
  const std::size_t mark = log_.size();
  const errc e = decide_delete_queue(here(), q);
  if (e != errc::ok) return e;
  while (waiter* w = q.waiters.front()) answer(*w, errc::queue_does_not_exist, 0);
  if (limits_.rates_limited) deleted_[q.name] = now_ms_;
  apply_since(mark);
  return errc::ok;
}

errc service::purge(queue_state& q) {
  const std::size_t mark = log_.size();
  const errc e = decide_purge(here(), q);
  apply_since(mark);
  if (move_task* task = q.running_move()) task->again_ms = 0;
  return e;
}

bool service::within_rate(queue_state& q, rated_action action) {
  if (!limits_.rates_limited) return true;
  if (q.attributes.throughput_limit == fifo_throughput_limit::per_message_group_id) {
    return limits_.high_throughput->of[static_cast<std::size_t>(action)].pass(now_);
  }
  if (q.rates == nullptr) q.rates = std::make_unique<call_rates>();
  return q.rates->pass(action, now_);
}

void service::describe(const queue_state& q, queue_description& out) const {
  out.handle = {q.uid};
  out.name = q.name;
  out.attributes = q.attributes;
  out.messages = q.ready_count;
  out.messages_not_visible = q.in_flight_count;
  out.messages_delayed = q.delayed_count;
  out.created_at_ms = q.created_at_ms;
  out.modified_at_ms = q.modified_at_ms;
  out.revision = q.revision;
}

void service::list(std::string_view prefix, std::string_view after, std::size_t max,
                   std::vector<std::string>& out) const {
  const auto& names = state_.by_name();
  auto it = after < prefix ? names.lower_bound(prefix) : names.upper_bound(after);
  for (; it != names.end() && it->first.starts_with(prefix) && out.size() < max; ++it) {
    out.emplace_back(it->first);
  }
}

void service::list_sources(std::string_view target, std::vector<std::string>& out) const {
  for (const auto& [name, q] : state_.by_name()) {
    if (q->attributes.redrive.target_queue == target) out.emplace_back(name);
  }
}

errc service::send(queue_state& q, const send_args& args, sent_as& out) {
  if (q.fifo) return send_fifo(q, args, out);
  if (!state_.reserve_message(q.slot())) return errc::memory_full;
  const std::size_t mark = log_.size();
  if (const errc e = decide_send(here(), q, args, ids_); e != errc::ok) return e;
  out.id = log_.all()[mark].as<sent_payload>().id;
  apply_since(mark);
  return errc::ok;
}

errc service::send_fifo(queue_state& q, const send_args& args, sent_as& out) {
  if (!state_.reserve_fifo_message(q.slot())) return errc::memory_full;
  const std::size_t mark = log_.size();
  const duplicate* known = nullptr;
  if (const errc e = decide_fifo_send(here(), q, args, ids_, known); e != errc::ok) return e;
  if (known != nullptr) {
    out = {known->id, known->order};
    sync::release(args.body.home);
    return errc::ok;
  }
  const auto& p = log_.all()[mark].as<fifo_sent_payload>();
  out = {p.id, p.sequence};
  apply_since(mark);
  return errc::ok;
}

errc service::receive(queue_state& q, std::int32_t max, std::int32_t visibility_timeout,
                      delivery* out, std::size_t& count, const sampled_hosts& hosts) {
  count = 0;
  const std::size_t mark = log_.size();
  const errc e = decide_receive(here(), q, max, visibility_timeout, hosts);
  for (std::size_t i = mark; i < log_.size(); ++i) {
    const journal::entry& taken = log_.all()[i];
    if (static_cast<entry_kind>(taken.kind) != entry_kind::received) continue;
    hand_out(q, *static_cast<message*>(taken.subject), taken.as<received_payload>().receive_count,
             out[count++]);
  }
  apply_since(mark);
  return e;
}

void service::hand_out(const queue_state& q, const message& m, std::uint32_t receive_count,
                       delivery& out) const noexcept {
  out.id = m.id;
  out.receipt = seal(limits_.receipt_key, {q.uid, m.sequence, receive_count});
  out.body = m.body;
  out.sent_at_ms = m.sent_at_ms;
  out.first_received_at_ms = m.first_received != 0 ? m.first_received_at_ms() : now_ms_;
  out.dead_letter_source = m.dead_letter_source;
  out.receive_count = receive_count;
  out.level = m.level;
  out.order = q.fifo ? static_cast<const fifo_message&>(m).order : 0;
  sync::retain(m.body.home);
}

errc service::remove(queue_state& q, const receipt_handle& handle) {
  const std::size_t mark = log_.size();
  const errc e = decide_delete(here(), q, handle);
  apply_since(mark);
  return e;
}

errc service::change_visibility(queue_state& q, const receipt_handle& handle,
                                std::int32_t timeout) {
  const std::size_t mark = log_.size();
  const errc e = decide_visibility(here(), q, handle, timeout);
  apply_since(mark);
  return e;
}

void service::park(queue_state& q, waiter& w, base::time_ms deadline_ms) {
  w.parked_at = &q;
  q.waiters.push_back(w);
  waits_.insert(w, deadline_ms);
  // Its receive may have stopped after clearing away dead messages, with live ones behind them.
  if (q.deliverable()) state_.serve_later(q);
}

void service::unpark(waiter& w) noexcept {
  MR_ASSERT(w.parked_at != nullptr);
  if (static_cast<base::timer&>(w).linked()) waits_.erase(w);
  waiter_list::erase(w);
  w.parked_at = nullptr;
}

void service::answer(waiter& w, errc status, std::size_t deliveries) noexcept {
  unpark(w);
  sink_.answered(w, status, deliveries);
}

void service::release_waiters(errc status) noexcept {
  for (const auto& [name, q] : state_.by_name()) {
    while (waiter* w = q->waiters.front()) answer(*w, status, 0);
  }
}

bool service::pass_time(std::size_t budget) {
  bool done = state_.advance(now_ms_, budget);
  done &= attempts_.advance(now_ms_, budget);
  done &= state_.advance_ages(now_ms_, budget, [&](queue_state& q) {
    if (log_.nearly_full()) return;
    const std::size_t mark = log_.size();
    decide_expiry(here(), q, expiries_per_step);
    apply_since(mark);
  });
  return done;
}

bool service::work(std::size_t budget) {
  bool done = pass_time(budget);
  done &= move_messages(budget);
  done &= serve(budget);
  // A wait ends after the messages of the same instant have been served.
  done &= waits_.advance(now_ms_, budget, [&](waiter& w) { answer(w, errc::ok, 0); });
  done &= state_.sweep(budget);
  return done && !state_.any_to_serve();
}

bool service::serve(std::size_t budget) {
  for (; budget > 0 && !log_.nearly_full(); --budget) {
    queue_state* q = state_.pop_to_serve();
    if (q == nullptr) return true;
    if (!serve_one(*q)) state_.serve_later(*q);
  }
  return !state_.any_to_serve();
}

errc service::receive_for(queue_state& q, waiter& w, std::size_t& count) {
  delivery* room = sink_.room(w);
  if (!w.has_attempt) return receive(q, w.max_messages, w.visibility_timeout, room, count);
  return receive_attempt(q, w.attempt, w.max_messages, w.visibility_timeout, room, count);
}

/// Answers waiters while there is something to hand out. False: look again in the next turn.
bool service::serve_one(queue_state& q) {
  while (waiter* w = q.waiters.front()) {
    if (!q.deliverable()) return true;
    if (log_.nearly_full()) return false;
    std::size_t count = 0;
    const errc e = receive_for(q, *w, count);
    if (count > 0) {
      answer(*w, errc::ok, count);
    } else if (e == errc::over_limit) {
      return true;  // served again when something in flight comes back or is deleted
    } else if (e != errc::ok) {
      answer(*w, e, 0);
    }
  }
  return true;
}

base::time_ms service::next_ms() noexcept {
  if (state_.any_to_serve() || state_.any_to_sweep()) return now_ms_;
  return std::min({state_.next_ms(), waits_.next_ms(), attempts_.next_ms(), next_move_ms()});
}

}  // namespace millrace::queue
