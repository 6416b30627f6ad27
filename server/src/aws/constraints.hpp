// What a service's model demands of a request's values (constraint_rows), checked as AWS checks it
// and told in its words. Called by handlers of services whose models carry the rows. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "aws/model.hpp"
#include "aws/value.hpp"

namespace millrace::aws {

/// Whether the whole of `text` is what a pattern describes.
using pattern_matcher = bool (*)(std::string_view text) noexcept;

/// "2 validation errors detected: Value null at 'records' failed to satisfy constraint: ...; ...",
/// ten at most; empty if all is well. `matchers` are those of the model's patterns, in their order.
std::string violations(const service_model& model, shape_id shape, const value& root,
                       std::span<const pattern_matcher> matchers);

/// One of them: "Value 'v' at 'member' failed to satisfy constraint: Member must ...".
std::string violation(std::string_view shown, std::string_view path, std::string_view demand);
/// A whole text about the one.
std::string one_violation(std::string_view shown, std::string_view path, std::string_view demand);

/// Unicode characters of valid UTF-8.
std::size_t count_characters(std::string_view utf8) noexcept;

}  // namespace millrace::aws
