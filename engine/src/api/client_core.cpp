#include "api/client_core.hpp"

#include <cstring>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "sync/wait_strategy.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

client_core::client_core(engine_core& engine, client_place& place)
    : engine_(engine),
      place_(place),
      writer_(engine.blocks()),
      window_(place.window),
      to_ring_(engine.lanes(), false) {}

client_core::~client_core() {
  MR_ASSERT(prepared_ == 0);
  close();
  engine_.give_back(&place_);
}

lane::operation* client_core::begin(operation_kind kind, std::uint64_t token) noexcept {
  if (outstanding_ >= window_ || (free_ == nullptr && !add_chunk())) return nullptr;
  lane::operation* op = free_;
  free_ = op->next;
  op->kind = kind;
  op->token = token;
  op->count = 0;
  op->status = errc::ok;
  op->internal = false;
  ++outstanding_;
  return op;
}

bool client_core::add_chunk() noexcept {
  pool_.emplace_back(new lane::operation[chunk]);
  for (std::size_t i = chunk; i > 0; --i) {
    pool_.back()[i - 1].next = free_;
    free_ = &pool_.back()[i - 1];
  }
  return true;
}

void client_core::abandon(lane::operation& op) noexcept {
  if (op.indexed) receives_.erase(op);
  op.indexed = false;
  drop_pins(op);
  op.kind = operation_kind::none;
  if (op.more != nullptr) op.more.reset();
  if (op.stream != nullptr) keep_part(op);
  if (op.topic != nullptr) keep_topic_part(op);
  // As long as a cancel is on its way to the lane of this one, no other lane may get it.
  if (op.cancels == 0) recycle(op);
}

void client_core::recycle(lane::operation& op) noexcept {
  op.next = free_;
  free_ = &op;
  --outstanding_;
}

errc client_core::cancel(std::uint64_t receive_token) noexcept {
  lane::operation* target = find_outstanding(receive_token);
  if (target == nullptr) return errc::cancelled;
  lane::operation* op = begin(operation_kind::cancel, receive_token);
  if (op == nullptr) return errc::would_block;
  op->internal = true;
  op->more = std::make_unique<lane::control>();
  op->more->target = target;
  if (const errc e = submit(*op, lane_of(*target)); e != errc::ok) {
    abandon(*op);
    return e;
  }
  ++target->cancels;
  return errc::ok;
}

/// The lane has seen the cancel: its target, if it was answered meanwhile, is free now.
void client_core::end_cancel(lane::operation& op) noexcept {
  lane::operation& target = *op.more->target;
  abandon(op);
  if (--target.cancels == 0 && target.kind == operation_kind::none) recycle(target);
}

errc client_core::address(lane::operation& op, const queue_name_or_handle& queue) noexcept {
  op.queue = queue.handle;
  if (queue.handle.id != 0) return errc::ok;
  if (!queue::valid_queue_name(queue.name)) return errc::invalid_queue_name;
  std::memcpy(op.name_storage, queue.name.data(), queue.name.size());
  op.name = {op.name_storage, queue.name.size()};
  op.name_hash = base::hash_bytes(op.name);
  return errc::ok;
}

errc client_core::fill_receipts(lane::operation& op,
                                std::span<const receipt_handle> receipts) noexcept {
  if (receipts.empty()) return errc::empty_batch;
  if (receipts.size() > batch_entries_max) return errc::too_many_entries;
  for (const receipt_handle& r : receipts) op.slot.receipts[op.count++] = {r, 0, errc::ok};
  return errc::ok;
}

errc client_core::fill_receipts(lane::operation& op,
                                std::span<const visibility_entry> entries) noexcept {
  if (entries.empty()) return errc::empty_batch;
  if (entries.size() > batch_entries_max) return errc::too_many_entries;
  for (const visibility_entry& e : entries) {
    op.slot.receipts[op.count++] = {e.receipt, e.visibility_timeout, errc::ok};
  }
  return errc::ok;
}

std::uint32_t client_core::lane_of(const lane::operation& op) const noexcept {
  if (engine_.lanes() == 1) return 0;
  if (op.stream != nullptr) {
    const std::uint64_t id = op.stream->handle.id;
    return engine_.lane_of_slot(id != 0 ? static_cast<std::uint8_t>(id >> 56)
                                        : stream::slot_of(op.stream->name));
  }
  if (op.topic != nullptr) {
    const std::uint64_t id = op.topic->handle.id;
    return engine_.lane_of_slot(id != 0 ? static_cast<std::uint8_t>(id >> 56)
                                        : base::slot_of(op.topic->name));
  }
  const auto slot =
      op.queue.id != 0 ? static_cast<std::uint8_t>(op.queue.id >> 56) : queue::slot_of(op.name);
  return engine_.lane_of_slot(slot);
}

errc client_core::submit(lane::operation& op) noexcept { return submit(op, lane_of(op)); }

errc client_core::submit(lane::operation& op, std::uint32_t lane) noexcept {
  lane::port& to = *place_.ports[lane];
  op.from = &to;
  if (!to.inbox.push(&op)) return errc::would_block;
  if (op.kind == operation_kind::receive || op.kind == operation_kind::read_records) {
    receives_.insert(op);
    op.indexed = true;
  }
  to_ring_[lane] = true;
  return errc::ok;
}

errc client_core::submit_prepared(lane::operation& op) noexcept {
  const errc e = submit(op);
  if (e == errc::ok) --prepared_;
  return e;
}

void client_core::drop_prepared(lane::operation& op) noexcept {
  --prepared_;
  abandon(op);
}

void client_core::flush() noexcept {
  for (std::uint32_t i = 0; i < engine_.lanes(); ++i) {
    if (!to_ring_[i]) continue;
    to_ring_[i] = false;
    engine_.lane_at(i).bell().ring();
  }
}

lane::operation* client_core::pop_reply() noexcept {
  if (popped_next_ == popped_end_ && !pop_replies()) return nullptr;
  return popped_[popped_next_++];
}

bool client_core::pop_replies() noexcept {
  const std::uint32_t lanes = engine_.lanes();
  popped_next_ = popped_end_ = 0;
  for (std::uint32_t i = 0; i < lanes && popped_end_ == 0; ++i) {
    const std::uint32_t lane = next_lane_;
    if (lanes > 1) next_lane_ = lane + 1 == lanes ? 0 : lane + 1;
    popped_end_ = place_.ports[lane]->replies.pop(popped_);
  }
  for (std::size_t i = 0; i < popped_end_; ++i) {
    __builtin_prefetch(popped_[i], 1);
    const auto* slot = reinterpret_cast<const char*>(&popped_[i]->slot);
    __builtin_prefetch(slot, 1);
    __builtin_prefetch(slot + 64, 1);
  }
  return popped_end_ != 0;
}

std::size_t client_core::poll(void (*handle)(void*, const completion&), void* context,
                              std::size_t max) {
  flush();
  std::size_t shown = 0;
  while (shown < max) {
    lane::operation* op = early_;
    if (op != nullptr) {
      early_ = op->next;
      if (early_ == nullptr) early_end_ = &early_;
    } else if (op = pop_reply(); op == nullptr) {
      break;
    }
    if (op->internal) {
      end_cancel(*op);
      continue;
    }
    complete(*op, handle, context);
    ++shown;
  }
  if (shown == 0 && outstanding() != 0) writer_.fetch_ahead();
  return shown;
}

void client_core::complete(lane::operation& op, void (*handle)(void*, const completion&),
                           void* context) {
  completion c;
  show(op, c);
  const bool brings = op.kind == operation_kind::receive || op.kind == operation_kind::read_records;
  shown_ = brings ? &op : nullptr;
  handle(context, c);
  shown_ = nullptr;
  abandon(op);
}

void client_core::run(lane::operation& op) noexcept {
  flush();
  // A client that is woken through a callback cannot park here: it yields instead.
  sync::wait_strategy::options patience{.may_spin = engine_.may_spin()};
  if (place_.woken_outside) patience.park_after_ns = INT64_MAX;
  sync::wait_strategy wait(patience);
  while (true) {
    while (lane::operation* got = pop_reply()) {
      if (got == &op) return;
      got->next = nullptr;
      *early_end_ = got;
      early_end_ = &got->next;
    }
    if (engine_.polled_by_callers()) {
      for (std::uint32_t i = 0; i < engine_.lanes(); ++i) engine_.help(i);
    } else if (wait.idle(base::monotonic_ns())) {
      park();
      wait.reset();
    }
  }
}

void client_core::park() noexcept {
  if (prepare_to_sleep()) place_.bell->wait(sync::no_deadline);
}

bool client_core::prepare_to_sleep() noexcept {
  if (early_ != nullptr || popped_next_ != popped_end_) return false;
  place_.bell->prepare_to_sleep();
  for (const auto& p : place_.ports) {
    if (!p->replies.empty()) {
      place_.bell->cancel();
      return false;
    }
  }
  return true;
}

lane::operation* client_core::find_outstanding(std::uint64_t token) noexcept {
  return receives_.find(token);
}

/// Takes back everything that lanes hold, then the place is free for another client.
void client_core::close() noexcept {
  std::vector<std::unique_ptr<lane::operation>> last;
  for (std::uint32_t i = 0; i < engine_.lanes(); ++i) {
    auto op = std::make_unique<lane::operation>();
    op->kind = operation_kind::disconnect;
    op->more = std::make_unique<lane::control>();
    for (const auto& part : pool_) op->more->pool.emplace_back(part.get(), chunk);
    const errc pushed = submit(*op, i);
    MR_ASSERT(pushed == errc::ok);
    last.push_back(std::move(op));
  }
  flush();
  sync::wait_strategy wait({.may_spin = engine_.may_spin(), .park_after_ns = INT64_MAX});
  for (std::uint32_t i = 0; i < engine_.lanes(); ++i) {
    while (!place_.ports[i]->closed.is_set()) {
      if (engine_.polled_by_callers()) {
        engine_.help(i);
      } else {
        static_cast<void>(wait.idle(base::monotonic_ns()));
      }
    }
  }
  while (lane::operation* op = pop_reply()) drop_pins(*op);
  for (lane::operation* op = early_; op != nullptr; op = op->next) drop_pins(*op);
}

}  // namespace detail
}  // namespace v1
}  // namespace millrace
