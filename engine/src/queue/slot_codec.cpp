#include "queue/slot_codec.hpp"

#include <cstring>
#include <map>

#include "base/mutant.hpp"

namespace millrace::queue {
namespace {

template <class Number>
void put(std::vector<std::byte>& out, Number value) {
  const auto* p = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), p, p + sizeof value);
}
void put(std::vector<std::byte>& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  const bytes_view bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

template <class Number>
bool take(bytes_view& left, Number& out) {
  if (left.size() < sizeof out) return false;
  std::memcpy(&out, left.data(), sizeof out);
  left = left.subspan(sizeof out);
  return true;
}
bool take(bytes_view& left, std::string_view& out) {
  std::uint32_t size = 0;
  if (!take(left, size) || left.size() < size) return false;
  out = as_text(left.first(size));
  left = left.subspan(size);
  return true;
}

bool decode_taken(bytes_view& left, std::map<std::uint8_t, taken_numbers>& into) {
  std::uint8_t source = 0;
  std::uint64_t settled_below = 0;
  std::uint32_t count = 0;
  if (!take(left, source) || !take(left, settled_below) || !take(left, count)) return false;
  taken_numbers& mine = into[source];
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t number = 0;
    if (!take(left, number)) return false;
    mine.taken.insert(number);
  }
  if (!MR_MUTANT(carried_taken_lost)) mine.settle(settled_below);
  return true;
}

void put(std::vector<std::byte>& out, const std::map<std::uint8_t, taken_numbers>& all) {
  put(out, static_cast<std::uint32_t>(all.size()));
  for (const auto& [source, numbers] : all) {
    put(out, source);
    put(out, numbers.settled_below);
    put(out, static_cast<std::uint32_t>(numbers.taken.size()));
    for (const std::uint64_t number : numbers.taken) put(out, number);
  }
}

bool decode_all_taken(bytes_view& left, std::map<std::uint8_t, taken_numbers>& into) {
  std::uint32_t count = 0;
  if (!take(left, count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!decode_taken(left, into)) return false;
  }
  return true;
}

}  // namespace

void encode_numbers(const slot_state& slot, std::vector<std::byte>& out) {
  put(out, static_cast<std::uint32_t>(slot.sent.size()));
  for (const auto& [target, numbers] : slot.sent) {
    put(out, target);
    put(out, numbers.last);
  }
  put(out, slot.taken);
  // Data directories that no topic has used look as they did before there were any.
  if (!slot.of_topics.empty() && !MR_MUTANT(carried_deliveries_lost)) put(out, slot.of_topics);
}

bool decode_numbers(bytes_view encoded, slot_state& slot) {
  std::uint32_t count = 0;
  if (!take(encoded, count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint8_t target = 0;
    std::uint64_t last = 0;
    if (!take(encoded, target) || !take(encoded, last)) return false;
    sent_numbers& mine = slot.sent[target];
    mine.last = std::max(mine.last, last);
  }
  if (!decode_all_taken(encoded, slot.taken)) return false;
  if (encoded.empty()) return true;
  return decode_all_taken(encoded, slot.of_topics) && encoded.empty();
}

void encode_names(const carried_names& names, std::vector<std::byte>& out) {
  put(out, names.dead_letter_source);
  put(out, names.target_name);
  if (names.renewed_as) put(out, *names.renewed_as);
}

bool decode_names(bytes_view encoded, carried_names& out) {
  if (!take(encoded, out.dead_letter_source) || !take(encoded, out.target_name)) return false;
  if (encoded.empty()) return true;
  return take(encoded, out.renewed_as.emplace()) && encoded.empty();
}

void encode_move_texts(const carried_move_texts& texts, std::vector<std::byte>& out) {
  put(out, texts.target_queue);
  put(out, texts.failure_reason);
}

bool decode_move_texts(bytes_view encoded, carried_move_texts& out) {
  return take(encoded, out.target_queue) && take(encoded, out.failure_reason) && encoded.empty();
}

void encode_place(const carried_place& place, std::vector<std::byte>& out) { put(out, place); }
bool take_place(bytes_view& left, carried_place& out) { return take(left, out); }

void encode_duplicate(const carried_duplicate& known, std::vector<std::byte>& out) {
  put(out, known);
}
bool take_duplicate(bytes_view& left, carried_duplicate& out) { return take(left, out); }

}  // namespace millrace::queue
