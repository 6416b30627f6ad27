// The bytes that a connection has received and not yet answered: one contiguous block, so that a
// message and its body are contiguous too. The socket layer writes at its end, request_parser
// reads and (for chunked bodies) closes gaps, and a finished message is dropped from its front.
// One owner, no locks. No allocation once it has grown to the size of the usual message.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace millrace::http {

class receive_buffer {
 public:
  /// Bytes behind the last received one that may always be read (their value is unspecified), so
  /// that vector code may load past the end.
  static constexpr std::size_t padding = 64;
  /// With the padding it fills 4 KiB, as allocators deal them out.
  static constexpr std::size_t page_bytes = 4096 - padding;

  /// Sizes in bytes. Nothing is allocated before the first prepare().
  struct sizes {
    std::size_t initial = 8 * 1024;
    std::size_t max = 8 * 1024 * 1024;
  };
  explicit receive_buffer(sizes s) noexcept : sizes_(s) {}
  ~receive_buffer();
  receive_buffer(receive_buffer&& other) noexcept;
  receive_buffer& operator=(receive_buffer&& other) noexcept;

  /// Room for at least `wanted` bytes behind the received ones, and whatever more there is; empty
  /// when that would pass sizes::max or memory is out. Moves the bytes: views die.
  [[nodiscard]] std::span<char> prepare(std::size_t wanted) noexcept;
  /// The first `count` bytes of the prepared room have been written.
  void commit(std::size_t count) noexcept { end_ += count; }
  /// Drops `count` bytes from the front. Other bytes stay where they are: views of dropped bytes
  /// stay readable until the next prepare().
  void consume(std::size_t count) noexcept { begin_ += count; }
  /// Removes [from, to) (offsets from the front) and moves what follows down.
  void cut(std::size_t from, std::size_t to) noexcept;
  /// Gives back everything above sizes::initial when no byte is held; for idle connections.
  void shrink() noexcept;
  /// Gives back everything that holds no byte; for a long wait. Moves the bytes: views die.
  void fit() noexcept;

  // Memory that goes from one buffer to another (buffer_shelf.hpp).
  /// This buffer is empty and has page_bytes.
  [[nodiscard]] char* give_up() noexcept {
    capacity_ = begin_ = end_ = 0;
    return std::exchange(bytes_, nullptr);
  }
  /// This buffer has none.
  void adopt(char* given_up) noexcept {
    bytes_ = given_up;
    capacity_ = page_bytes;
    begin_ = end_ = 0;
  }

  [[nodiscard]] char* data() noexcept { return bytes_ + begin_; }
  [[nodiscard]] const char* data() const noexcept { return bytes_ + begin_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::string_view view() const noexcept { return {data(), size()}; }

 private:
  bool reallocate(std::size_t capacity) noexcept;

  sizes sizes_;
  char* bytes_ = nullptr;  // capacity_ + padding bytes
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace millrace::http
