// How a lane's reply becomes what a program sees: completions, message views, and who holds bodies.
#include <cstring>

#include "api/client_core.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {

void client_core::view(const queue::delivery& d, message_view& out) noexcept {
  const bytes_view bytes = d.body.bytes();
  const auto* head = reinterpret_cast<const queue::envelope*>(bytes.data());
  bytes_view rest = bytes.subspan(sizeof(queue::envelope));
  const std::size_t fifo_bytes = queue::fifo_bytes_of(*head);
  if (fifo_bytes != 0) {
    const std::string_view texts =
        as_text(rest.first(fifo_bytes)).substr(2 * sizeof(queue::fifo_key));
    // In a standard queue AWS was seen to show no group of a FIFO topic's message.
    const bool hidden = d.order == 0 && (head->deduplication_from & queue::of_fifo_topic) != 0;
    out.message_group_id = hidden ? "" : texts.substr(0, head->group_bytes);
    // As a dead letter it has its message id for one.
    const bool replaced = d.dead_letter_source != nullptr || d.order == 0;
    out.message_deduplication_id = replaced ? "" : texts.substr(head->group_bytes);
    rest = rest.subspan(fifo_bytes);
  } else {
    out.message_group_id = out.message_deduplication_id = {};
  }
  out.sequence = d.order;
  out.id = d.id;
  out.receipt = d.receipt;
  out.attributes = rest.first(head->attributes_bytes);
  rest = rest.subspan(head->attributes_bytes);
  out.system_attributes = rest.first(head->system_bytes);
  out.body = rest.subspan(head->system_bytes, head->body_bytes);
  out.body_digest = head->has_digest != 0 ? &head->body_digest : nullptr;
  out.sent_at_ms = d.sent_at_ms;
  out.first_received_at_ms = d.first_received_at_ms;
  out.receive_count = d.receive_count;
  out.dead_letter_source =
      d.dead_letter_source == nullptr ? std::string_view() : *d.dead_letter_source;
}

void client_core::show(lane::operation& op, completion& out) noexcept {
  out.token = op.token;
  out.kind = op.kind;
  out.status = op.status;
  if (op.status != errc::ok) return;
  switch (op.kind) {
    case operation_kind::send:
      for (std::size_t i = 0; i < op.count; ++i) sent_[i] = op.slot.sends[i].result;
      out.sent = {sent_, op.count};
      return;
    case operation_kind::receive:
      for (std::size_t i = 0; i < op.count; ++i) view(op.slot.deliveries[i], messages_[i]);
      out.messages = {messages_, op.count};
      return;
    case operation_kind::delete_message:
    case operation_kind::change_visibility:
      for (std::size_t i = 0; i < op.count; ++i) entries_[i] = op.slot.receipts[i].status;
      out.entries = {entries_, op.count};
      return;
    case operation_kind::create_queue: out.queue = op.more->handle; return;
    case operation_kind::get_queue:
      out.queue = op.more->description.handle;
      out.description = &op.more->description;
      return;
    case operation_kind::list_queues:
    case operation_kind::list_dead_letter_source_queues: out.names = op.more->names; return;
    case operation_kind::start_message_move:
    case operation_kind::cancel_message_move:
    case operation_kind::list_message_moves: out.moves = op.more->moves; return;
    case operation_kind::statistics: out.statistics = &op.more->statistics; return;
    case operation_kind::list_streams: out.names = op.more->names; return;
    case operation_kind::put_records:
      out.put = op.stream->results;
      out.stream = &op.stream->reply;
      return;
    case operation_kind::read_records:
      view(*op.stream);
      out.records = op.stream->views;
      out.read = &op.stream->batch.summary;
      return;
    case operation_kind::list_topics: out.names = op.more->names; return;
    case operation_kind::publish: out.published = {op.topic->results.data(), op.count}; return;
    default:
      if (op.topic != nullptr) out.topic = &op.topic->reply;
      if (op.stream != nullptr) out.stream = &op.stream->reply;
      return;
  }
}

/// Gives up the bodies that an operation still holds: received ones, and those of refused sends.
void client_core::drop_pins(lane::operation& op) noexcept {
  if (op.kind == operation_kind::receive) {
    for (std::size_t i = 0; i < op.count; ++i) {
      if (op.slot.deliveries[i].body) sync::release(op.slot.deliveries[i].body.home);
    }
    op.count = 0;
  } else if (op.kind == operation_kind::send) {
    for (std::size_t i = 0; i < op.count; ++i) {
      sync::body_ref& body = op.slot.sends[i].body;
      if (!body) continue;
      sync::release(body.home);
      body = {};
    }
    op.count = 0;
  } else if (op.stream != nullptr) {
    op.stream->drop_pins();
  } else if (op.topic != nullptr) {
    op.topic->drop_pins();
  }
}

received client_core::to_received(lane::operation& op) noexcept {
  received out;
  for (std::size_t i = 0; i < op.count; ++i) {
    view(op.slot.deliveries[i], out.messages_[i]);
    out.pins_[i] = op.slot.deliveries[i].body.home;
  }
  out.size_ = op.count;
  op.count = 0;
  return out;
}

received client_core::take_messages() noexcept {
  const bool any = shown_ != nullptr && shown_->kind == operation_kind::receive;
  return any ? to_received(*shown_) : received();
}

}  // namespace detail

received::received(received&& other) noexcept { *this = std::move(other); }

received& received::operator=(received&& other) noexcept {
  if (this == &other) return *this;
  for (std::size_t i = 0; i < size_; ++i) sync::release(static_cast<sync::block*>(pins_[i]));
  size_ = std::exchange(other.size_, 0);
  for (std::size_t i = 0; i < size_; ++i) {
    messages_[i] = other.messages_[i];
    pins_[i] = other.pins_[i];
  }
  return *this;
}

received::~received() {
  for (std::size_t i = 0; i < size_; ++i) sync::release(static_cast<sync::block*>(pins_[i]));
}

}  // namespace v1
}  // namespace millrace
