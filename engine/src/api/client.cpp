// The public client: each call fills an operation and either submits it or runs it.
#include <millrace/client.hpp>
#include <millrace/engine.hpp>

#include "api/client_calls.hpp"

namespace millrace {
inline namespace v1 {

using detail::client_core;
using lane::operation;

namespace {

/// Begins an operation and lets fill(op) -> errc complete it.
template <class Fill>
errc make(client_core& core, operation_kind kind, std::uint64_t token, Fill&& fill,
          operation*& out) noexcept {
  operation* op = core.begin(kind, token);
  if (op == nullptr) return errc::would_block;
  if (const errc e = fill(*op); e != errc::ok) {
    core.abandon(*op);
    return e;
  }
  out = op;
  return errc::ok;
}

/// The same, and hands it over.
template <class Fill>
errc start(client_core& core, operation_kind kind, std::uint64_t token, Fill&& fill,
           operation*& out) noexcept {
  if (const errc e = make(core, kind, token, fill, out); e != errc::ok) return e;
  const errc e = core.submit(*out);
  if (e != errc::ok) core.abandon(*out);
  return e;
}

template <class Fill>
result<void> submit(client_core& core, operation_kind kind, std::uint64_t token, Fill&& fill) {
  operation* op = nullptr;
  return start(core, kind, token, fill, op);
}

/// Runs an operation to its reply; use(op) -> errc takes the answer out before it is given back.
template <class Fill, class Use>
errc run(client_core& core, operation_kind kind, Fill&& fill, Use&& use) {
  operation* op = nullptr;
  if (const errc e = start(core, kind, 0, fill, op); e != errc::ok) return e;
  core.run(*op);
  errc e = op->status;
  if (e == errc::ok) e = use(*op);
  core.abandon(*op);
  return e;
}

lane::control& control_of(operation& op) {
  op.more = std::make_unique<lane::control>();
  return *op.more;
}

auto nothing = [](operation&) { return errc::ok; };

auto fill_create(std::string_view name, const queue_attributes& attributes, std::uint32_t given) {
  return [=, &attributes](operation& op) {
    if (const errc e = client_core::address(op, name); e != errc::ok) return e;
    lane::control& c = control_of(op);
    c.wanted = {std::string(name), attributes};
    c.given = given;
    return errc::ok;
  };
}

auto fill_attributes(const queue_name_or_handle& queue, const queue_attributes& attributes,
                     std::uint32_t given, std::optional<std::uint64_t> revision) {
  return [=, &attributes](operation& op) {
    lane::control& c = control_of(op);
    c.wanted.attributes = attributes;
    c.given = given;
    c.revision = revision;
    return client_core::address(op, queue);
  };
}

auto fill_address(const queue_name_or_handle& queue) {
  return [=](operation& op) { return client_core::address(op, queue); };
}

auto fill_describe(const queue_name_or_handle& queue) {
  return [=](operation& op) {
    control_of(op);
    return client_core::address(op, queue);
  };
}

auto fill_receive(client_core& core, const queue_name_or_handle& queue,
                  const receive_options& wanted) {
  return [=, &core](operation& op) {
    if (const errc e = core.fill_receive(op, wanted); e != errc::ok) return e;
    return client_core::address(op, queue);
  };
}

template <class Entries>
auto fill_receipts(const queue_name_or_handle& queue, Entries entries) {
  return [=](operation& op) {
    if (const errc e = client_core::address(op, queue); e != errc::ok) return e;
    return client_core::fill_receipts(op, entries);
  };
}

auto fill_send(client_core& core, const queue_name_or_handle& queue,
               std::span<const send_entry> entries) {
  return [=, &core](operation& op) {
    if (const errc e = client_core::address(op, queue); e != errc::ok) return e;
    return core.fill_send(op, entries);
  };
}

auto fill_start_move(const queue_name_or_handle& source, std::string_view target,
                     std::uint32_t messages_per_second) {
  return [=](operation& op) {
    lane::control& c = control_of(op);
    c.prefix = target;
    c.move.messages_per_second = messages_per_second;
    return client_core::address(op, source);
  };
}

auto fill_cancel_move(const queue_name_or_handle& source, const message_id& task) {
  return [=](operation& op) {
    control_of(op).move_id = task;
    return client_core::address(op, source);
  };
}

/// The one move that an answer is about.
auto take_move(message_move& out) {
  return [&out](operation& op) {
    out = std::move(op.more->moves.front());
    return errc::ok;
  };
}

/// Operations that name a lane, not a queue.
template <class Fill>
result<void> submit_to(client_core& core, std::uint32_t lane, operation_kind kind,
                       std::uint64_t token, Fill&& fill) {
  if (lane >= core.lanes()) return errc::invalid_option;
  operation* op = core.begin(kind, token);
  if (op == nullptr) return errc::would_block;
  fill(control_of(*op));
  const errc e = core.submit(*op, lane);
  if (e != errc::ok) core.abandon(*op);
  return e;
}

auto copy_entries(std::span<errc> results) {
  return [=](operation& op) {
    for (std::size_t i = 0; i < op.count; ++i) results[i] = op.slot.receipts[i].status;
    return errc::ok;
  };
}

}  // namespace

client::client() noexcept = default;
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;
client::client(std::unique_ptr<client_core> core) noexcept : core_(std::move(core)) {}

prepared_send::prepared_send(prepared_send&& other) noexcept
    : core_(other.core_), operation_(std::exchange(other.operation_, nullptr)) {}

prepared_send& prepared_send::operator=(prepared_send&& other) noexcept {
  if (this == &other) return *this;
  drop();
  core_ = other.core_;
  operation_ = std::exchange(other.operation_, nullptr);
  return *this;
}

prepared_send::~prepared_send() { drop(); }

void prepared_send::drop() noexcept {
  if (operation_ != nullptr) core_->drop_prepared(*static_cast<operation*>(operation_));
  operation_ = nullptr;
}

result<client> engine::connect(const client_options& wanted) {
  detail::client_place* place = core_->claim_place(wanted);
  if (place == nullptr) return errc::too_many_clients;
  return client(std::make_unique<client_core>(*core_, *place));
}

result<queue_handle> client::create_queue(std::string_view name, const queue_attributes& attributes,
                                          std::uint32_t given) {
  queue_handle handle;
  const errc e = run(*core_, operation_kind::create_queue, fill_create(name, attributes, given),
                     [&](operation& op) {
                       handle = op.more->handle;
                       return errc::ok;
                     });
  if (e != errc::ok) return e;
  return handle;
}

result<queue_handle> client::find_queue(std::string_view name) {
  result<queue_description> found = describe_queue(name);
  if (!found) return found.error();
  return found->handle;
}

result<void> client::set_queue_attributes(queue_name_or_handle queue,
                                          const queue_attributes& attributes, std::uint32_t given,
                                          std::optional<std::uint64_t> only_if_revision) {
  return run(*core_, operation_kind::set_queue_attributes,
             fill_attributes(queue, attributes, given, only_if_revision), nothing);
}

result<queue_description> client::describe_queue(queue_name_or_handle queue) {
  queue_description out;
  const errc e = run(*core_, operation_kind::get_queue, fill_describe(queue), [&](operation& op) {
    out = std::move(op.more->description);
    return errc::ok;
  });
  if (e != errc::ok) return e;
  return out;
}

result<void> client::delete_queue(queue_name_or_handle queue) {
  return run(*core_, operation_kind::delete_queue, fill_address(queue), nothing);
}

result<void> client::purge_queue(queue_name_or_handle queue) {
  return run(*core_, operation_kind::purge_queue, fill_address(queue), nothing);
}

result<std::vector<std::string>> client::list_queues(std::string_view prefix,
                                                     std::string_view after, std::size_t max) {
  return detail::list_names(*core_, max, [&](std::uint32_t lane, errc& status) {
    operation* op = core_->begin(operation_kind::list_queues, 0);
    status = errc::would_block;
    if (op == nullptr) return op;
    lane::control& c = control_of(*op);
    c.prefix = prefix;
    c.after = after;
    c.max = max;
    status = core_->submit(*op, lane);
    if (status == errc::ok) return op;
    core_->abandon(*op);
    op = nullptr;
    return op;
  });
}

result<lane_statistics> client::statistics(std::uint32_t lane) {
  if (lane >= core_->lanes()) return errc::invalid_option;
  operation* op = core_->begin(operation_kind::statistics, 0);
  if (op == nullptr) return errc::would_block;
  control_of(*op);
  if (const errc e = core_->submit(*op, lane); e != errc::ok) {
    core_->abandon(*op);
    return e;
  }
  core_->run(*op);
  const errc status = op->status;
  const lane_statistics out = op->more->statistics;
  core_->abandon(*op);
  if (status != errc::ok) return status;
  return out;
}

result<message_id> client::send(queue_name_or_handle queue, std::string_view body) {
  send_entry entry;
  entry.body = as_bytes(body);
  return send(queue, entry);
}

result<message_id> client::send(queue_name_or_handle queue, const send_entry& entry) {
  send_result sent;
  const result<void> done = send_batch(queue, std::span(&entry, 1), std::span(&sent, 1));
  if (!done) return done.error();
  if (sent.status != errc::ok) return sent.status;
  return sent.id;
}

result<void> client::send_batch(queue_name_or_handle queue, std::span<const send_entry> entries,
                                std::span<send_result> results) {
  if (results.size() < entries.size()) return errc::invalid_option;
  return run(*core_, operation_kind::send, fill_send(*core_, queue, entries), [&](operation& op) {
    for (std::size_t i = 0; i < op.count; ++i) results[i] = op.slot.sends[i].result;
    return errc::ok;
  });
}

result<received> client::receive(queue_name_or_handle queue, const receive_options& wanted) {
  received out;
  const errc e =
      run(*core_, operation_kind::receive, fill_receive(*core_, queue, wanted), [&](operation& op) {
        out = core_->to_received(op);
        return errc::ok;
      });
  if (e != errc::ok) return e;
  return out;
}

result<void> client::delete_message(queue_name_or_handle queue, const receipt_handle& receipt) {
  errc status = errc::ok;
  const result<void> done = delete_batch(queue, std::span(&receipt, 1), std::span(&status, 1));
  return done ? result<void>(status) : done.error();
}

result<void> client::delete_batch(queue_name_or_handle queue,
                                  std::span<const receipt_handle> receipts,
                                  std::span<errc> results) {
  if (results.size() < receipts.size()) return errc::invalid_option;
  return run(*core_, operation_kind::delete_message, fill_receipts(queue, receipts),
             copy_entries(results));
}

result<void> client::change_visibility(queue_name_or_handle queue, const visibility_entry& entry) {
  errc status = errc::ok;
  const result<void> done =
      change_visibility_batch(queue, std::span(&entry, 1), std::span(&status, 1));
  return done ? result<void>(status) : done.error();
}

result<void> client::change_visibility_batch(queue_name_or_handle queue,
                                             std::span<const visibility_entry> entries,
                                             std::span<errc> results) {
  if (results.size() < entries.size()) return errc::invalid_option;
  return run(*core_, operation_kind::change_visibility, fill_receipts(queue, entries),
             copy_entries(results));
}

result<void> client::submit_send(queue_name_or_handle queue, std::span<const send_entry> entries,
                                 std::uint64_t token) {
  return submit(*core_, operation_kind::send, token, fill_send(*core_, queue, entries));
}

result<prepared_send> client::prepare_send(queue_name_or_handle queue,
                                           std::span<const send_entry> entries) {
  operation* op = nullptr;
  const errc e = make(*core_, operation_kind::send, 0, fill_send(*core_, queue, entries), op);
  if (e != errc::ok) return e;
  core_->set_aside();
  prepared_send ready;
  ready.core_ = core_.get();
  ready.operation_ = op;
  return ready;
}

result<void> client::submit_prepared(prepared_send& ready, std::uint64_t token) {
  if (!ready || ready.core_ != core_.get()) return errc::invalid_option;
  auto& op = *static_cast<operation*>(ready.operation_);
  op.token = token;
  if (const errc e = core_->submit_prepared(op); e != errc::ok) return e;
  ready.operation_ = nullptr;
  return {};
}

result<void> client::submit_receive(queue_name_or_handle queue, const receive_options& wanted,
                                    std::uint64_t token) {
  return submit(*core_, operation_kind::receive, token, fill_receive(*core_, queue, wanted));
}

result<void> client::submit_delete(queue_name_or_handle queue,
                                   std::span<const receipt_handle> receipts, std::uint64_t token) {
  return submit(*core_, operation_kind::delete_message, token, fill_receipts(queue, receipts));
}

result<void> client::submit_change_visibility(queue_name_or_handle queue,
                                              std::span<const visibility_entry> entries,
                                              std::uint64_t token) {
  return submit(*core_, operation_kind::change_visibility, token, fill_receipts(queue, entries));
}

result<message_move> client::start_message_move(queue_name_or_handle source,
                                                std::string_view target_queue,
                                                std::uint32_t messages_per_second) {
  message_move out;
  const errc e = run(*core_, operation_kind::start_message_move,
                     fill_start_move(source, target_queue, messages_per_second), take_move(out));
  if (e != errc::ok) return e;
  return out;
}

result<message_move> client::cancel_message_move(queue_name_or_handle source,
                                                 const message_id& task) {
  message_move out;
  const errc e = run(*core_, operation_kind::cancel_message_move, fill_cancel_move(source, task),
                     take_move(out));
  if (e != errc::ok) return e;
  return out;
}

result<std::vector<message_move>> client::list_message_moves(queue_name_or_handle source) {
  std::vector<message_move> out;
  const errc e =
      run(*core_, operation_kind::list_message_moves, fill_describe(source), [&](operation& op) {
        out = std::move(op.more->moves);
        return errc::ok;
      });
  if (e != errc::ok) return e;
  return out;
}

result<void> client::submit_start_message_move(queue_name_or_handle source,
                                               std::string_view target_queue,
                                               std::uint32_t messages_per_second,
                                               std::uint64_t token) {
  return submit(*core_, operation_kind::start_message_move, token,
                fill_start_move(source, target_queue, messages_per_second));
}

result<void> client::submit_cancel_message_move(queue_name_or_handle source, const message_id& task,
                                                std::uint64_t token) {
  return submit(*core_, operation_kind::cancel_message_move, token, fill_cancel_move(source, task));
}

result<void> client::submit_list_message_moves(queue_name_or_handle source, std::uint64_t token) {
  return submit(*core_, operation_kind::list_message_moves, token, fill_describe(source));
}

result<void> client::submit_create_queue(std::string_view name, const queue_attributes& attributes,
                                         std::uint32_t given, std::uint64_t token) {
  return submit(*core_, operation_kind::create_queue, token, fill_create(name, attributes, given));
}

result<void> client::submit_set_queue_attributes(queue_name_or_handle queue,
                                                 const queue_attributes& attributes,
                                                 std::uint32_t given, std::uint64_t token,
                                                 std::optional<std::uint64_t> only_if_revision) {
  return submit(*core_, operation_kind::set_queue_attributes, token,
                fill_attributes(queue, attributes, given, only_if_revision));
}

result<void> client::submit_describe_queue(queue_name_or_handle queue, std::uint64_t token) {
  return submit(*core_, operation_kind::get_queue, token, fill_describe(queue));
}

result<void> client::submit_delete_queue(queue_name_or_handle queue, std::uint64_t token) {
  return submit(*core_, operation_kind::delete_queue, token, fill_address(queue));
}

result<void> client::submit_purge_queue(queue_name_or_handle queue, std::uint64_t token) {
  return submit(*core_, operation_kind::purge_queue, token, fill_address(queue));
}

result<void> client::submit_list_queues(std::uint32_t lane, std::string_view prefix,
                                        std::string_view after, std::size_t max,
                                        std::uint64_t token) {
  return submit_to(*core_, lane, operation_kind::list_queues, token, [&](lane::control& c) {
    c.prefix = prefix;
    c.after = after;
    c.max = max;
  });
}

result<void> client::submit_list_sources(std::uint32_t lane, std::string_view target,
                                         std::uint64_t token) {
  return submit_to(*core_, lane, operation_kind::list_dead_letter_source_queues, token,
                   [&](lane::control& c) { c.prefix = target; });
}

result<void> client::submit_statistics(std::uint32_t lane, std::uint64_t token) {
  return submit_to(*core_, lane, operation_kind::statistics, token, [](lane::control&) {});
}

result<void> client::submit_release_waiters(std::uint32_t lane, std::uint64_t token) {
  return submit_to(*core_, lane, operation_kind::release_waiters, token, [](lane::control&) {});
}

result<void> client::submit_cancel(std::uint64_t receive_token) {
  return core_->cancel(receive_token);
}

void client::flush() noexcept { core_->flush(); }

std::size_t client::poll_with(void (*handle)(void*, const completion&), void* context,
                              std::size_t max) {
  return core_->poll(handle, context, max);
}

received client::take_messages() noexcept { return core_->take_messages(); }

std::size_t client::outstanding() const noexcept { return core_->outstanding(); }

bool client::prepare_to_sleep() noexcept {
  core_->flush();
  return core_->prepare_to_sleep();
}

void client::end_sleep() noexcept { core_->end_sleep(); }

}  // namespace v1
}  // namespace millrace
