#include "sim_client.hpp"

#include <cstdio>

#include "base/assert.hpp"
#include "bodies.hpp"

namespace millrace::sim {

sim_client::sim_client(scene& s)
    : scene_(s),
      number_(++s.senders),
      core_(std::make_unique<detail::client_core>(*s.engine, *s.engine->claim_place({}))),
      calls_(s.plan.outstanding_most) {
  for (std::uint32_t i = s.plan.outstanding_most; i > 0; --i) free_.push_back(i - 1);
}

sim_client::~sim_client() {
  give_up();
  core_.reset();
}

sim_client::call& sim_client::start(operation_kind kind, std::size_t queue) {
  const std::uint32_t place = free_.back();
  free_.pop_back();
  call& c = calls_[place];
  c.kind = kind;
  c.queue = queue;
  c.asked = scene_.next_instant();
  c.token = ++serial_ << 8 | place;
  c.first = c.count = 0;
  c.attempt = 0;
  c.receipts.clear();
  ++scene_.counts.calls;
  if (scene_.device_died != 0) ++scene_.counts.calls_to_dead;
  return c;
}

void sim_client::end(call& c) {
  c.kind = operation_kind::none;
  free_.push_back(static_cast<std::uint32_t>(c.token & 0xff));
}

lane::operation& sim_client::begin(call& c, const std::string& name) {
  lane::operation* op = core_->begin(c.kind, c.token);
  MR_ASSERT(op != nullptr);
  const errc e = detail::client_core::address(*op, queue_name_or_handle(name));
  MR_ASSERT(e == errc::ok);
  return *op;
}

void sim_client::trace(const call& c) const {
  const std::string name =
      c.queue == queue_without_name ? std::string("?") : scene_.plan.queues[c.queue].name;
  std::fprintf(stderr, "%llu client %u: kind %d of %s at %lld",
               static_cast<unsigned long long>(c.asked.moment), number_, static_cast<int>(c.kind),
               name.c_str(), static_cast<long long>(c.asked.ms));
  if (c.kind == operation_kind::send) std::fprintf(stderr, ", from %u: %u", c.first, c.count);
  for (const held& h : c.receipts) {
    std::fprintf(stderr, ", %u in %d by %u", h.message.number, static_cast<int>(h.message.where),
                 h.count);
  }
  std::fprintf(stderr, ", visibility %d, wait %d", c.visibility_s, c.wait_s);
  if (c.attempt != 0) std::fprintf(stderr, ", %s", scene_.attempts.id_of(c.attempt).c_str());
  std::fprintf(stderr, "\n");
}

void sim_client::submit(call& c, lane::operation& op) {
  if (scene_.tracing) trace(c);
  ++scene_.counts.operations;
  const errc e = core_->submit(op);
  MR_ASSERT(e == errc::ok);
}

void sim_client::receive(std::size_t queue, const receive_options& how) {
  receive(start_receive(queue, how), how);
}

void sim_client::receive_attempt(std::size_t queue, const receive_options& how) {
  call& c = start_receive(queue, how);
  const std::int32_t least_s =
      how.visibility_timeout >= 0 ? c.visibility_s : default_visibility_least_s;
  c.attempt = scene_.attempts.begin({queue, least_s, c.asked}, scene_.one_in(2), scene_.random);
  const std::string id = scene_.attempts.id_of(c.attempt);
  receive_options wanted = how;
  wanted.receive_request_attempt_id = id;
  receive(c, wanted);
}

sim_client::call& sim_client::start_receive(std::size_t queue, const receive_options& how) {
  call& c = start(operation_kind::receive, queue);
  c.visibility_s = how.visibility_timeout;
  c.wait_s = std::max(how.wait_time_seconds, 0);
  scene_.book.receive_asked(queue);
  return c;
}

void sim_client::receive(call& c, const receive_options& how) {
  lane::operation& op = begin(c, scene_.plan.queues[c.queue].name);
  const errc e = core_->fill_receive(op, how);
  MR_ASSERT(e == errc::ok);
  submit(c, op);
}

void sim_client::receive_from(const std::string& name) {
  call& c = start(operation_kind::receive, queue_without_name);
  c.visibility_s = 40;
  c.wait_s = 0;
  lane::operation& op = begin(c, name);
  op.receive = {.max_messages = 10, .visibility_timeout = 40, .wait_time_seconds = 0};
  submit(c, op);
}

/// Some of the queue's receipts; few of them are kept, to be used again.
void sim_client::take_receipts(call& c, std::size_t most) {
  const bool named = c.queue != queue_without_name;
  std::vector<held>& from = named ? scene_.receipts[c.queue] : unnamed_;
  while (c.receipts.size() < most && !from.empty()) {
    held& h = from[scene_.random.below(from.size())];
    c.receipts.push_back(h);
    if (c.kind == operation_kind::change_visibility ||
        (named && !scene_.draining && scene_.one_in(16)))
      continue;
    h = from.back();
    from.pop_back();
  }
}

void sim_client::submit_receipts(call& c, const std::string& name) {
  c.count = static_cast<std::uint32_t>(c.receipts.size());
  std::array<visibility_entry, batch_entries_max> entries;
  for (std::size_t i = 0; i < c.receipts.size(); ++i) {
    const held& h = c.receipts[i];
    entries[i] = {h.receipt, c.visibility_s};
    if (c.kind == operation_kind::delete_message) {
      scene_.book.delete_tried(h.message, c.asked);
    } else {
      scene_.book.change_tried(h.message, c.asked, c.visibility_s);
    }
  }
  lane::operation& op = begin(c, name);
  const errc e = detail::client_core::fill_receipts(
      op, std::span<const visibility_entry>(entries).first(c.receipts.size()));
  MR_ASSERT(e == errc::ok);
  submit(c, op);
}

void sim_client::remove(std::size_t queue) {
  call& c = start(operation_kind::delete_message, queue);
  take_receipts(c, scene_.one_in(2) ? 1 : scene_.random.below(batch_entries_max) + 1);
  if (c.receipts.empty()) return end(c);
  submit_receipts(c, scene_.plan.queues[queue].name);
}

void sim_client::remove_from(const std::string& name) {
  call& c = start(operation_kind::delete_message, queue_without_name);
  take_receipts(c, batch_entries_max);
  if (c.receipts.empty()) return end(c);
  submit_receipts(c, name);
}

void sim_client::change_visibility(std::size_t queue) {
  call& c = start(operation_kind::change_visibility, queue);
  c.visibility_s = static_cast<std::int32_t>(scene_.random.below(3)) * 7;
  take_receipts(c, scene_.one_in(2) ? 1 : 3);
  if (c.receipts.empty()) return end(c);
  submit_receipts(c, scene_.plan.queues[queue].name);
}

void sim_client::control(call& c, std::uint32_t given) {
  lane::operation& op = begin(c, scene_.plan.queues[c.queue].name);
  op.more = std::make_unique<lane::control>();
  op.more->wanted = {scene_.plan.queues[c.queue].name,
                     attributes_of(scene_.plan.queues, c.queue, c.version)};
  op.more->given = given;
  submit(c, op);
}

void sim_client::create_queue(std::size_t queue) {
  call& c = start(operation_kind::create_queue, queue);
  c.version = 0;
  scene_.queues.begin_change(queue, true, c.asked.moment);
  const bool fifo = scene_.plan.queues[queue].fifo;
  control(c, given_all | given_durability | (fifo ? given_fifo : given_nothing));
}

void sim_client::set_attributes(std::size_t queue) {
  call& c = start(operation_kind::set_queue_attributes, queue);
  c.version = scene_.queues.next_version(queue);
  scene_.queues.begin_change(queue, false, c.asked.moment);
  control(c, given_all);
}

void sim_client::delete_queue(std::size_t queue) {
  call& c = start(operation_kind::delete_queue, queue);
  c.cut = scene_.book.cuts(queue).tried(c.asked.moment);
  scene_.queues.begin_change(queue, true, c.asked.moment);
  control(c, 0);
}

void sim_client::purge(std::size_t queue) {
  call& c = start(operation_kind::purge_queue, queue);
  c.cut = scene_.book.cuts(queue).tried(c.asked.moment);
  control(c, 0);
}

void sim_client::describe(std::size_t queue) {
  call& c = start(operation_kind::get_queue, queue);
  c.version = scene_.queues.acked_version(queue);
  lane::operation& op = begin(c, scene_.plan.queues[queue].name);
  op.more = std::make_unique<lane::control>();
  submit(c, op);
}

void sim_client::list() {
  names.clear();
  for (std::uint32_t lane = 0; lane < scene_.engine->lanes(); ++lane) {
    if (!may_call()) return;
    call& c = start(operation_kind::list_queues, 0);
    lane::operation& op = begin(c, scene_.plan.queues[0].name);
    op.more = std::make_unique<lane::control>();
    op.more->max = 1000;
    ++scene_.counts.operations;
    const errc e = core_->submit(op, lane);
    MR_ASSERT(e == errc::ok);
  }
}

void sim_client::cancel(bool all) {
  for (const call& c : calls_) {
    if (c.kind != operation_kind::receive || c.wait_s == 0) continue;
    ++scene_.counts.operations;
    core_->cancel(c.token);  // would_block: another time
    if (!all) return;
  }
}

std::size_t sim_client::poll(std::size_t max) {
  if (core_ == nullptr) return 0;  // it is being closed, and this comes out of a call of the device
  return core_->poll(
      [](void* me, const completion& done) { static_cast<sim_client*>(me)->answered(done); }, this,
      max);
}

void sim_client::complain_of_silence() {
  for (const call& c : calls_) {
    if (c.kind == operation_kind::none) continue;
    scene_.complain(breach::unanswered, "a call of kind " +
                                            std::to_string(static_cast<int>(c.kind)) + " made at " +
                                            std::to_string(c.asked.moment));
  }
}

void sim_client::give_up() {
  if (idle()) return;
  const instant now = scene_.next_instant();
  for (call& c : calls_) {
    if (c.kind == operation_kind::none) continue;
    lost(c, now);
    end(c);
  }
}

}  // namespace millrace::sim
