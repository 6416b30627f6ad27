// every_kind on the query wire: lists and maps are not flattened, and are spelled by default or
// otherwise.
#pragma once

#include <array>

#include "every_kind.hpp"

namespace millrace::aws::test::every_kind {

inline constexpr std::array<query_member_row, 10> query_members{{
    {"Text", false},
    {"Bytes", false},
    {"Truth", false},
    {"Small", false},
    {"Large", false},
    {"Real", false},
    {"Time", false},
    {"Inner", false},
    {"List", false},
    {"Map", false},
}};
inline constexpr std::array<query_shape_row, 10> default_names{
    {{}, {"member", "", ""}, {"entry", "key", "value"}, {}, {}, {}, {}, {}, {}, {}}};
inline constexpr std::array<query_shape_row, 10> other_names{
    {{}, {"Thing", "", ""}, {"entry", "Name", "Value"}, {}, {}, {}, {}, {}, {}, {}}};

inline constexpr query_rows default_rows{"urn:every", query_members, default_names};
inline constexpr query_rows other_rows{"urn:other", query_members, other_names};
inline constexpr std::array<operation_row, 1> operations{{{"Do", thing, thing}}};
inline constexpr service_model query_model{"every", "",      "2026-11-26", false,        operations,
                                           shapes,  members, {},           &default_rows};
inline constexpr service_model other_query_model{
    "other", "", "2026-11-26", false, operations, shapes, members, {}, &other_rows};

}  // namespace millrace::aws::test::every_kind
