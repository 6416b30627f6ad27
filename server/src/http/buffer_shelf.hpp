// buffer_shelf: the memory of empty buffers, for connections that need some. A connection between
// requests has none: there may be many such, and few that are busy at a time. One I/O thread's.
#pragma once

#include <array>
#include <cstddef>

#include "http/receive_buffer.hpp"
#include "http/send_buffer.hpp"

namespace millrace::http {

class buffer_shelf {
 public:
  /// Blocks of each kind; as many as one turn of an event loop may use.
  static constexpr std::size_t kept_max = 256;

  buffer_shelf() = default;
  buffer_shelf(const buffer_shelf&) = delete;
  buffer_shelf& operator=(const buffer_shelf&) = delete;
  ~buffer_shelf() { trim(0); }

  /// To a buffer without memory, if any lies here.
  void equip(receive_buffer& in) noexcept {
    if (in.capacity() == 0 && in_.count != 0) in.adopt(in_.blocks[--in_.count]);
  }
  void equip(send_buffer& out) noexcept {
    if (out.capacity() == 0 && out_.count != 0) out.adopt(out_.blocks[--out_.count]);
  }

  /// From a buffer that is empty. One that has grown keeps its memory: the next request may be as
  /// large. One that was fitted to less is freed.
  void put(receive_buffer& in) noexcept {
    if (in.size() != 0 || in.capacity() > receive_buffer::page_bytes) return;
    if (in.capacity() == receive_buffer::page_bytes && in_.count < kept_max) {
      in_.blocks[in_.count++] = in.give_up();
    } else {
      in.fit();
    }
  }
  /// The same, but for one that has grown: it is freed.
  void put(send_buffer& out) noexcept {
    if (out.size() != 0) return;
    if (out.capacity() == send_buffer::usual_bytes && out_.count < kept_max) {
      out_.blocks[out_.count++] = out.give_up();
    } else {
      out.release();
    }
  }

  /// Frees all but `count` of each kind.
  void trim(std::size_t count) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return in_.count + out_.count; }

 private:
  struct stack {
    std::array<char*, kept_max> blocks;
    std::size_t count = 0;
  };
  stack in_;   ///< receive_buffer::page_bytes and padding each
  stack out_;  ///< send_buffer::usual_bytes
};

}  // namespace millrace::http
