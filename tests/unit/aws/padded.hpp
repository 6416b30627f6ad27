// A text with the readable padding behind it that a receive buffer gives to readers.
#pragma once

#include <string>
#include <string_view>

namespace millrace::aws::test {

class padded {
 public:
  explicit padded(std::string_view text) : bytes_(text), size_(text.size()) {
    bytes_.append(64, '"');  // a byte that would matter if it were taken for text
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::string bytes_;
  std::size_t size_;
};

}  // namespace millrace::aws::test
