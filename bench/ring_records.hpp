// What the ring benchmarks send: records that begin with their number, so that each run checks
// loss and order, and whose every line is written by the producer and read by the consumer.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

namespace millrace::bench {

/// A record of a typed queue.
template <std::size_t Size>
struct record {
  static_assert(Size >= 8 && Size % 8 == 0);
  std::array<std::byte, Size> bytes;
};

/// The content that is copied into each record; hot in the producer's cache.
alignas(64) inline const std::array<std::byte, 1024> record_template = [] {
  std::array<std::byte, 1024> filled{};
  for (std::size_t i = 0; i < filled.size(); ++i) filled[i] = static_cast<std::byte>(i * 7);
  return filled;
}();

inline void fill_record(std::byte* to, std::size_t size, std::uint64_t number) noexcept {
  std::memcpy(to, record_template.data(), size);
  std::memcpy(to, &number, sizeof number);
}

/// Checks numbers and reads of each line; one a consumer.
class record_checker {
 public:
  void see(const std::byte* record, std::size_t size) noexcept {
    std::uint64_t number = 0;
    std::memcpy(&number, record, sizeof number);
    errors_ += number != next_ ? 1U : 0U;
    next_ = number + 1;
    for (std::size_t at = 64; at < size; at += 64) read_word(record + at - 8);
    read_word(record + size - 8);
  }
  [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
  [[nodiscard]] std::uint64_t errors() const noexcept { return errors_; }

 private:
  /// A load that the compiler must not drop.
  static void read_word(const std::byte* from) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    asm volatile("" : : "r"(word));
  }

  std::uint64_t next_ = 0;
  std::uint64_t errors_ = 0;
};

/// Sizes log-uniform in 16..1,024 bytes (mean 243), repeating every 4,096 records.
class mixed_sizes {
 public:
  static constexpr std::size_t period = 4096;
  mixed_sizes() : sizes_(2 * period) {
    std::mt19937 random(11);  // NOLINT: the same sizes in every run
    std::uniform_real_distribution<double> exponent(std::log(16.0), std::log(1025.0));
    for (std::size_t i = 0; i < period; ++i) {
      sizes_[i] = static_cast<std::uint32_t>(std::exp(exponent(random)));
      sizes_[i + period] = sizes_[i];
    }
  }
  /// The sizes of records number .. number + count, count <= period.
  [[nodiscard]] std::span<const std::uint32_t> from(std::uint64_t number,
                                                    std::size_t count) const noexcept {
    return std::span(sizes_).subspan(number % period, count);
  }

 private:
  std::vector<std::uint32_t> sizes_;
};

}  // namespace millrace::bench
