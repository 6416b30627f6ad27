// Growth and release of a connection's send buffer.
#include "http/send_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <utility>

namespace millrace::http {

send_buffer::~send_buffer() { std::free(bytes_); }

send_buffer::send_buffer(send_buffer&& other) noexcept
    : initial_(other.initial_),
      bytes_(std::exchange(other.bytes_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

send_buffer& send_buffer::operator=(send_buffer&& other) noexcept {
  if (this != &other) {
    std::free(bytes_);
    initial_ = other.initial_;
    bytes_ = std::exchange(other.bytes_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
  }
  return *this;
}

void send_buffer::grow(std::size_t count) noexcept {
  const std::size_t held = size();
  if (capacity_ - held >= count) {  // written bytes at the front make enough room
    std::memmove(bytes_, data(), held);
  } else {
    const std::size_t capacity = std::max({held + count, capacity_ * 2, initial_});
    auto* fresh = static_cast<char*>(std::malloc(capacity));
    if (fresh == nullptr) std::terminate();
    if (held != 0) std::memcpy(fresh, data(), held);
    std::free(bytes_);
    bytes_ = fresh;
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = held;
}

void send_buffer::shift(std::size_t at, std::ptrdiff_t count) noexcept {
  if (count > 0) static_cast<void>(reserve(static_cast<std::size_t>(count)));
  const std::size_t source = count > 0 ? at : at + static_cast<std::size_t>(-count);
  const std::size_t target = count > 0 ? at + static_cast<std::size_t>(count) : at;
  std::memmove(data() + target, data() + source, size() - source);
  end_ = begin_ + target + (size() - source);
}

void send_buffer::shrink() noexcept {
  if (capacity_ > initial_) release();
}

void send_buffer::release() noexcept {
  if (size() != 0) return;
  std::free(std::exchange(bytes_, nullptr));
  capacity_ = begin_ = end_ = 0;
}

}  // namespace millrace::http
