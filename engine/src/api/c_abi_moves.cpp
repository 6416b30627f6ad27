// Message moves in C. Called on the client's thread.
#include "api/c_abi.hpp"

namespace c_abi = millrace::c_abi;

namespace {

using millrace::move_status;

constexpr bool same(mr_move_status c, move_status cpp) {
  return static_cast<int>(c) == static_cast<int>(cpp);
}
static_assert(same(MR_MOVE_RUNNING, move_status::running));
static_assert(same(MR_MOVE_COMPLETED, move_status::completed));
static_assert(same(MR_MOVE_CANCELLED, move_status::cancelled));
static_assert(same(MR_MOVE_FAILED, move_status::failed));

mr_message_id to_c(const millrace::message_id& id) noexcept {
  mr_message_id out;
  std::memcpy(out.bytes, id.bytes.data(), sizeof out.bytes);
  return out;
}
millrace::message_id from_c(const mr_message_id& id) noexcept {
  millrace::message_id out;
  std::memcpy(out.bytes.data(), id.bytes, sizeof id.bytes);
  return out;
}

}  // namespace

std::int32_t mr_start_message_move(mr_client* client, mr_queue source, const char* target_queue,
                                   std::uint32_t messages_per_second,
                                   mr_message_id* task) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto started = client->core.start_message_move(
        c_abi::handle(source), c_abi::text(target_queue), messages_per_second);
    if (!started) return c_abi::code(started.error());
    if (task != nullptr) *task = to_c(started->id);
    return MR_OK;
  });
}

std::int32_t mr_cancel_message_move(mr_client* client, mr_queue source, const mr_message_id* task,
                                    std::uint64_t* moved) noexcept {
  if (client == nullptr || task == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto ended = client->core.cancel_message_move(c_abi::handle(source), from_c(*task));
    if (!ended) return c_abi::code(ended.error());
    if (moved != nullptr) *moved = ended->moved;
    return MR_OK;
  });
}

std::int32_t mr_list_message_moves(mr_client* client, mr_queue source,
                                   mr_answer** answer) noexcept {
  if (answer == nullptr) return MR_INVALID_ARGUMENT;
  *answer = nullptr;
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    auto listed = client->core.list_message_moves(c_abi::handle(source));
    if (!listed) return c_abi::code(listed.error());
    auto made = std::make_unique<mr_answer>();
    made->has = mr_answer::content::moves;
    made->moves = std::move(*listed);
    *answer = made.release();
    return static_cast<std::int32_t>((*answer)->moves.size());
  });
}

std::int32_t mr_answer_message_move(const mr_answer* answer, std::size_t index,
                                    mr_message_move* move) noexcept {
  if (answer == nullptr || index >= answer->moves.size()) return MR_INVALID_ARGUMENT;
  const millrace::message_move& m = answer->moves[index];
  return c_abi::write_struct<mr_message_move>({.struct_size = sizeof(mr_message_move),
                                               .status = static_cast<std::uint32_t>(m.status),
                                               .id = to_c(m.id),
                                               .target_queue = m.target_queue.c_str(),
                                               .messages_per_second = m.messages_per_second,
                                               .reserved = 0,
                                               .started_at_ms = m.started_at_ms,
                                               .to_move = m.to_move,
                                               .moved = m.moved,
                                               .failure_reason = m.failure_reason.c_str()},
                                              move);
}

std::int32_t mr_submit_start_message_move(mr_client* client, mr_queue source,
                                          const char* target_queue,
                                          std::uint32_t messages_per_second,
                                          std::uint64_t token) noexcept {
  return c_abi::submit(client, [&](millrace::client& core) {
    return core.submit_start_message_move(c_abi::handle(source), c_abi::text(target_queue),
                                          messages_per_second, token);
  });
}

std::int32_t mr_submit_cancel_message_move(mr_client* client, mr_queue source,
                                           const mr_message_id* task,
                                           std::uint64_t token) noexcept {
  if (task == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::submit(client, [&](millrace::client& core) {
    return core.submit_cancel_message_move(c_abi::handle(source), from_c(*task), token);
  });
}

std::int32_t mr_submit_list_message_moves(mr_client* client, mr_queue source,
                                          std::uint64_t token) noexcept {
  return c_abi::submit(client, [&](millrace::client& core) {
    return core.submit_list_message_moves(c_abi::handle(source), token);
  });
}
