// Just enough of Redis's protocol RESP2: commands as arrays of strings, and answers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::perf::resp {

[[nodiscard]] std::string command(const std::vector<std::string_view>& words);

/// Reads values one after the other. Throws std::runtime_error for an error of the server, or for
/// what is no RESP.
class reader {
 public:
  explicit reader(std::string_view bytes) noexcept : bytes_(bytes) {}

  /// Passes over one whole value; false: it is not complete.
  [[nodiscard]] bool skip();
  /// The head of an array that is complete: how many values follow; -1: none.
  [[nodiscard]] long array();
  /// A string that is complete.
  [[nodiscard]] std::string_view text();
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

 private:
  /// The line after the type's letter; false: it is not complete.
  [[nodiscard]] bool line(std::string_view& into);

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// Bytes of the value at the front of `bytes`; 0: it is not complete.
[[nodiscard]] std::size_t value_bytes(std::string_view bytes);

}  // namespace millrace::perf::resp
