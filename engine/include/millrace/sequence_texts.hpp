// sequence_texts: sequence numbers as decimal texts, for who writes many of them. Records of one
// shard that were put or are read together count up by one; of such a number only the digits that
// change are made anew, in place, a few nanoseconds each. One thread; allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <millrace/export.hpp>
#include <millrace/stream.hpp>
#include <string_view>

namespace millrace {
inline namespace v1 {

class MR_EXPORT sequence_texts {
 public:
  static constexpr std::size_t digits = 56;

  /// What to_text() says. Valid until the next call.
  [[nodiscard]] std::string_view text(const sequence_number& number) noexcept;
  /// Writes the same, `digits` characters, to `to`: quicker than to copy it from text().
  void write(const sequence_number& number, char* to) noexcept;

 private:
  /// The latest of a shard.
  struct last_text {
    bool known = false;
    sequence_number number;
    std::array<char, digits> text;
  };

  void renew(last_text& last, const sequence_number& number) noexcept;

  static constexpr std::size_t shards_known = 16;  // by the last bits of their numbers
  std::array<last_text, shards_known> last_;
};

}  // namespace v1
}  // namespace millrace
