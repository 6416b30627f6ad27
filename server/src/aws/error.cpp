// Shared error rows, texts, and errors on every wire.
#include "aws/error.hpp"

#include <algorithm>
#include <cstring>

#include "aws/cbor_writer.hpp"
#include "aws/json_writer.hpp"
#include "aws/query_json_writer.hpp"
#include "aws/xml_writer.hpp"

namespace millrace::aws {

namespace common_errors {
#define MR_CORAL "com.amazon.coral.service#"
constinit const error_row invalid_parameter_value{MR_CORAL "InvalidParameterValueException",
                                                  "InvalidParameterValue", 400, true};
constinit const error_row missing_parameter{MR_CORAL "MissingRequiredParameterException",
                                            "MissingParameter", 400, true};
constinit const error_row serialization{MR_CORAL "SerializationException", "SerializationException",
                                        400, true};
constinit const error_row unknown_operation{MR_CORAL "UnknownOperationException", "InvalidAction",
                                            400, true};
constinit const error_row unsupported_operation{MR_CORAL "UnsupportedOperationException",
                                                "UnsupportedOperation", 400, true};
constinit const error_row unsupported_protocol{MR_CORAL "UnsupportedProtocolException",
                                               "UnsupportedProtocol", 415, true};
constinit const error_row service_unavailable{MR_CORAL "ServiceUnavailableException",
                                              "ServiceUnavailable", 503, false};
constinit const error_row internal_failure{MR_CORAL "InternalFailure", "InternalFailure", 500,
                                           false};
constinit const error_row not_found{MR_CORAL "UnknownOperationException", "InvalidAction", 404,
                                    true};
constinit const error_row method_not_allowed{MR_CORAL "MethodNotAllowedException",
                                             "MethodNotAllowed", 405, true};
constinit const error_row missing_action{MR_CORAL "MissingActionException", "MissingAction", 400,
                                         true};
constinit const error_row no_such_version{MR_CORAL "NoSuchVersionException", "NoSuchVersion", 400,
                                          true};
constinit const error_row malformed_query_string{MR_CORAL "MalformedQueryStringException",
                                                 "MalformedQueryString", 404, true};
constinit const error_row access_denied{MR_CORAL "AccessDeniedException", "AccessDenied", 403,
                                        true};
#undef MR_CORAL
}  // namespace common_errors

namespace {

/// At most `size_max` bytes, cut between characters.
std::string_view cut(std::string_view utf8, std::size_t size_max) noexcept {
  if (utf8.size() <= size_max) return utf8;
  while (size_max > 0 && (static_cast<unsigned char>(utf8[size_max]) & 0xc0) == 0x80) --size_max;
  return utf8.substr(0, size_max);
}

std::string_view name_of(shape_kind kind) noexcept {
  switch (kind) {
    case shape_kind::structure: return "a structure";
    case shape_kind::list: return "a list";
    case shape_kind::map: return "a map";
    case shape_kind::string: return "a String";
    case shape_kind::blob: return "a Blob";
    case shape_kind::boolean: return "a Boolean";
    case shape_kind::integer: return "an Integer";
    case shape_kind::long_integer: return "a Long";
    case shape_kind::real: return "a Double";
    case shape_kind::timestamp: return "a Timestamp";
  }
  return "";
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

std::string text_of(const decode_result& failure) {
  const std::string at = std::to_string(failure.offset);
  const std::string_view member =
      failure.member.empty() ? std::string_view("the request") : failure.member;
  switch (failure.status) {
    case decode_status::ok:
    case decode_status::malformed: return joined({"The body is not valid at byte ", at, "."});
    case decode_status::invalid_utf8:
      return joined({"The text of ", member, " is not valid UTF-8 at byte ", at, "."});
    case decode_status::wrong_type:
      return joined({failure.found, " cannot be converted to ", name_of(failure.expected), " for ",
                     member, "."});
    case decode_status::out_of_range:
      return joined(
          {"The number for ", member, " does not fit into ", name_of(failure.expected), "."});
    case decode_status::invalid_base64:
      return joined({"The value of ", member, " is not valid base64."});
    case decode_status::duplicate: return joined({member, " holds a name twice at byte ", at, "."});
    case decode_status::too_deep:
      return joined({"The body is nested too deeply at byte ", at, "."});
    case decode_status::incomplete:
      return joined({"The request must contain the name and the value of each ", member, "."});
    case decode_status::too_many: return joined({"There are too many values in ", member, "."});
  }
  return {};
}

}  // namespace

error missing_parameter(std::string_view name) {
  return {common_errors::missing_parameter,
          joined({"The request must contain the parameter ", name, "."})};
}

error invalid_parameter(std::string_view value, std::string_view parameter,
                        std::string_view reason) {
  return {common_errors::invalid_parameter_value,
          joined({"Value ", cut(value, 256), " for parameter ", parameter,
                  " is invalid. Reason: ", reason})};
}

error error_of(const decode_result& failure) {
  return {common_errors::serialization, text_of(failure)};
}

error query_error_of(const decode_result& failure) {
  switch (failure.status) {
    case decode_status::malformed:
      return {common_errors::malformed_query_string,
              joined({"The form is not valid at byte ", std::to_string(failure.offset), "."})};
    case decode_status::incomplete: return {common_errors::missing_parameter, text_of(failure)};
    default: return {common_errors::invalid_parameter_value, text_of(failure)};
  }
}

void write_json_error(http::send_buffer& out, const error& why, const service_model* service,
                      http::response_head head) noexcept {
  constexpr std::string_view name = "x-amzn-query-error: ";
  const error_row& row = why.row();
  char field[128];
  if (service != nullptr && service->query_compatible && row.query_code.size() < 80) {
    char* at = field;
    const auto put = [&at](std::string_view text) {
      std::memcpy(at, text.data(), text.size());
      at += text.size();
    };
    put(name);
    put(row.query_code);
    put(row.sender_fault ? ";Sender\r\n" : ";Receiver\r\n");
    head.fields = {field, static_cast<std::size_t>(at - field)};
  }
  head.status = row.status;
  const bool whole_type = head.content_type != "application/x-amz-json-1.1";
  const http::open_response open = http::begin_response(out, head, why.message().size() + 80);
  out.append(R"({"__type":)");
  append_json_string(out, whole_type ? row.type : row.name());
  out.append(R"(,"message":)");
  append_json_string(out, why.message());
  out.append('}');
  http::finish_response(out, open);
}

void write_cbor_error(http::send_buffer& out, const error& why, http::response_head head) noexcept {
  constexpr std::string_view name = "x-amzn-ErrorType: ";
  const error_row& row = why.row();
  char field[192];
  if (head.fields.size() + row.name().size() < sizeof field - name.size() - 2) {
    char* at = field;
    for (const std::string_view part : {head.fields, name, row.name(), std::string_view("\r\n")}) {
      at = std::copy(part.begin(), part.end(), at);
    }
    head.fields = {field, static_cast<std::size_t>(at - field)};
  }
  head.status = row.status;
  head.content_type = content_type_of(wire::cbor_1_1);
  const http::open_response open = http::begin_response(out, head, why.message().size() + 40);
  out.append(cbor_writer::map_begin);
  append_cbor_text(out, "__type");
  append_cbor_text(out, row.name());
  append_cbor_text(out, "message");
  append_cbor_text(out, why.message());
  out.append(cbor_writer::container_end);
  http::finish_response(out, open);
}

void write_query_error(http::send_buffer& out, const error& why, const service_model* service,
                       http::response_head head) noexcept {
  const error_row& row = why.row();
  head.status = row.status;
  head.content_type = "text/xml";
  const http::open_response open = http::begin_response(out, head);
  out.append("<?xml version=\"1.0\"?><ErrorResponse");
  if (service != nullptr && service->query != nullptr) {
    out.append(" xmlns=\"");
    out.append(service->query->xml_namespace);
    out.append('"');
  }
  out.append("><Error><Type>");
  out.append(row.sender_fault ? "Sender" : "Receiver");
  out.append("</Type><Code>");
  out.append(row.query_code);
  out.append("</Code><Message>");
  append_xml_text(out, why.message());
  // SQS has an empty element more; services that never had another wire have none.
  const bool detailed = service == nullptr || service->query_compatible;
  out.append(detailed ? "</Message><Detail/></Error><RequestId>" : "</Message></Error><RequestId>");
  append_xml_text(out, head.request_id);
  out.append("</RequestId></ErrorResponse>");
  http::finish_response(out, open);
}

void write_query_json_error(http::send_buffer& out, const error& why,
                            http::response_head head) noexcept {
  const error_row& row = why.row();
  head.status = row.status;
  head.content_type = content_type_of(wire::query_json);
  const http::open_response open = http::begin_response(out, head);
  append_query_json_error(out, row.query_code, why.message(), row.sender_fault, head.request_id);
  http::finish_response(out, open);
}

void write_error(http::send_buffer& out, const error& why, wire w, const service_model* service,
                 http::response_head head) noexcept {
  switch (w) {
    case wire::json_1_0:
    case wire::json_1_1: return write_json_error(out, why, service, head);
    case wire::cbor_1_1: return write_cbor_error(out, why, head);
    case wire::query: return write_query_error(out, why, service, head);
    case wire::query_json: return write_query_json_error(out, why, head);
  }
}

}  // namespace millrace::aws
