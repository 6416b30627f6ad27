// Messages in C: batches are rebuilt on the stack, and nothing is allocated but the first handles
// of received messages. Called on the client's thread; releasing on any.
#include "api/attribute_encoding.hpp"
#include "api/c_abi.hpp"

namespace c_abi = millrace::c_abi;
using millrace::errc;

namespace {

/// Hands the statuses of a batch out (`to` may be null) and counts those that are ok.
template <class StatusOf>
std::int32_t spread(std::size_t count, std::int32_t* to, StatusOf&& status_of) noexcept {
  std::int32_t done = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const errc status = status_of(i);
    if (status == errc::ok) ++done;
    if (to != nullptr) to[i] = c_abi::code(status);
  }
  return done;
}

std::int32_t send(mr_client* client, mr_queue queue, const millrace::send_entry& entry,
                  mr_message_id* id) noexcept {
  return c_abi::guarded([&]() -> std::int32_t {
    const auto sent = client->core.send(c_abi::handle(queue), entry);
    if (!sent) return c_abi::code(sent.error());
    if (id != nullptr) std::memcpy(id->bytes, sent->bytes.data(), sizeof id->bytes);
    return MR_OK;
  });
}

mr_message to_c(const millrace::message_view& m) noexcept {
  mr_message out{};
  out.receive_count = m.receive_count;
  std::memcpy(out.id.bytes, m.id.bytes.data(), sizeof out.id.bytes);
  std::memcpy(out.receipt.bytes, m.receipt.bytes.data(), sizeof out.receipt.bytes);
  out.body = c_abi::bytes(m.body);
  out.attributes = c_abi::bytes(m.attributes);
  out.system_attributes = c_abi::bytes(m.system_attributes);
  out.body_digest = m.body_digest == nullptr ? nullptr : m.body_digest->data();
  out.sent_at_ms = m.sent_at_ms;
  out.first_received_at_ms = m.first_received_at_ms;
  out.dead_letter_source = c_abi::bytes(m.dead_letter_source);
  out.message_group_id = c_abi::bytes(m.message_group_id);
  out.message_deduplication_id = c_abi::bytes(m.message_deduplication_id);
  out.sequence = m.sequence;
  return out;
}

}  // namespace

std::int32_t mr_send(mr_client* client, mr_queue queue, const void* body, std::size_t size,
                     mr_message_id* id) noexcept {
  if (client == nullptr || (body == nullptr && size != 0)) return MR_INVALID_ARGUMENT;
  millrace::send_entry entry;
  entry.body = {static_cast<const std::byte*>(body), size};
  return send(client, queue, entry, id);
}

std::int32_t mr_send_message(mr_client* client, mr_queue queue, const mr_send_entry* entry,
                             mr_message_id* id) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  const c_abi::send_batch one(entry, 1);
  return one.status != MR_OK ? one.status : send(client, queue, one.entries[0], id);
}

std::int32_t mr_send_batch(mr_client* client, mr_queue queue, const mr_send_entry* entries,
                           std::size_t count, std::int32_t* statuses, mr_message_id* ids) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  const c_abi::send_batch wanted(entries, count);
  if (wanted.status != MR_OK) return wanted.status;
  return c_abi::guarded([&]() -> std::int32_t {
    millrace::send_result results[MR_BATCH_ENTRIES_MAX];
    const auto sent = client->core.send_batch(c_abi::handle(queue), wanted.span(), results);
    if (!sent) return c_abi::code(sent.error());
    for (std::size_t i = 0; ids != nullptr && i < count; ++i) {
      std::memcpy(ids[i].bytes, results[i].id.bytes.data(), sizeof ids[i].bytes);
    }
    return spread(count, statuses, [&](std::size_t i) { return results[i].status; });
  });
}

std::int32_t mr_send_batch_results(mr_client* client, mr_queue queue, const mr_send_entry* entries,
                                   std::size_t count, mr_send_result* results) noexcept {
  if (client == nullptr || results == nullptr) return MR_INVALID_ARGUMENT;
  const std::uint32_t stride = results->struct_size;
  if (!c_abi::right_size<mr_send_result>(stride)) return MR_INVALID_ARGUMENT;
  const c_abi::send_batch wanted(entries, count);
  if (wanted.status != MR_OK) return wanted.status;
  return c_abi::guarded([&]() -> std::int32_t {
    millrace::send_result sent[MR_BATCH_ENTRIES_MAX];
    const auto done = client->core.send_batch(c_abi::handle(queue), wanted.span(), sent);
    if (!done) return c_abi::code(done.error());
    char* at = reinterpret_cast<char*>(results);
    return spread(count, nullptr, [&](std::size_t i) {
      mr_send_result one{};
      one.status = c_abi::code(sent[i].status);
      std::memcpy(one.id.bytes, sent[i].id.bytes.data(), sizeof one.id.bytes);
      one.sequence = sent[i].sequence;
      std::memcpy(at, &stride, sizeof stride);
      static_cast<void>(c_abi::write_struct(one, at));
      at += stride;
      return sent[i].status;
    });
  });
}

void mr_message_id_text(const mr_message_id* id, char* out) noexcept {
  if (id == nullptr || out == nullptr) return;
  millrace::message_id copy;
  std::memcpy(copy.bytes.data(), id->bytes, sizeof id->bytes);
  copy.to_text(out);
  out[MR_MESSAGE_ID_TEXT] = '\0';
}

std::int32_t mr_receive(mr_client* client, mr_queue queue, const mr_receive_options* options,
                        mr_received** received) noexcept {
  if (received == nullptr) return MR_INVALID_ARGUMENT;
  *received = nullptr;
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  millrace::receive_options wanted;
  if (const auto e = c_abi::read(options, wanted); e != MR_OK) return e;
  // First the handle, so that messages are not received in vain.
  mr_received* const made = client->home->take_handle();
  if (made == nullptr) return MR_SYSTEM;
  const std::int32_t count = c_abi::guarded([&]() -> std::int32_t {
    auto got = client->core.receive(c_abi::handle(queue), wanted);
    if (!got) return c_abi::code(got.error());
    made->held = std::move(*got);
    return static_cast<std::int32_t>(made->held.size());
  });
  if (count > 0) {
    *received = made;
  } else {
    mr_received_release(made);
  }
  return count;
}

std::int32_t mr_received_count(const mr_received* received) noexcept {
  return received == nullptr ? 0 : static_cast<std::int32_t>(received->held.size());
}

std::int32_t mr_received_message(const mr_received* received, std::size_t index,
                                 mr_message* message) noexcept {
  if (received == nullptr || index >= received->held.size()) return MR_INVALID_ARGUMENT;
  return c_abi::write_struct(to_c(received->held[index]), message);
}

void mr_received_release(mr_received* received) noexcept {
  if (received == nullptr) return;
  received->held = {};
  if (received->place == nullptr) return;
  received->home->messages.give_back(static_cast<mr_engine::pool::node*>(received->place));
}

std::int32_t mr_delete(mr_client* client, mr_queue queue, const mr_receipt* receipt) noexcept {
  std::int32_t status = MR_OK;
  const std::int32_t done = mr_delete_batch(client, queue, receipt, 1, &status);
  return done < 0 ? done : status;
}

std::int32_t mr_delete_batch(mr_client* client, mr_queue queue, const mr_receipt* receipts,
                             std::size_t count, std::int32_t* statuses) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  const c_abi::receipt_batch wanted(receipts, count);
  if (wanted.status != MR_OK) return wanted.status;
  return c_abi::guarded([&]() -> std::int32_t {
    errc results[MR_BATCH_ENTRIES_MAX];
    const auto done = client->core.delete_batch(c_abi::handle(queue), wanted.span(), results);
    if (!done) return c_abi::code(done.error());
    return spread(count, statuses, [&](std::size_t i) { return results[i]; });
  });
}

std::int32_t mr_change_visibility(mr_client* client, mr_queue queue, const mr_receipt* receipt,
                                  std::int32_t visibility_timeout) noexcept {
  if (receipt == nullptr) return MR_INVALID_ARGUMENT;
  const mr_visibility_entry entry{sizeof(mr_visibility_entry), visibility_timeout, *receipt};
  std::int32_t status = MR_OK;
  const std::int32_t done = mr_change_visibility_batch(client, queue, &entry, 1, &status);
  return done < 0 ? done : status;
}

std::int32_t mr_change_visibility_batch(mr_client* client, mr_queue queue,
                                        const mr_visibility_entry* entries, std::size_t count,
                                        std::int32_t* statuses) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  const c_abi::visibility_batch wanted(entries, count);
  if (wanted.status != MR_OK) return wanted.status;
  return c_abi::guarded([&]() -> std::int32_t {
    errc results[MR_BATCH_ENTRIES_MAX];
    const auto done =
        client->core.change_visibility_batch(c_abi::handle(queue), wanted.span(), results);
    if (!done) return c_abi::code(done.error());
    return spread(count, statuses, [&](std::size_t i) { return results[i]; });
  });
}

std::int32_t mr_attribute_encode(const mr_attribute* attribute, void* out,
                                 std::size_t capacity) noexcept {
  mr_attribute a;
  if (const auto e = c_abi::read_struct(attribute, a); e != MR_OK) return e;
  const millrace::message_attribute encoded{millrace::as_text(c_abi::bytes(a.name)),
                                            millrace::as_text(c_abi::bytes(a.data_type)),
                                            c_abi::bytes(a.value)};
  const std::size_t bytes = millrace::detail::encoded_bytes(encoded);
  if (bytes == 0 || bytes > INT32_MAX) return MR_INVALID_MESSAGE_ATTRIBUTES;
  if (out != nullptr && capacity >= bytes) {
    millrace::detail::encode(encoded, static_cast<std::byte*>(out));
  }
  return static_cast<std::int32_t>(bytes);
}

std::int32_t mr_attribute_next(mr_bytes* encoded, mr_attribute* attribute) noexcept {
  if (encoded == nullptr || attribute == nullptr) return MR_INVALID_ARGUMENT;
  const millrace::bytes_view left = c_abi::bytes(*encoded);
  if (left.empty()) return 0;
  millrace::attribute_reader reader(left);
  millrace::message_attribute a;
  if (!reader.next(a)) return MR_INVALID_MESSAGE_ATTRIBUTES;
  const auto e =
      c_abi::write_struct<mr_attribute>({sizeof(mr_attribute), 0, c_abi::bytes(a.name),
                                         c_abi::bytes(a.data_type), c_abi::bytes(a.value)},
                                        attribute);
  if (e != MR_OK) return e;
  *encoded = c_abi::bytes(left.subspan(millrace::detail::encoded_bytes(a)));
  return 1;
}
