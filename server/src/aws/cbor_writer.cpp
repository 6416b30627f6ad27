// Heads and values of CBOR output.
#include "aws/cbor_writer.hpp"

#include <bit>

namespace millrace::aws {
namespace {

constexpr unsigned unsigned_integer = 0;
constexpr unsigned negative_integer = 1;
constexpr unsigned byte_string = 2;
constexpr unsigned text_string = 3;
constexpr unsigned tag = 6;
constexpr char double_head = '\xfb';

void put_big_endian(char* to, std::uint64_t number, std::size_t size) noexcept {
  for (std::size_t i = size; i-- > 0; number >>= 8) to[i] = static_cast<char>(number);
}

/// The shortest head that holds the argument.
void append_head(http::send_buffer& out, unsigned major, std::uint64_t argument) noexcept {
  char* const at = out.reserve(9);
  if (argument < 24) {
    at[0] = static_cast<char>(major << 5 | argument);
    return out.commit(1);
  }
  const unsigned power = argument <= 0xff      ? 0
                         : argument <= 0xffff  ? 1
                         : argument >> 32 == 0 ? 2
                                               : 3;
  const std::size_t size = std::size_t{1} << power;
  at[0] = static_cast<char>(major << 5 | (24 + power));
  put_big_endian(at + 1, argument, size);
  out.commit(1 + size);
}

}  // namespace

void append_cbor_text(http::send_buffer& out, std::string_view utf8) noexcept {
  append_head(out, text_string, utf8.size());
  out.append(utf8);
}

void cbor_writer::blob(std::string_view bytes) noexcept {
  append_head(out_, byte_string, bytes.size());
  out_.append(bytes);
}

void cbor_writer::integer(std::int64_t number) noexcept {
  if (number >= 0) return append_head(out_, unsigned_integer, static_cast<std::uint64_t>(number));
  append_head(out_, negative_integer, static_cast<std::uint64_t>(-1 - number));
}

void cbor_writer::real(double number) noexcept {
  char* const at = out_.reserve(9);
  at[0] = double_head;
  put_big_endian(at + 1, std::bit_cast<std::uint64_t>(number), 8);
  out_.commit(9);
}

void cbor_writer::timestamp(std::int64_t ms) noexcept {
  append_head(out_, tag, 1);
  integer(ms);
}

}  // namespace millrace::aws
