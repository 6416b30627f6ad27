// An entry: one decision of one slot, as a service hands it to the journal and as evolve applies
// it. Made and applied on the lane's thread; a journal may read it only inside append().
#pragma once

#include <cstddef>
#include <cstdint>
#include <millrace/types.hpp>
#include <new>
#include <type_traits>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "sync/block.hpp"

namespace millrace::journal {

/// Which service's evolve applies an entry. Numbers are stored: never reuse one.
enum class service : std::uint8_t { queue = 1, stream = 2, topic = 3 };

/// Position of an entry in the process's commit stream; 0 = before the first.
using position = std::uint64_t;

struct entry {
  static constexpr std::size_t payload_bytes = 80;

  service owner = service::queue;
  std::uint8_t kind = 0;     ///< the service's own enumeration
  std::uint8_t version = 1;  ///< of the payload's layout
  std::uint8_t slot = 0;
  durability level = durability::disk;  ///< of what it is about; memory: applied, never kept
  std::uint32_t used = 0;               ///< bytes of payload
  /// Free bytes right before the body which, with up to 7 behind it, are this entry's alone: the
  /// journal may write the rest of the entry there instead of a copy of the body elsewhere.
  std::uint32_t room = 0;
  base::time_ms at_ms = 0;  ///< engine time of the decision
  alignas(8) std::byte payload[payload_bytes];
  sync::body_ref body{};  ///< a message's envelope, or none
  bytes_view extra{};     ///< variable part, valid until append() returns

  /// Where decide already looked; evolve searches when they are null, as in a replay. Not stored.
  void* subject = nullptr;
  void* object = nullptr;

  template <class P>
  P& emplace() noexcept {
    static_assert(std::is_trivially_copyable_v<P> && sizeof(P) <= payload_bytes && alignof(P) <= 8);
    used = sizeof(P);
    return *::new (static_cast<void*>(payload)) P{};
  }
  template <class P>
  [[nodiscard]] const P& as() const noexcept {
    MR_ASSERT(used == sizeof(P));
    return *std::launder(reinterpret_cast<const P*>(payload));
  }
};

}  // namespace millrace::journal
