// Reads the CBOR of a request (application/x-amz-cbor-1.1, the Java SDK's wire for Kinesis)
// straight into a document, driven by the rows of its input shape, as json_reader does. Strings of
// one piece stay where they are in the body, blobs too. Well-formed to the letter (RFC 8949), also
// in members that the model does not know: those are checked and ignored.
// Called by the server's I/O threads; keeps no state.
#pragma once

#include <string_view>

#include "aws/document.hpp"
#include "aws/model.hpp"

namespace millrace::aws {

/// Resets `into` and fills it from `body`. An empty body is an empty structure; null and undefined
/// are absent. On failure the document's content is unspecified.
/// Integers are integers: 1.0 is wrong_type. A timestamp is a number of *milliseconds*, with tag 1
/// or bare, and reads as seconds, like those of other wires; no other tag may stand in a known
/// member but that of CBOR itself (55799) before the whole.
decode_result read_cbor(document& into, const service_model& model, shape_id input,
                        std::string_view body) noexcept;

}  // namespace millrace::aws
