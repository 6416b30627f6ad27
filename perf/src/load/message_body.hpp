// The bodies that the load generator sends and knows again: 16 digits of sequence, a mark of the
// run, filler. A ledger of sequences finds loss and duplicates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::perf {

class message_body {
 public:
  static constexpr std::size_t sequence_digits = 16;
  static constexpr std::size_t mark_digits = 8;
  static constexpr std::size_t size_min = sequence_digits + mark_digits;

  /// `size` in bytes, at least size_min; `mark` tells this run's messages from any other's.
  message_body(std::size_t size, std::uint32_t mark);

  /// The body of sequence 0; write_sequence() at a copy of it changes the number.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  static void write_sequence(char* place, std::uint64_t sequence) noexcept;

  /// The sequence of a received body; nothing unless every other byte is this run's.
  [[nodiscard]] std::optional<std::uint64_t> sequence_of(std::string_view body) const noexcept;

 private:
  std::string text_;
};

/// Which sequences came back, and how often. Sequences are handed out here, from 0.
class sequence_ledger {
 public:
  [[nodiscard]] std::uint64_t take() noexcept { return next_++; }
  /// An acknowledged send of `count` messages.
  void acknowledged(std::uint64_t count) noexcept { acknowledged_ += count; }
  /// A received message; one that was never handed out counts as foreign.
  void received(std::uint64_t sequence);
  void received_foreign() noexcept { ++foreign_; }

  /// Acknowledged but never received; meaningful when everything sent was to be received.
  [[nodiscard]] std::uint64_t missing() const noexcept {
    return acknowledged_ > distinct_ ? acknowledged_ - distinct_ : 0;
  }
  [[nodiscard]] std::uint64_t distinct() const noexcept { return distinct_; }
  [[nodiscard]] std::uint64_t duplicated() const noexcept { return duplicated_; }
  [[nodiscard]] std::uint64_t foreign() const noexcept { return foreign_; }

 private:
  std::uint64_t next_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t distinct_ = 0;
  std::uint64_t duplicated_ = 0;
  std::uint64_t foreign_ = 0;
  std::vector<std::uint64_t> seen_;  ///< one bit a sequence
};

}  // namespace millrace::perf
