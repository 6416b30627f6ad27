#include "aws/read_request.hpp"

#include "aws/cbor_reader.hpp"
#include "aws/json_reader.hpp"
#include "aws/query_reader.hpp"
#include "aws/route.hpp"

namespace millrace::aws {

decode_result read_request(document& into, const service_model& model, shape_id input, wire w,
                           const http::request& request) noexcept {
  switch (w) {
    case wire::json_1_0:
    case wire::json_1_1: return read_json(into, model, input, request.body);
    case wire::cbor_1_1: return read_cbor(into, model, input, request.body);
    case wire::query:
    case wire::query_json: return read_query(into, model, input, form_of(request));
  }
  decode_result unknown;
  unknown.status = decode_status::malformed;
  return unknown;
}

error error_of(const decode_result& failure, wire w) {
  return is_query(w) ? query_error_of(failure) : error_of(failure);
}

}  // namespace millrace::aws
