// Shared error rows, texts, and errors on the JSON wires.
#include "aws/error.hpp"

#include <algorithm>
#include <cstring>

#include "aws/json_writer.hpp"

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

void append_xml_text(http::send_buffer& out, std::string_view text) noexcept {
  for (const char c : text) {
    switch (c) {
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      default: out.append(c); break;
    }
  }
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
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
  const std::string at = std::to_string(failure.offset);
  const std::string_view member =
      failure.member.empty() ? std::string_view("the request") : failure.member;
  std::string text;
  switch (failure.status) {
    case decode_status::ok:
    case decode_status::malformed:
      text = joined({"The body is not valid at byte ", at, "."});
      break;
    case decode_status::invalid_utf8:
      text = joined({"The text of ", member, " is not valid UTF-8 at byte ", at, "."});
      break;
    case decode_status::wrong_type:
      text = joined({failure.found, " cannot be converted to ", name_of(failure.expected), " for ",
                     member, "."});
      break;
    case decode_status::out_of_range:
      text = joined(
          {"The number for ", member, " does not fit into ", name_of(failure.expected), "."});
      break;
    case decode_status::invalid_base64:
      text = joined({"The value of ", member, " is not valid base64."});
      break;
    case decode_status::duplicate:
      text = joined({member, " holds a name twice at byte ", at, "."});
      break;
    case decode_status::too_deep:
      text = joined({"The body is nested too deeply at byte ", at, "."});
      break;
    case decode_status::too_many:
      text = joined({"There are too many values in ", member, "."});
      break;
  }
  return {common_errors::serialization, std::move(text)};
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

void write_query_error(http::send_buffer& out, const error& why,
                       http::response_head head) noexcept {
  const error_row& row = why.row();
  head.status = row.status;
  head.content_type = "text/xml";
  const http::open_response open = http::begin_response(out, head);
  out.append("<ErrorResponse><Error><Type>");
  out.append(row.sender_fault ? "Sender" : "Receiver");
  out.append("</Type><Code>");
  out.append(row.query_code);
  out.append("</Code><Message>");
  append_xml_text(out, why.message());
  out.append("</Message><Detail/></Error><RequestId>");
  append_xml_text(out, head.request_id);
  out.append("</RequestId></ErrorResponse>");
  http::finish_response(out, open);
}

}  // namespace millrace::aws
