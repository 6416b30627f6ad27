// Reads the form of a query-protocol request into a document, driven by the rows of its input
// shape. No tree of its own: the fields that the shape knows are sorted by their names, piece by
// piece, and then every structure, list and map is a run of neighbours. Called by the server's I/O
// threads; keeps no state.
#pragma once

#include <string_view>

#include "aws/document.hpp"
#include "aws/model.hpp"

namespace millrace::aws {

/// A form with more fields is too_many; the largest honest one, a batch of ten with ten attributes
/// each, has some 370.
inline constexpr std::size_t form_fields_max = 4096;
/// A longer name is of no field that a shape knows, and is ignored like any other such.
inline constexpr std::size_t form_name_bytes_max = 512;

/// Resets `into` and fills it from `form`; model.query is there. Fields that the input does not
/// know (Action, Version, those of a signature) are ignored. Numbers of lists may start and skip as
/// they like, they give the order; one element or entry may come without ("AttributeName=All"). A
/// list named with an empty value is empty. On failure the document's content is unspecified.
decode_result read_query(document& into, const service_model& model, shape_id input,
                         std::string_view form) noexcept;

}  // namespace millrace::aws
