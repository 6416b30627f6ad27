// Checking a body is one comparison of the constant part and sixteen digits.

#include "load/message_body.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace millrace::perf {

message_body::message_body(std::size_t size, std::uint32_t mark) {
  if (size < size_min) {
    throw std::runtime_error("a body needs at least " + std::to_string(size_min) + " bytes");
  }
  std::array<char, size_min + 1> head{};
  std::snprintf(head.data(), head.size(), "%016d%08x", 0, mark);
  text_ = head.data();
  while (text_.size() < size) text_ += static_cast<char>('a' + text_.size() % 26);
}

void message_body::write_sequence(char* place, std::uint64_t sequence) noexcept {
  for (std::size_t i = sequence_digits; i-- > 0; sequence /= 10) {
    place[i] = static_cast<char>('0' + sequence % 10);
  }
}

std::optional<std::uint64_t> message_body::sequence_of(std::string_view body) const noexcept {
  if (body.size() != text_.size()) return std::nullopt;
  const std::string_view constant = std::string_view(text_).substr(sequence_digits);
  if (body.substr(sequence_digits) != constant) return std::nullopt;
  std::uint64_t sequence = 0;
  for (const char c : body.substr(0, sequence_digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    sequence = sequence * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return sequence;
}

void sequence_ledger::received(std::uint64_t sequence) {
  if (sequence >= next_) {
    ++foreign_;
    return;
  }
  const std::size_t word = sequence / 64;
  if (word >= seen_.size()) seen_.resize(word + word / 2 + 1024);
  const std::uint64_t bit = 1ull << (sequence % 64);
  const bool again = (seen_[word] & bit) != 0;
  seen_[word] |= bit;
  duplicated_ += again;
  distinct_ += !again;
}

}  // namespace millrace::perf
