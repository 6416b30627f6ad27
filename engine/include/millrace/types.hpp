// The small values that requests and replies are made of. All are plain data, free to copy and
// to share between threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/export.hpp>
#include <span>
#include <string>
#include <string_view>

namespace millrace {
inline namespace v1 {

using bytes_view = std::span<const std::byte>;

/// What an acknowledged message survives. Each includes the ones before it.
enum class durability : std::uint8_t {
  memory = 0,      ///< nothing: it is gone when the engine closes
  os = 1,          ///< the end of the process: the operating system has it
  disk = 2,        ///< a power cut: it was synced to the disk before it was acknowledged
  replicated = 3,  ///< the loss of the machine; not part of this version
};

/// The bytes of a text, without copying.
inline bytes_view as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
/// Bytes as text, without copying or checking.
inline std::string_view as_text(bytes_view bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// 16 bytes, shown as a UUID (random, version 4). Kept when a message moves to a dead-letter queue.
struct MR_EXPORT message_id {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const message_id&, const message_id&) = default;
  /// Writes the 36 characters of the UUID; no terminator.
  void to_text(char* out) const noexcept;
};

/// An MD5 of a body, opaque to the engine: made by whoever sends, handed to whoever receives.
using digest = std::array<std::uint8_t, 16>;

/// Names one receive of one message: new at each receive, and genuine only if this engine (or its
/// data directory) made it. Opaque; any 32 bytes may be passed and are checked.
struct receipt_handle {
  std::array<std::uint8_t, 32> bytes{};
  friend bool operator==(const receipt_handle&, const receipt_handle&) = default;
};

/// A queue of one engine. Stays valid until that queue is deleted; a later queue of the same name
/// has another value. A default one names no queue.
struct queue_handle {
  std::uint64_t id = 0;
  friend bool operator==(const queue_handle&, const queue_handle&) = default;
};

/// How a request names its queue: by handle (quickest) or by name (up to 80 characters).
struct queue_name_or_handle {
  std::string_view name;
  queue_handle handle;
  queue_name_or_handle() = default;
  queue_name_or_handle(queue_handle by) noexcept : handle(by) {}      // NOLINT: implicit
  queue_name_or_handle(std::string_view by) noexcept : name(by) {}    // NOLINT: implicit
  queue_name_or_handle(const std::string& by) noexcept : name(by) {}  // NOLINT: implicit
  queue_name_or_handle(const char* by) noexcept : name(by) {}         // NOLINT: implicit
};

}  // namespace v1
}  // namespace millrace
