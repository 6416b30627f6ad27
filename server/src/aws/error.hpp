// How a request failed, as its client will read it: a row of the service's model or of the
// errors that all services share, and a sentence. Made where the failure is found or from an errc
// (error_of.hpp), written by write_error for the wire the request came on. A value, any thread.
#pragma once

#include <string>
#include <string_view>

#include "aws/document.hpp"
#include "aws/model.hpp"
#include "aws/wire.hpp"
#include "http/response.hpp"

namespace millrace::aws {

/// Errors that no model lists and every service answers with.
namespace common_errors {
extern const error_row invalid_parameter_value;
extern const error_row missing_parameter;
extern const error_row serialization;
extern const error_row unknown_operation;
extern const error_row unsupported_operation;
extern const error_row unsupported_protocol;
extern const error_row service_unavailable;
extern const error_row internal_failure;
extern const error_row not_found;
extern const error_row method_not_allowed;
// Of the query protocol.
extern const error_row missing_action;
extern const error_row no_such_version;
extern const error_row malformed_query_string;
extern const error_row access_denied;
}  // namespace common_errors

class error {
 public:
  error(const error_row& row, std::string message) noexcept
      : row_(&row), message_(std::move(message)) {}

  [[nodiscard]] const error_row& row() const noexcept { return *row_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  const error_row* row_;
  std::string message_;
};

/// "The request must contain the parameter X."
error missing_parameter(std::string_view name);
/// "Value V for parameter P is invalid. Reason: R" with V cut to 256 bytes.
error invalid_parameter(std::string_view value, std::string_view parameter,
                        std::string_view reason);
/// What to tell the sender of a body that could not be decoded.
error error_of(const decode_result& failure);
/// The same for a form.
error query_error_of(const decode_result& failure);

/// Writes the whole response as a client of `w` reads it: one of the functions below.
void write_error(http::send_buffer& out, const error& why, wire w, const service_model* service,
                 http::response_head head) noexcept;

/// Writes the whole response: the row's status over head.status, the body, and for a
/// query-compatible `service` (nullptr: none, e.g. not yet routed) the x-amzn-query-error field.
/// `head` gives content type, request id, connection and date.
void write_json_error(http::send_buffer& out, const error& why, const service_model* service,
                      http::response_head head) noexcept;

/// The same for a client that reads CBOR; the name of the error stands in a field too.
void write_cbor_error(http::send_buffer& out, const error& why, http::response_head head) noexcept;

/// The same for a client that asked by the query protocol and reads XML, in the namespace of
/// `service` (nullptr: none).
void write_query_error(http::send_buffer& out, const error& why, const service_model* service,
                       http::response_head head) noexcept;

/// The same for one that asked by the query protocol and reads JSON.
void write_query_json_error(http::send_buffer& out, const error& why,
                            http::response_head head) noexcept;

}  // namespace millrace::aws
