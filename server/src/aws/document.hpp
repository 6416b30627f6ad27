// A decoded request: its tree of values and the memory that they live in. Filled by a wire's
// reader (json_reader, cbor_reader, query_reader), read by the service's handlers. Reused from
// request to request without allocating; one owner, no locks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "aws/arena.hpp"
#include "aws/value.hpp"

namespace millrace::aws {

/// Bounds of one decoded request, whatever its wire.
inline constexpr unsigned depth_max = 64;
inline constexpr std::size_t list_elements_max = 65536;
inline constexpr std::size_t map_entries_max = 1024;

enum class decode_status : std::uint8_t {
  ok,
  malformed,       ///< not the wire's grammar at all
  invalid_utf8,    ///< bytes or escapes that are no Unicode text
  wrong_type,      ///< e.g. a number where a string belongs
  out_of_range,    ///< an integer that its type cannot hold
  invalid_base64,  ///< a blob that is not base64
  duplicate,       ///< a member or map key that came twice
  too_deep,        ///< nested beyond depth_max
  too_many,        ///< more than list_elements_max, map_entries_max or form_fields_max
  incomplete,      ///< a map entry without its key or its value
};

/// Where decoding stopped, and on what. The views live as long as the model.
struct decode_result {
  decode_status status = decode_status::ok;
  shape_kind expected = shape_kind::structure;  ///< of wrong_type and out_of_range
  std::string_view found;                       ///< of wrong_type: "NUMBER_VALUE" and the like
  std::string_view member;                      ///< innermost known member; "" at the root
  std::size_t offset = 0;                       ///< bytes into the body
  explicit operator bool() const noexcept { return status == decode_status::ok; }
};

class document {
 public:
  document() = default;

  /// The request structure; absent before a reader has filled it.
  [[nodiscard]] const value& root() const noexcept { return root_; }
  /// root()[member].
  [[nodiscard]] const value& operator[](member_id member) const noexcept { return root_[member]; }

  /// The first required member that was not sent, outer structures before inner ones; nullptr
  /// when all are there. A reader reports, the handler decides what to say.
  [[nodiscard]] const member_row* missing() const noexcept { return missing_; }

  /// Forgets the request. Readers call it first.
  void reset() noexcept;

  // For readers and handlers: memory that lives until reset().
  aws::arena& memory() noexcept { return arena_; }

 private:
  friend class cbor_reader;
  friend class json_reader;
  friend class query_reader;

  /// Forgets the values, not their memory: the request is read once more.
  void forget_values() noexcept;
  /// A structure has been read; bit i of `seen`: its member i was there.
  void note_missing(const service_model& model, const shape_row& shape, unsigned depth,
                    std::uint64_t seen) noexcept;
  /// A list of the elements pushed since there were `base`; they leave the stack for the arena.
  value close_list(std::size_t base) noexcept { return value::of_list(close(elements_, base)); }
  /// A map, likewise.
  value close_map(std::size_t base) noexcept { return value::of_map(close(entries_, base)); }

  template <class T>
  std::span<T> close(std::vector<T>& stack, std::size_t base) noexcept {
    const std::span<T> kept = arena_.array<T>(stack.size() - base);
    std::copy(stack.begin() + static_cast<std::ptrdiff_t>(base), stack.end(), kept.begin());
    stack.resize(base);
    return kept;
  }

  value root_;
  const member_row* missing_ = nullptr;
  unsigned missing_depth_ = 0;
  aws::arena arena_;
  std::vector<value> elements_;     // lists under construction, innermost last
  std::vector<map_entry> entries_;  // maps under construction
};

}  // namespace millrace::aws
