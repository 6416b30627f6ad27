// Comparing names.
#include "aws/query_fields.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace millrace::aws {
namespace {

bool piece_is_less(std::string_view a, std::string_view b) noexcept {
  const bool numbered = is_number(a);
  return numbered != is_number(b) ? !numbered : is_less(a, b);
}

bool in_order(const query_field& a, const query_field& b) noexcept {
  std::size_t at = 0;
  while (at < a.name.size() && at < b.name.size()) {
    const std::string_view x = name_piece(a.name, at);
    const std::string_view y = name_piece(b.name, at);
    if (x != y) return piece_is_less(x, y);
    at += x.size() + 1;
  }
  return a.name.size() < b.name.size();
}

}  // namespace

bool is_number(std::string_view piece) noexcept {
  if (piece.empty() || piece.size() > 9 || piece[0] == '0') return false;
  return std::all_of(piece.begin(), piece.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t shared_bytes(std::string_view a, std::string_view b) noexcept {
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t at = 0;
  for (std::uint64_t x = 0, y = 0; size - at >= sizeof x; at += sizeof x) {
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    if (x != y) break;
  }
  while (at < size && a[at] == b[at]) ++at;
  return at;
}

void sort_fields(std::span<query_field> fields) noexcept {
  std::sort(fields.begin(), fields.end(), in_order);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    fields[i].shared = i == 0 ? 0 : shared_bytes(fields[i - 1].name, fields[i].name);
  }
}

}  // namespace millrace::aws
