// Blocking sends and receives, as handshakes need them. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace millrace::perf {

/// Sends all bytes. Throws std::runtime_error.
void send_all(int socket, std::string_view bytes);

/// Reads until `complete`, given all that was received, is true; gives that. Throws
/// std::runtime_error when the connection ends.
[[nodiscard]] std::string receive_until(int socket,
                                        const std::function<bool(std::string_view)>& complete);

}  // namespace millrace::perf
