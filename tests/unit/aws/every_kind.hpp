// A service of no more than shapes, one of each kind, for readers and writers of wires; and a
// document of it written again, value for value.
#pragma once

#include <array>

#include "aws/document.hpp"
#include "aws/model.hpp"

namespace millrace::aws::test::every_kind {

inline constexpr std::array<shape_row, 10> shapes{{
    {"Thing", shape_kind::structure, 10, {0}, no_shape},
    {"Things", shape_kind::list, 0, {0}, {0}},
    {"Named", shape_kind::map, 0, {0}, {0}},
    {"String", shape_kind::string, 0, {0}, no_shape},
    {"Blob", shape_kind::blob, 0, {0}, no_shape},
    {"Boolean", shape_kind::boolean, 0, {0}, no_shape},
    {"Integer", shape_kind::integer, 0, {0}, no_shape},
    {"Long", shape_kind::long_integer, 0, {0}, no_shape},
    {"Double", shape_kind::real, 0, {0}, no_shape},
    {"Timestamp", shape_kind::timestamp, 0, {0}, no_shape},
}};
inline constexpr std::array<member_row, 10> members{{
    {"\"Text\":", {3}, true},
    {"\"Bytes\":", {4}, false},
    {"\"Truth\":", {5}, false},
    {"\"Small\":", {6}, false},
    {"\"Large\":", {7}, false},
    {"\"Real\":", {8}, false},
    {"\"Time\":", {9}, false},
    {"\"Inner\":", {0}, false},
    {"\"List\":", {1}, false},
    {"\"Map\":", {2}, false},
}};
inline constexpr shape_id thing{0};
inline constexpr member_id text{0};
inline constexpr member_id bytes{1};
inline constexpr member_id truth{2};
inline constexpr member_id small{3};
inline constexpr member_id large{4};
inline constexpr member_id real{5};
inline constexpr member_id time{6};
inline constexpr member_id inner{7};
inline constexpr member_id list{8};
inline constexpr member_id map{9};
inline constexpr service_model model{"every", "EveryKind", "2026-11-26", false,  {},
                                     shapes,  members,     {},           nullptr};

/// `v`, which is there, by any writer.
template <class Writer>
void write(Writer& to, const value& v, shape_id id) {
  const shape_row& shape = shapes[id.index];
  switch (shape.kind) {
    case shape_kind::structure:
      to.begin_structure();
      for (std::uint16_t i = 0; i < shape.member_count; ++i) {
        const member_id member{static_cast<std::uint16_t>(shape.first_member.index + i)};
        if (!v[member].present()) continue;
        to.member(member);
        write(to, v[member], members[member.index].shape);
      }
      to.end_structure();
      break;
    case shape_kind::list:
      to.begin_list();
      for (const value& element : v.elements()) write(to, element, shape.element);
      to.end_list();
      break;
    case shape_kind::map:
      to.begin_map();
      for (const map_entry& entry : v.entries()) {
        to.key(entry.key);
        write(to, entry.item, shape.element);
      }
      to.end_map();
      break;
    case shape_kind::string: to.text(v.text()); break;
    case shape_kind::blob: to.blob(v.text()); break;
    case shape_kind::boolean: to.boolean(v.boolean()); break;
    case shape_kind::integer:
    case shape_kind::long_integer: to.integer(v.integer()); break;
    case shape_kind::real: to.real(v.real()); break;
    case shape_kind::timestamp: {
      const double ms = v.real() * 1000;
      to.timestamp(static_cast<std::int64_t>(ms < 0 ? ms - 0.5 : ms + 0.5));
      break;
    }
  }
}

}  // namespace millrace::aws::test::every_kind
