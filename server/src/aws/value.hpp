// A decoded request or part of one, whatever wire it came on: a tree that follows the service's
// shapes. 16 bytes a value; texts are views into the request's body or its document's arena.
// Immutable once read; lives as long as the document and the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "aws/model.hpp"

namespace millrace::aws {

struct map_entry;

class value {
 public:
  /// An absent value: what a member that was not sent (or sent as null) reads as.
  constexpr value() noexcept : count_(0), kind_(kind::absent), first_(0), integer_(0) {}

  [[nodiscard]] bool present() const noexcept { return kind_ != kind::absent; }
  explicit operator bool() const noexcept { return present(); }

  /// Of a string its UTF-8, of a blob its bytes, decoded; empty when absent.
  [[nodiscard]] std::string_view text() const noexcept {
    return kind_ == kind::text ? std::string_view{text_, count_} : std::string_view{};
  }
  /// Of a text: known to be ASCII without control characters. False says nothing.
  [[nodiscard]] bool plain() const noexcept { return plain_; }
  [[nodiscard]] std::int64_t integer(std::int64_t when_absent = 0) const noexcept {
    return kind_ == kind::integer ? integer_ : when_absent;
  }
  [[nodiscard]] bool boolean(bool when_absent = false) const noexcept {
    return kind_ == kind::boolean ? integer_ != 0 : when_absent;
  }
  /// Of reals and timestamps (seconds).
  [[nodiscard]] double real(double when_absent = 0) const noexcept {
    return kind_ == kind::real ? real_ : when_absent;
  }
  /// Of a list; empty when absent.
  [[nodiscard]] std::span<const value> elements() const noexcept {
    return kind_ == kind::list ? std::span{items_, count_} : std::span<const value>{};
  }
  /// Of a map, in the order received, each key once; empty when absent.
  [[nodiscard]] std::span<const map_entry> entries() const noexcept;
  /// A member of a structure; absent when the structure is. A member of another shape is a bug
  /// and stops the program.
  [[nodiscard]] const value& operator[](member_id member) const noexcept {
    if (kind_ != kind::structure) return absent_value;
    const auto at = static_cast<std::uint16_t>(member.index - first_);
    if (at >= count_) [[unlikely]]
      wrong_member(member);
    return items_[at];
  }

  static value of_text(std::string_view text, bool plain = false) noexcept {
    value v(kind::text, text.size());
    v.text_ = text.data();
    v.plain_ = plain;
    return v;
  }
  static value of_integer(std::int64_t number) noexcept {
    value v(kind::integer, 0);
    v.integer_ = number;
    return v;
  }
  static value of_boolean(bool truth) noexcept {
    value v(kind::boolean, 0);
    v.integer_ = truth ? 1 : 0;
    return v;
  }
  static value of_real(double number) noexcept {
    value v(kind::real, 0);
    v.real_ = number;
    return v;
  }
  static value of_list(std::span<const value> elements) noexcept {
    value v(kind::list, elements.size());
    v.items_ = elements.data();
    return v;
  }
  static value of_map(std::span<const map_entry> entries) noexcept;
  /// `members` holds one value for each member of `shape`, in the order of its rows.
  static value of_structure(const shape_row& shape, std::span<const value> members) noexcept {
    value v(kind::structure, members.size());
    v.first_ = shape.first_member.index;
    v.items_ = members.data();
    return v;
  }

 private:
  enum class kind : std::uint8_t { absent, text, integer, boolean, real, list, map, structure };

  static const value absent_value;

  value(kind k, std::size_t count) noexcept
      : count_(static_cast<std::uint32_t>(count)), kind_(k), first_(0), integer_(0) {}
  [[noreturn]] static void wrong_member(member_id member) noexcept;

  std::uint32_t count_;  // bytes, elements, entries or members; below 4 Gi by the body's limit
  kind kind_;
  bool plain_ = false;
  std::uint16_t first_;  // of a structure: its first member_id
  union {
    std::int64_t integer_;
    double real_;
    const char* text_;
    const value* items_;
    const map_entry* entries_;
  };
};
static_assert(sizeof(value) == 16);

struct map_entry {
  std::string_view key;
  value item;
};

inline std::span<const map_entry> value::entries() const noexcept {
  return kind_ == kind::map ? std::span{entries_, count_} : std::span<const map_entry>{};
}

inline value value::of_map(std::span<const map_entry> entries) noexcept {
  value v(kind::map, entries.size());
  v.entries_ = entries.data();
  return v;
}

}  // namespace millrace::aws
