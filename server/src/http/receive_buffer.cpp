// Growth, compaction and release of a connection's receive buffer.
#include "http/receive_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace millrace::http {

receive_buffer::~receive_buffer() { std::free(bytes_); }

receive_buffer::receive_buffer(receive_buffer&& other) noexcept
    : sizes_(other.sizes_),
      bytes_(std::exchange(other.bytes_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

receive_buffer& receive_buffer::operator=(receive_buffer&& other) noexcept {
  if (this != &other) {
    std::free(bytes_);
    sizes_ = other.sizes_;
    bytes_ = std::exchange(other.bytes_, nullptr);
    capacity_ = std::exchange(other.capacity_, 0);
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
  }
  return *this;
}

bool receive_buffer::reallocate(std::size_t capacity) noexcept {
  auto* fresh = static_cast<char*>(std::malloc(capacity + padding));
  if (fresh == nullptr) return false;
  if (size() != 0) std::memcpy(fresh, data(), size());
  std::memset(fresh + capacity, 0, padding);
  std::free(bytes_);
  bytes_ = fresh;
  end_ = size();
  begin_ = 0;
  capacity_ = capacity;
  return true;
}

std::span<char> receive_buffer::prepare(std::size_t wanted) noexcept {
  if (begin_ == end_) begin_ = end_ = 0;
  if (capacity_ - end_ < wanted) {
    if (wanted > sizes_.max || size() > sizes_.max - wanted) return {};
    const std::size_t needed = size() + wanted;
    if (needed <= capacity_) {
      std::memmove(bytes_, data(), size());
      end_ = size();
      begin_ = 0;
    } else {
      const std::size_t doubled = std::max(capacity_ * 2, sizes_.initial);
      if (!reallocate(std::max(needed, std::min(doubled, sizes_.max)))) return {};
    }
  }
  return {bytes_ + end_, capacity_ - end_};
}

void receive_buffer::cut(std::size_t from, std::size_t to) noexcept {
  std::memmove(data() + from, data() + to, size() - to);
  end_ -= to - from;
}

void receive_buffer::shrink() noexcept {
  if (size() != 0 || capacity_ <= sizes_.initial) return;
  std::free(std::exchange(bytes_, nullptr));
  capacity_ = begin_ = end_ = 0;
}

void receive_buffer::fit() noexcept {
  if (size() == capacity_) return;
  if (size() != 0) {
    static_cast<void>(reallocate(size()));  // without memory for the copy, all stays as it is
  } else {
    std::free(std::exchange(bytes_, nullptr));
    capacity_ = begin_ = end_ = 0;
  }
}

}  // namespace millrace::http
