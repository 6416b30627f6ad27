// Reads the JSON of a request straight into a document, driven by the rows of its input shape:
// one pass, no tree of its own. Strings without escapes stay where they are in the body. (A
// general parser's tape would cost 14 bytes a byte of body, 80 MiB for the largest one.) RFC 8259
// to the letter, also in members that the model does not know: those are checked and ignored.
// Called by the server's I/O threads; keeps no state.
#pragma once

#include <string_view>

#include "aws/document.hpp"
#include "aws/model.hpp"

namespace millrace::aws {

/// Resets `into` and fills it from `body`, behind which 32 bytes must be readable. An empty body
/// is an empty structure; null is absent. On failure the document's content is unspecified.
/// Integers are plain: 1.0 and 1e2 are wrong_type, 2147483648 for a 32-bit one is out_of_range.
decode_result read_json(document& into, const service_model& model, shape_id input,
                        std::string_view body) noexcept;

}  // namespace millrace::aws
