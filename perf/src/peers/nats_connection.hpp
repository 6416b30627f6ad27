// Just enough of the NATS client protocol: the handshake, messages, and calls of JetStream's API.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace::perf::nats {

inline constexpr std::string_view stream = "LOAD";
inline constexpr std::string_view subject = "load";

/// From a new connection until it may be used. Throws std::runtime_error.
void open(int socket);

[[nodiscard]] std::string subscribe(std::string_view to, std::string_view sid);
[[nodiscard]] std::string publish(std::string_view to, std::string_view reply,
                                  std::string_view payload);

/// Calls JetStream: $JS.API.<what>. Throws std::runtime_error with its words when it refuses.
void call(int socket, std::string_view what, std::string_view json);
/// A stream of its own name and subject.
void create_stream(int socket, bool in_files);

struct received {
  std::size_t bytes = 0;    ///< 0: not complete
  bool is_message = false;  ///< else a line of the protocol, to be passed over
  std::string_view sid{};
  std::string_view payload{};
};
/// Throws std::runtime_error for -ERR, and for a message that nobody was there to take.
[[nodiscard]] received read(std::string_view bytes);

/// Throws std::runtime_error when an answer of JetStream is a refusal.
void check_answer(std::string_view payload);

}  // namespace millrace::perf::nats
