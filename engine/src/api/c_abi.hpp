// What the C interface's opaque handles are, and how its sources speak with the C++ one: error
// codes, a wall against exceptions, and structs of callers that are older or newer than we are.
// Included by api/c_abi_*.cpp only.
#pragma once

#include <millrace/millrace.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <millrace/client.hpp>
#include <millrace/engine.hpp>
#include <millrace/extent_source.hpp>
#include <string>
#include <vector>

#include "sync/object_pool.hpp"
#include "sync/use_count.hpp"

/// Messages that a caller holds: a completion's, or of the engine's pool, to which they go back.
struct mr_received {
  millrace::received held;
  mr_engine* home = nullptr;
  void* place = nullptr;  ///< its node in the pool; null: a completion's
};

struct mr_answer {
  enum class content : std::uint8_t { nothing, names, description, statistics, moves };
  content has = content::nothing;
  std::vector<std::string> names;
  millrace::queue_description description;
  std::vector<mr_pair> stored;  ///< of the description, pointing into it
  millrace::lane_statistics statistics;
  std::vector<millrace::message_move> moves;

  void describe(const millrace::queue_description& from);
  [[nodiscard]] mr_queue_attributes attributes() const noexcept;
};

namespace millrace::c_abi {

/// The pool keeps this many handles of received messages for reuse; more come from the heap.
inline constexpr std::size_t received_kept_max = 4096;

/// Names that a list has if the caller does not say.
inline constexpr std::size_t names_max_if_zero = 1000;

/// Everything that one completion points to; used again by later polls.
struct shown {
  std::int32_t statuses[batch_entries_max];
  mr_message_id ids[batch_entries_max];
  std::uint64_t sequences[batch_entries_max];
  mr_received messages;
  std::unique_ptr<mr_answer> answer;
};

}  // namespace millrace::c_abi

struct mr_engine {
  using pool = millrace::sync::object_pool<mr_received>;

  mr_engine() : messages(millrace::c_abi::received_kept_max) {}

  millrace::engine core;
  millrace::extent_source extents;
  mr_extent_source given_extents{};
  mr_options given{};
  bool polled_by_callers = true;
  millrace::sync::use_count clients;
  millrace::sync::use_count records;  ///< mr_records that are not released
  pool messages;

  [[nodiscard]] bool has_lane(std::uint32_t lane) const noexcept { return lane < core.lanes(); }
  /// A handle without messages, or null: no memory.
  mr_received* take_handle() noexcept;
};

struct mr_client {
  mr_engine* home = nullptr;
  mr_client_options given{};
  millrace::client core;
  std::vector<std::unique_ptr<millrace::c_abi::shown>> completions;
  std::size_t shown_count = 0;  ///< of those, in use since the last poll

  void release_shown() noexcept;
};

namespace millrace::c_abi {

/// The C value of an errc: its number, negated.
constexpr std::int32_t code(errc e) noexcept { return -static_cast<std::int32_t>(e); }
inline std::int32_t code(const result<void>& r) noexcept { return code(r.error()); }

/// Runs what might throw (an allocation) and makes MR_SYSTEM of it.
template <class Body>
auto guarded(Body&& body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (...) {
    return static_cast<decltype(body())>(MR_SYSTEM);
  }
}

/// The body of every submit: a client, and then call(client) -> result<void>.
template <class Call>
std::int32_t submit(mr_client* client, Call&& call) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return guarded([&] { return code(call(client->core)); });
}

inline std::string_view text(const char* t) noexcept {
  return t == nullptr ? std::string_view() : std::string_view(t);
}
inline bytes_view bytes(const mr_bytes& b) noexcept {
  return {static_cast<const std::byte*>(b.data), b.data == nullptr ? 0 : b.size};
}
inline mr_bytes bytes(bytes_view b) noexcept { return {b.data(), b.size()}; }
inline mr_bytes bytes(std::string_view t) noexcept { return {t.data(), t.size()}; }
/// 0 names none, as does a handle of the highest number: for C++, 0 means "by name".
inline queue_handle handle(mr_queue q) noexcept { return {q == 0 ? UINT64_MAX : q}; }

template <class T>
bool right_size(std::uint32_t struct_size) noexcept {
  return struct_size >= alignof(T) && struct_size % alignof(T) == 0 &&
         struct_size <= MR_STRUCT_SIZE_MAX;
}

/// Reads a caller's struct of whatever length into ours; members that it lacks are zero.
/// MR_INVALID_ARGUMENT, MR_NOT_SUPPORTED: as <millrace/millrace.h> says.
template <class T>
std::int32_t read_struct(const void* from, T& to) noexcept {
  to = T{};
  if (from == nullptr) return MR_INVALID_ARGUMENT;
  std::uint32_t size = 0;
  std::memcpy(&size, from, sizeof size);
  if (!right_size<T>(size)) return MR_INVALID_ARGUMENT;
  const auto* const begin = static_cast<const unsigned char*>(from);
  if (size > sizeof(T) &&
      std::any_of(begin + sizeof(T), begin + size, [](unsigned char b) { return b != 0; })) {
    return MR_NOT_SUPPORTED;
  }
  std::memcpy(&to, from, std::min<std::size_t>(size, sizeof(T)));
  return MR_OK;
}

/// Writes as much of ours as the caller's struct_size covers, and zero behind it.
template <class T>
std::int32_t write_struct(T from, void* to) noexcept {
  if (to == nullptr) return MR_INVALID_ARGUMENT;
  std::uint32_t size = 0;
  std::memcpy(&size, to, sizeof size);
  if (!right_size<T>(size)) return MR_INVALID_ARGUMENT;
  from.struct_size = size;
  std::memcpy(to, &from, std::min<std::size_t>(size, sizeof(T)));
  if (size > sizeof(T)) std::memset(static_cast<char*>(to) + sizeof(T), 0, size - sizeof(T));
  return MR_OK;
}

/// 1..max structs of one struct_size, each given to use(i, T) -> code. The engine's own errors for
/// a wrong count.
template <class T, class Use>
std::int32_t read_array(const T* entries, std::size_t count, Use&& use,
                        std::size_t max = MR_BATCH_ENTRIES_MAX) {
  if (count == 0) return MR_EMPTY_BATCH;
  if (count > max) return MR_TOO_MANY_ENTRIES;
  if (entries == nullptr) return MR_INVALID_ARGUMENT;
  const std::uint32_t stride = entries->struct_size;
  const char* at = reinterpret_cast<const char*>(entries);
  for (std::size_t i = 0; i < count; ++i, at += stride) {
    T entry;
    if (const std::int32_t e = read_struct(at, entry); e != MR_OK) return e;
    if (entry.struct_size != stride) return MR_INVALID_ARGUMENT;
    if (const std::int32_t e = use(i, entry); e != MR_OK) return e;
  }
  return MR_OK;
}

/// A batch of C entries as the C++ interface wants them; `status` is not MR_OK if they are wrong.
template <class Entry>
struct batch {
  Entry entries[batch_entries_max];
  std::size_t count = 0;
  std::int32_t status = MR_OK;
  [[nodiscard]] std::span<const Entry> span() const noexcept { return {entries, count}; }
};
struct send_batch : batch<send_entry> {
  send_batch(const mr_send_entry* from, std::size_t count) noexcept;
  digest digests[batch_entries_max];
};
struct receipt_batch : batch<receipt_handle> {
  receipt_batch(const mr_receipt* from, std::size_t count) noexcept;
};
struct visibility_batch : batch<visibility_entry> {
  visibility_batch(const mr_visibility_entry* from, std::size_t count) noexcept;
};

/// Null is the default of each.
std::int32_t read(const mr_receive_options* from, receive_options& to) noexcept;
/// Texts and pairs are copied; may throw.
std::int32_t read(const mr_queue_attributes* from, queue_attributes& to, std::uint32_t& given);
mr_statistics to_c(const lane_statistics& s) noexcept;

}  // namespace millrace::c_abi
