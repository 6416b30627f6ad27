// The fields of a form under their dotted names, "Entry.1.Name": runs of neighbours that begin
// alike, and an order in which all that begin alike are neighbours. Called by query_reader.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace millrace::aws {

struct query_field {
  std::string_view name;   ///< decoded
  std::string_view value;  ///< still encoded
  std::size_t shared = 0;  ///< bytes at the front that the name before has too

  /// Whether the first `size` bytes are whole pieces, and those of the name before.
  [[nodiscard]] bool goes_on(std::size_t size) const noexcept {
    return shared >= size && (name.size() == size || name[size] == '.');
  }
};

/// The piece of a dotted name that begins at `at`.
inline std::string_view name_piece(std::string_view name, std::size_t at) noexcept {
  const std::string_view rest = name.substr(std::min(at, name.size()));
  return rest.substr(0, rest.find('.'));
}

/// Whether a piece is the number of an element or entry.
bool is_number(std::string_view piece) noexcept;
/// Of numbers: whether `a` is less.
inline bool is_less(std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// How many bytes two names share at the front.
std::size_t shared_bytes(std::string_view a, std::string_view b) noexcept;

/// Sorts by names, piece by piece: what has no number before what has, numbers by their size.
void sort_fields(std::span<query_field> fields) noexcept;

/// Neighbours whose names are the same up to `at`, where the next piece begins.
struct field_run {
  std::span<const query_field> fields;
  std::size_t at = 0;
  unsigned depth = 0;

  [[nodiscard]] bool empty() const noexcept { return fields.empty(); }
  [[nodiscard]] std::string_view next_piece() const noexcept {
    return name_piece(fields[0].name, at);
  }
  /// Whether the first field's name ended before `at`: it has a value here.
  [[nodiscard]] bool has_value() const noexcept { return at > fields[0].name.size(); }

  /// Takes off the fields that share the first one's next piece, which is `size` bytes long.
  [[nodiscard]] field_run take(std::size_t size) noexcept {
    std::size_t count = 1;
    while (count < fields.size() && fields[count].goes_on(at + size)) ++count;
    const field_run taken{fields.first(count), at + size + 1, depth + 1};
    fields = fields.subspan(count);
    return taken;
  }
  /// Takes off the fields whose next piece is no number: an element or entry written without one.
  [[nodiscard]] field_run take_unnumbered() noexcept {
    std::size_t count = 0;
    while (count < fields.size() && !is_number(name_piece(fields[count].name, at))) ++count;
    const field_run taken{fields.first(count), at, depth + 1};
    fields = fields.subspan(count);
    return taken;
  }
};

}  // namespace millrace::aws
