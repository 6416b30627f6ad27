// The bodies that the crash tests send: unique, 1 byte to 1 MB, and known again byte by byte. All
// of them are made from a message's number, so that nothing but the number need be remembered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::crash {

enum class body_sizes : std::uint8_t {
  mixed,  ///< mostly small, up to 64 KiB, and one in 2,000 of a million bytes
  large,  ///< 16 bytes to 64 KiB, all alike
};

class bodies {
 public:
  /// A body of so many bytes or more begins with its number; a shorter one needs an attribute.
  static constexpr std::size_t number_digits = 16;

  bodies(std::uint64_t seed, body_sizes sizes);

  [[nodiscard]] std::size_t bytes_of(std::uint64_t number) const noexcept;
  /// Whether it fits into a batch with nine others of its kind.
  [[nodiscard]] bool fits_batch(std::uint64_t number) const noexcept;

  /// Appends the body: letters, digits, - and _, which JSON takes as they are.
  void append(std::uint64_t number, std::string& out) const;
  [[nodiscard]] bool is_intact(std::uint64_t number, std::string_view body) const;

  /// The number as 16 hexadecimal digits, and back; nothing when they are none.
  static void append_number(std::uint64_t number, std::string& out);
  [[nodiscard]] static std::optional<std::uint64_t> read_number(std::string_view digits) noexcept;

 private:
  [[nodiscard]] std::string_view filler(std::uint64_t number, std::size_t bytes) const noexcept;

  std::uint64_t seed_;
  body_sizes sizes_;
  std::string pool_;  ///< random text, of which each filler is a piece
};

/// A well-mixed function of its argument (splitmix64).
[[nodiscard]] std::uint64_t mixed(std::uint64_t value) noexcept;

}  // namespace millrace::crash
