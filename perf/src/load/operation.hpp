// The operations that the load generator can ask a server for, and the workloads made of them: one
// table, from which options, help and reports take their names.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace millrace::perf {

enum class operation : std::uint8_t {
  noop,
  send,
  send_batch,
  receive,
  receive_batch,
  remove,
  remove_batch,
  post,
};
inline constexpr std::size_t operation_count = 8;

[[nodiscard]] constexpr std::string_view to_string(operation op) noexcept {
  constexpr std::array<std::string_view, operation_count> names = {
      "noop", "send", "send_batch", "receive", "receive_batch", "delete", "delete_batch", "post"};
  return names[static_cast<std::size_t>(op)];
}

/// A cycle of at most three operations that each connection repeats.
struct workload {
  std::string_view name;
  std::array<operation, 3> cycle;
  std::uint8_t length;
  bool fills_first;  ///< measured on a queue that was filled before
  std::string_view help;

  [[nodiscard]] std::span<const operation> operations() const noexcept {
    return {cycle.data(), length};
  }
  /// It is about a queue, which is made for it.
  [[nodiscard]] bool wants_queue() const noexcept {
    return cycle[0] != operation::noop && cycle[0] != operation::post;
  }
  /// Every message sent is also received: loss can be told.
  [[nodiscard]] bool is_closed() const noexcept { return length == 3; }
};

inline constexpr std::array workloads = {
    workload{"noop", {operation::noop}, 1, false, "GET of a path that does nothing"},
    workload{"post", {operation::post}, 1, false, "the request that is in the file --request"},
    workload{"send", {operation::send}, 1, false, "SendMessage"},
    workload{"send-batch", {operation::send_batch}, 1, false, "SendMessageBatch of 10"},
    workload{"receive", {operation::receive}, 1, true, "ReceiveMessage of 1, nothing deleted"},
    workload{"srd",
             {operation::send, operation::receive, operation::remove},
             3,
             false,
             "send, receive and delete one message"},
    workload{"srd-batch",
             {operation::send_batch, operation::receive_batch, operation::remove_batch},
             3,
             false,
             "send, receive and delete ten messages"},
    workload{"backlog",
             {operation::receive, operation::remove},
             2,
             true,
             "receive and delete one message of a filled queue"},
    workload{"backlog-batch",
             {operation::receive_batch, operation::remove_batch},
             2,
             true,
             "receive and delete ten messages of a filled queue"},
};

[[nodiscard]] constexpr const workload* find_workload(std::string_view name) noexcept {
  for (const workload& each : workloads) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

}  // namespace millrace::perf
