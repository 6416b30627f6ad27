// The encodings of requests and answers, and the media types that name them.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::aws {

/// How requests and answers of a service are encoded.
enum class wire : std::uint8_t {
  json_1_0,
  json_1_1,
  cbor_1_1,
  query,
  query_json,  ///< the query protocol's form, and its answer as JSON
};

/// Whether requests are forms.
constexpr bool is_query(wire w) noexcept { return w == wire::query || w == wire::query_json; }

/// The answer's Content-Type; of all but the query wires the request's as well.
constexpr std::string_view content_type_of(wire w) noexcept {
  switch (w) {
    case wire::json_1_0: return "application/x-amz-json-1.0";
    case wire::json_1_1: return "application/x-amz-json-1.1";
    case wire::cbor_1_1: return "application/x-amz-cbor-1.1";
    case wire::query: return "text/xml";
    case wire::query_json: return "application/json";
  }
  return {};
}

}  // namespace millrace::aws
