// Calls that do not wait, in C: submitting, and what a poll shows. What a completion points to is
// kept in places of the client that later polls use again. Called on the client's thread.
#include "api/c_abi.hpp"

namespace c_abi = millrace::c_abi;
using c_abi::shown;
using c_abi::submit;
using millrace::operation_kind;

namespace {

constexpr bool same(mr_operation_kind c, operation_kind cpp) {
  return static_cast<int>(c) == static_cast<int>(cpp);
}
static_assert(same(MR_OPERATION_SEND, operation_kind::send));
static_assert(same(MR_OPERATION_RECEIVE, operation_kind::receive));
static_assert(same(MR_OPERATION_DELETE_MESSAGE, operation_kind::delete_message));
static_assert(same(MR_OPERATION_CHANGE_VISIBILITY, operation_kind::change_visibility));
static_assert(same(MR_OPERATION_CREATE_QUEUE, operation_kind::create_queue));
static_assert(same(MR_OPERATION_SET_QUEUE_ATTRIBUTES, operation_kind::set_queue_attributes));
static_assert(same(MR_OPERATION_DELETE_QUEUE, operation_kind::delete_queue));
static_assert(same(MR_OPERATION_PURGE_QUEUE, operation_kind::purge_queue));
static_assert(same(MR_OPERATION_GET_QUEUE, operation_kind::get_queue));
static_assert(same(MR_OPERATION_LIST_QUEUES, operation_kind::list_queues));
static_assert(same(MR_OPERATION_LIST_DEAD_LETTER_SOURCE_QUEUES,
                   operation_kind::list_dead_letter_source_queues));
static_assert(same(MR_OPERATION_RELEASE_WAITERS, operation_kind::release_waiters));
static_assert(same(MR_OPERATION_STATISTICS, operation_kind::statistics));
static_assert(same(MR_OPERATION_START_MESSAGE_MOVE, operation_kind::start_message_move));
static_assert(same(MR_OPERATION_CANCEL_MESSAGE_MOVE, operation_kind::cancel_message_move));
static_assert(same(MR_OPERATION_LIST_MESSAGE_MOVES, operation_kind::list_message_moves));

/// Answers about queues are made on the heap, once a call; may throw.
void keep_answer(const millrace::completion& from, shown& place, mr_completion& to) {
  const bool moves = from.kind == operation_kind::start_message_move ||
                     from.kind == operation_kind::cancel_message_move ||
                     from.kind == operation_kind::list_message_moves;
  if (from.description == nullptr && from.statistics == nullptr && !moves &&
      from.kind != operation_kind::list_queues &&
      from.kind != operation_kind::list_dead_letter_source_queues) {
    return;
  }
  place.answer = std::make_unique<mr_answer>();
  mr_answer& answer = *place.answer;
  if (from.description != nullptr) {
    answer.describe(*from.description);
  } else if (from.statistics != nullptr) {
    answer.has = mr_answer::content::statistics;
    answer.statistics = *from.statistics;
  } else if (moves) {
    answer.has = mr_answer::content::moves;
    answer.moves.assign(from.moves.begin(), from.moves.end());
    to.count = static_cast<std::uint32_t>(answer.moves.size());
  } else {
    answer.has = mr_answer::content::names;
    answer.names.assign(from.names.begin(), from.names.end());
    to.count = static_cast<std::uint32_t>(answer.names.size());
  }
  to.answer = &answer;
}

mr_completion keep(millrace::client& client, const millrace::completion& from,
                   shown& place) noexcept {
  mr_completion to{};
  to.status = c_abi::code(from.status);
  to.token = from.token;
  to.kind = static_cast<std::uint32_t>(from.kind);
  if (from.status != millrace::errc::ok) return to;
  to.queue = from.queue.id;
  for (const millrace::send_result& sent : from.sent) {
    std::memcpy(place.ids[to.count].bytes, sent.id.bytes.data(), sizeof(mr_message_id));
    place.sequences[to.count] = sent.sequence;
    place.statuses[to.count++] = c_abi::code(sent.status);
  }
  for (const millrace::errc status : from.entries) {
    place.statuses[to.count++] = c_abi::code(status);
  }
  if (to.count != 0) to.statuses = place.statuses;
  if (!from.sent.empty()) {
    to.ids = place.ids;
    to.sequences = place.sequences;
  }
  if (!from.messages.empty()) {
    to.count = static_cast<std::uint32_t>(from.messages.size());
    place.messages.held = client.take_messages();
    to.received = &place.messages;
  }
  const std::int32_t kept = c_abi::guarded([&]() -> std::int32_t {
    keep_answer(from, place, to);
    return MR_OK;
  });
  if (kept != MR_OK) to.status = kept;
  return to;
}

/// May throw, before anything was polled.
void make_places(mr_client& client, std::size_t count) {
  while (client.completions.size() < count) {
    auto place = std::make_unique<shown>();
    place->messages.home = client.home;
    client.completions.push_back(std::move(place));
  }
}

template <class Call>
std::int32_t submit_to(mr_client* client, std::uint32_t lane, Call&& call) noexcept {
  if (client == nullptr || !client->home->has_lane(lane)) return MR_INVALID_ARGUMENT;
  return submit(client, call);
}

template <class Call>
std::int32_t submit_attributes(mr_client* client, const mr_queue_attributes* from,
                               Call&& call) noexcept {
  return c_abi::guarded([&]() -> std::int32_t {
    millrace::queue_attributes attributes;
    std::uint32_t given = 0;
    if (const auto e = c_abi::read(from, attributes, given); e != MR_OK) return e;
    return submit(client, [&](millrace::client& core) { return call(core, attributes, given); });
  });
}

}  // namespace

void mr_client::release_shown() noexcept {
  for (std::size_t i = 0; i < shown_count; ++i) {
    completions[i]->messages.held = {};
    completions[i]->answer.reset();
  }
  shown_count = 0;
}

std::int32_t mr_client_poll(mr_client* client, mr_completion* completions,
                            std::size_t capacity) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  client->release_shown();
  if (capacity == 0) {
    client->core.flush();
    return 0;
  }
  if (completions == nullptr) return MR_INVALID_ARGUMENT;
  const std::uint32_t stride = completions->struct_size;
  if (!c_abi::right_size<mr_completion>(stride)) return MR_INVALID_ARGUMENT;
  const std::size_t most = std::min<std::size_t>(capacity, MR_POLL_MAX);
  return c_abi::guarded([&]() -> std::int32_t {
    make_places(*client, most);
    char* at = reinterpret_cast<char*>(completions);
    const auto show = [&](const millrace::completion& from) {
      const mr_completion kept =
          keep(client->core, from, *client->completions[client->shown_count++]);
      std::memcpy(at, &stride, sizeof stride);
      c_abi::write_struct(kept, at);
      at += stride;
    };
    return static_cast<std::int32_t>(client->core.poll(show, most));
  });
}

std::int32_t mr_client_release_completions(mr_client* client) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  client->release_shown();
  return MR_OK;
}

mr_received* mr_received_take(mr_received* received) noexcept {
  if (received == nullptr || received->place != nullptr || received->held.empty()) return nullptr;
  mr_received* const taken = received->home->take_handle();
  if (taken != nullptr) taken->held = std::move(received->held);
  return taken;
}

std::int32_t mr_client_flush(mr_client* client) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  client->core.flush();
  return MR_OK;
}

std::int32_t mr_client_outstanding(const mr_client* client) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return static_cast<std::int32_t>(client->core.outstanding());
}

std::int32_t mr_client_prepare_to_sleep(mr_client* client) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return client->core.prepare_to_sleep() ? 1 : 0;
}

std::int32_t mr_client_end_sleep(mr_client* client) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  client->core.end_sleep();
  return MR_OK;
}

std::int32_t mr_submit_send(mr_client* client, mr_queue queue, const mr_send_entry* entries,
                            std::size_t count, std::uint64_t token) noexcept {
  const c_abi::send_batch wanted(entries, count);
  if (wanted.status != MR_OK) return wanted.status;
  return submit(client, [&](millrace::client& core) {
    return core.submit_send(c_abi::handle(queue), wanted.span(), token);
  });
}

std::int32_t mr_submit_receive(mr_client* client, mr_queue queue, const mr_receive_options* options,
                               std::uint64_t token) noexcept {
  millrace::receive_options wanted;
  if (const auto e = c_abi::read(options, wanted); e != MR_OK) return e;
  return submit(client, [&](millrace::client& core) {
    return core.submit_receive(c_abi::handle(queue), wanted, token);
  });
}

std::int32_t mr_submit_delete(mr_client* client, mr_queue queue, const mr_receipt* receipts,
                              std::size_t count, std::uint64_t token) noexcept {
  const c_abi::receipt_batch wanted(receipts, count);
  if (wanted.status != MR_OK) return wanted.status;
  return submit(client, [&](millrace::client& core) {
    return core.submit_delete(c_abi::handle(queue), wanted.span(), token);
  });
}

std::int32_t mr_submit_change_visibility(mr_client* client, mr_queue queue,
                                         const mr_visibility_entry* entries, std::size_t count,
                                         std::uint64_t token) noexcept {
  const c_abi::visibility_batch wanted(entries, count);
  if (wanted.status != MR_OK) return wanted.status;
  return submit(client, [&](millrace::client& core) {
    return core.submit_change_visibility(c_abi::handle(queue), wanted.span(), token);
  });
}

std::int32_t mr_submit_create_queue(mr_client* client, const char* name,
                                    const mr_queue_attributes* attributes,
                                    std::uint64_t token) noexcept {
  if (name == nullptr) return MR_INVALID_ARGUMENT;
  return submit_attributes(client, attributes,
                           [&](millrace::client& core, const auto& wanted, std::uint32_t given) {
                             return core.submit_create_queue(name, wanted, given, token);
                           });
}

std::int32_t mr_submit_set_queue_attributes(mr_client* client, mr_queue queue,
                                            const mr_queue_attributes* attributes,
                                            std::uint64_t token) noexcept {
  if (attributes == nullptr) return MR_INVALID_ARGUMENT;
  return submit_attributes(
      client, attributes, [&](millrace::client& core, const auto& wanted, std::uint32_t given) {
        return core.submit_set_queue_attributes(c_abi::handle(queue), wanted, given, token);
      });
}

std::int32_t mr_submit_describe_queue(mr_client* client, mr_queue queue,
                                      std::uint64_t token) noexcept {
  return submit(client, [&](millrace::client& core) {
    return core.submit_describe_queue(c_abi::handle(queue), token);
  });
}

std::int32_t mr_submit_delete_queue(mr_client* client, mr_queue queue,
                                    std::uint64_t token) noexcept {
  return submit(client, [&](millrace::client& core) {
    return core.submit_delete_queue(c_abi::handle(queue), token);
  });
}

std::int32_t mr_submit_purge_queue(mr_client* client, mr_queue queue,
                                   std::uint64_t token) noexcept {
  return submit(client, [&](millrace::client& core) {
    return core.submit_purge_queue(c_abi::handle(queue), token);
  });
}

std::int32_t mr_submit_list_queues(mr_client* client, std::uint32_t lane, const char* prefix,
                                   const char* after, std::size_t max,
                                   std::uint64_t token) noexcept {
  return submit_to(client, lane, [&](millrace::client& core) {
    return core.submit_list_queues(lane, c_abi::text(prefix), c_abi::text(after),
                                   max == 0 ? c_abi::names_max_if_zero : max, token);
  });
}

std::int32_t mr_submit_list_sources(mr_client* client, std::uint32_t lane, const char* target,
                                    std::uint64_t token) noexcept {
  if (target == nullptr) return MR_INVALID_ARGUMENT;
  return submit_to(client, lane, [&](millrace::client& core) {
    return core.submit_list_sources(lane, target, token);
  });
}

std::int32_t mr_submit_statistics(mr_client* client, std::uint32_t lane,
                                  std::uint64_t token) noexcept {
  return submit_to(client, lane,
                   [&](millrace::client& core) { return core.submit_statistics(lane, token); });
}

std::int32_t mr_submit_release_waiters(mr_client* client, std::uint32_t lane,
                                       std::uint64_t token) noexcept {
  return submit_to(client, lane, [&](millrace::client& core) {
    return core.submit_release_waiters(lane, token);
  });
}

std::int32_t mr_submit_cancel(mr_client* client, std::uint64_t receive_token) noexcept {
  return submit(client, [&](millrace::client& core) { return core.submit_cancel(receive_token); });
}
