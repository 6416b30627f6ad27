// The encodings of requests and answers, and the media types that name them.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::aws {

/// How requests and answers of a service are encoded.
enum class wire : std::uint8_t { json_1_0, json_1_1, cbor_1_1, query };

/// The answer's Content-Type; of all but the query wire the request's as well.
constexpr std::string_view content_type_of(wire w) noexcept {
  switch (w) {
    case wire::json_1_0: return "application/x-amz-json-1.0";
    case wire::json_1_1: return "application/x-amz-json-1.1";
    case wire::cbor_1_1: return "application/x-amz-cbor-1.1";
    case wire::query: return "text/xml";
  }
  return {};
}

}  // namespace millrace::aws
