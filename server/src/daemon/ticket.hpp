// ticket: the place of a request under way. Its address is the token of the engine operations that
// the request submits, so that it outlives a lost connection until their answers are here. A long
// poll that waits is *folded*: its call goes to others, and is made again from the request's bytes
// when the answer comes. Pooled by its worker.
#pragma once

#include <cstdint>
#include <memory>

#include "aws/call.hpp"
#include "daemon/exchange.hpp"

namespace millrace::daemon {

struct ticket {
  exchange from;
  const aws::handler* does = nullptr;
  std::unique_ptr<aws::call> call;  ///< null: folded
  bool cancelled = false;           ///< the peer has gone: no reply
  bool paused = false;              ///< no operation is under way: what is unsent must go first
  aws::wire wire = aws::wire::json_1_0;
  std::uint8_t service = 0;     ///< place in services()
  std::uint16_t operation = 0;  ///< place in the service's model
  char request_id[36];
  std::unique_ptr<aws::stream_state> state;  ///< of a folded call

  // In the worker's waiting_polls, or null and 0.
  ticket* older = nullptr;
  ticket* newer = nullptr;
  std::uint64_t waits_since = 0;

  [[nodiscard]] std::uint64_t token() const noexcept {
    return reinterpret_cast<std::uintptr_t>(this);
  }
  static ticket& of(std::uint64_t token) noexcept {
    return *reinterpret_cast<ticket*>(token);  // NOLINT: we made the token
  }
  /// It may wait long: it is folded then, and cancelled if the peer goes.
  [[nodiscard]] bool is_poll() const noexcept { return does->reread != nullptr; }
};

}  // namespace millrace::daemon
