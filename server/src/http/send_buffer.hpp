// The bytes that a connection has yet to write: replies are appended behind each other, and the
// socket layer writes from the front, one write for all that is there. Encoders write straight
// into reserved room. One owner, no locks; no allocation once grown. Running out of memory here
// ends the process (std::terminate): replies are bounded elsewhere.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace millrace::http {

class send_buffer {
 public:
  static constexpr std::size_t usual_bytes = 2048;

  explicit send_buffer(std::size_t initial_bytes = usual_bytes) noexcept
      : initial_(initial_bytes) {}
  ~send_buffer();
  send_buffer(send_buffer&& other) noexcept;
  send_buffer& operator=(send_buffer&& other) noexcept;

  /// A place for `count` bytes at the end; they count once commit() has been called.
  [[nodiscard]] char* reserve(std::size_t count) noexcept {
    if (capacity_ - end_ < count) [[unlikely]]
      grow(count);
    return bytes_ + end_;
  }
  void commit(std::size_t count) noexcept { end_ += count; }
  void append(std::string_view text) noexcept {
    if (text.empty()) return;
    std::memcpy(reserve(text.size()), text.data(), text.size());
    end_ += text.size();
  }
  void append(char byte) noexcept {
    *reserve(1) = byte;
    ++end_;
  }
  /// Takes back what was appended after size() was `size`: for a reply begun and given up.
  void truncate(std::size_t size) noexcept { end_ = begin_ + size; }
  /// Opens a gap of `count` unspecified bytes at offset `at`, or (negative) closes one there.
  void shift(std::size_t at, std::ptrdiff_t count) noexcept;
  /// The front `count` bytes have been written to the socket.
  void consume(std::size_t count) noexcept {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  /// Gives back everything above the initial size when empty; for idle connections.
  void shrink() noexcept;
  /// Gives back everything when empty; for a long wait.
  void release() noexcept;

  // Memory that goes from one buffer to another (buffer_shelf.hpp).
  /// This buffer is empty and has usual_bytes.
  [[nodiscard]] char* give_up() noexcept {
    capacity_ = begin_ = end_ = 0;
    return std::exchange(bytes_, nullptr);
  }
  /// This buffer has none.
  void adopt(char* given_up) noexcept {
    bytes_ = given_up;
    capacity_ = usual_bytes;
    begin_ = end_ = 0;
  }

  [[nodiscard]] char* data() noexcept { return bytes_ + begin_; }
  [[nodiscard]] const char* data() const noexcept { return bytes_ + begin_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::string_view view() const noexcept { return {data(), size()}; }

 private:
  void grow(std::size_t count) noexcept;

  std::size_t initial_;
  char* bytes_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace millrace::http
