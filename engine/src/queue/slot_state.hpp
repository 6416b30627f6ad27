// slot_state: one of the 256 parts into which state is divided; a lane owns some of them. What a
// slot counts and remembers besides its messages: its numbers, and the transfers to and from other
// slots that are not settled. Touched only by the lane that owns the slot.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <millrace/types.hpp>
#include <optional>
#include <set>
#include <string>

#include "queue/message_table.hpp"

namespace millrace::queue {

constexpr int slot_count = 256;

/// A message that was moved to another slot, until that slot has answered.
struct outgoing_transfer {
  std::uint8_t target_slot = 0;
  std::uint64_t number = 0;  ///< of this pair of slots, from 1
  std::string target_name;
  std::optional<message_id> renewed_as;  ///< a message move: it arrives as a new message
  friend bool operator==(const outgoing_transfer&, const outgoing_transfer&) = default;
};

/// What a source knows of its transfers to one target.
struct sent_numbers {
  std::uint64_t last = 0;
  std::set<std::uint64_t> open;  ///< not settled
  /// The target need not remember numbers below.
  [[nodiscard]] std::uint64_t settled_below() const noexcept {
    return open.empty() ? last + 1 : *open.begin();
  }
  friend bool operator==(const sent_numbers&, const sent_numbers&) = default;
};

/// What a target knows of the transfers of one source: which of those that may come again it has.
struct taken_numbers {
  std::uint64_t settled_below = 1;
  std::set<std::uint64_t> taken;  ///< none below settled_below

  [[nodiscard]] bool has(std::uint64_t number) const noexcept {
    return number < settled_below || taken.contains(number);
  }
  void take(std::uint64_t number, std::uint64_t settled) {
    taken.insert(number);
    settle(settled);
  }
  /// The same for numbers of which most come in order: the next one needs no memory.
  void take_next(std::uint64_t number, std::uint64_t settled) {
    settle(settled);
    if (number < settled_below) return;
    if (number == settled_below) {
      ++settled_below;
    } else {
      taken.insert(number);
    }
  }
  void settle(std::uint64_t below) {
    if (below <= settled_below) return;
    settled_below = below;
    taken.erase(taken.begin(), taken.lower_bound(below));
  }
  friend bool operator==(const taken_numbers&, const taken_numbers&) = default;
};

struct slot_state {
  explicit slot_state(message_table::page_slab& pages) : messages(pages) {}
  message_table messages;
  std::uint64_t next_sequence = 1;
  std::uint64_t next_queue = 1;
  std::map<std::uint64_t, outgoing_transfer> outgoing;  ///< by sequence of the message
  std::map<std::uint8_t, sent_numbers> sent;            ///< by target slot
  std::map<std::uint8_t, taken_numbers> taken;          ///< by source slot
  std::map<std::uint8_t, taken_numbers> of_topics;      ///< deliveries, by the topic's slot

  /// Number of the latest transfer there; 0: none yet.
  [[nodiscard]] std::uint64_t last_sent(std::uint8_t target_slot) const noexcept {
    const auto known = sent.find(target_slot);
    return known == sent.end() ? 0 : known->second.last;
  }
};

}  // namespace millrace::queue
