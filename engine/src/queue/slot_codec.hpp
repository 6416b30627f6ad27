// The variable parts of carried entries as bytes: the numbers of a slot's transfers, and the names
// that go with a message. Fixed-width little-endian numbers and length-prefixed texts.
#pragma once

#include <millrace/types.hpp>
#include <optional>
#include <string>
#include <vector>

#include "queue/entries.hpp"
#include "queue/slot_state.hpp"

namespace millrace::queue {

/// sent (last numbers only: open ones follow from the messages), taken, and of_topics if any.
void encode_numbers(const slot_state& slot, std::vector<std::byte>& out);
/// False when the bytes are none. Raises what `slot` has to what was carried.
bool decode_numbers(bytes_view encoded, slot_state& slot);

struct carried_names {
  std::string_view dead_letter_source;  ///< empty: none
  std::string_view target_name;         ///< outgoing
  std::optional<message_id> renewed_as;
};
void encode_names(const carried_names& names, std::vector<std::byte>& out);
bool decode_names(bytes_view encoded, carried_names& out);

struct carried_move_texts {
  std::string_view target_queue;
  std::string_view failure_reason;
};
void encode_move_texts(const carried_move_texts& texts, std::vector<std::byte>& out);
bool decode_move_texts(bytes_view encoded, carried_move_texts& out);

/// In front of a FIFO message's names; take_place leaves those in `left`.
void encode_place(const carried_place& place, std::vector<std::byte>& out);
bool take_place(bytes_view& left, carried_place& out);
void encode_duplicate(const carried_duplicate& known, std::vector<std::byte>& out);
bool take_duplicate(bytes_view& left, carried_duplicate& out);

}  // namespace millrace::queue
