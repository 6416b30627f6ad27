// The table of routes and the search in it.
#include "aws/route.hpp"

#include <algorithm>

#include "aws/form.hpp"
#include "aws/tables/kinesis.hpp"
#include "aws/tables/sns.hpp"
#include "aws/tables/sqs.hpp"
#include "http/scan.hpp"

namespace millrace::aws {
namespace {

constexpr route all_routes[] = {
    {sqs::model, wire::json_1_0, auth_verdict::signature_required},
    {sqs::model, wire::query, auth_verdict::signature_required},
    {sns::model, wire::query, auth_verdict::signature_required},
    {kinesis::model, wire::json_1_1, auth_verdict::signature_required},
    {kinesis::model, wire::cbor_1_1, auth_verdict::signature_required},
    {"/_millrace/health", observation::health, auth_verdict::public_health},
    {"/_millrace/ready", observation::ready, auth_verdict::loopback_open},
    {"/_millrace/metrics", observation::metrics, auth_verdict::loopback_open},
    {"/_millrace/certificate", observation::certificate, auth_verdict::loopback_open},
    {"/_millrace/sns/", observation::signing_certificate, auth_verdict::loopback_open},
    {"/_millrace/clock/advance", observation::advance_clock, auth_verdict::loopback_open},
};

destination refuse(const error_row& row, std::string_view message) {
  destination nowhere;
  nowhere.failure.emplace(row, std::string(message));
  return nowhere;
}

destination refuse_method(std::string_view message, std::string_view allow) {
  destination nowhere = refuse(common_errors::method_not_allowed, message);
  nowhere.allow = allow;
  return nowhere;
}

/// The media type without its parameters.
std::string_view media_type(const http::request& request) noexcept {
  const std::string_view value = request.header(http::field_name::content_type);
  return http::trim(value.substr(0, value.find(';')));
}

/// What the client of a service that was not found reads.
wire wire_of_failure(const http::request& request) noexcept {
  for (const wire w : {wire::json_1_1, wire::cbor_1_1}) {
    if (http::same_ignoring_case(media_type(request), content_type_of(w))) return w;
  }
  return wire::json_1_0;
}

destination refuse_operation(const service_model& service, std::string_view name) {
  if (service.unserved != nullptr) {
    const auto names = service.unserved->operations;
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return refuse(common_errors::unsupported_operation,
                    std::string(name).append(" ").append(service.unserved->why));
    }
  }
  return refuse(common_errors::unknown_operation,
                "The service has no operation of the name in X-Amz-Target.");
}

destination by_target(const http::request& request, std::span<const route> table) {
  const std::string_view target = request.header(http::field_name::x_amz_target);
  const std::size_t dot = target.rfind('.');
  if (dot == std::string_view::npos) {
    return refuse(common_errors::unknown_operation,
                  "X-Amz-Target must read Service.Operation, e.g. AmazonSQS.SendMessage.");
  }
  const std::string_view media = media_type(request);
  bool service_known = false;
  for (const route& row : table) {
    if (row.service() == nullptr || row.wire() == wire::query ||
        row.service()->target_prefix != target.substr(0, dot)) {
      continue;
    }
    service_known = true;
    if (!http::same_ignoring_case(media, content_type_of(row.wire()))) continue;
    if (request.method != http::method::post) {
      return refuse_method("Operations are called by POST.", "Allow: POST\r\n");
    }
    const std::size_t found = find_operation(*row.service(), target.substr(dot + 1));
    if (found == row.service()->operations.size()) {
      return refuse_operation(*row.service(), target.substr(dot + 1));
    }
    return {.row = &row, .operation = found, .wire = row.wire()};
  }
  if (service_known) {
    return refuse(common_errors::unsupported_protocol,
                  "This service is not served in the format named in Content-Type.");
  }
  return refuse(common_errors::unknown_operation,
                "The service named in X-Amz-Target is not served here.");
}

bool asks_by_query(const http::request& request) noexcept {
  return http::same_ignoring_case(media_type(request), "application/x-www-form-urlencoded") ||
         request.query.starts_with("Action=") ||
         request.query.find("&Action=") != std::string_view::npos;
}

/// What a client of the query protocol reads: JSON where it accepts that before XML.
wire wire_of_form(const http::request& request) noexcept {
  std::string_view left = request.header(http::field_name::accept);
  while (!left.empty()) {
    const std::string_view range = left.substr(0, left.find(','));
    left.remove_prefix(std::min(left.size(), range.size() + 1));
    const std::string_view type = http::trim(range.substr(0, range.find(';')));
    if (http::same_ignoring_case(type, "application/json")) return wire::query_json;
    if (type.ends_with("/xml")) break;
  }
  return wire::query;
}

/// Whether a page in a browser, of this origin or another, sends the request. A page may send a
/// form anywhere without asking first, but not without saying so.
bool sent_by_page(const http::request& request) noexcept {
  const std::string_view site = request.header("sec-fetch-site");
  return !request.header("origin").empty() || (!site.empty() && site != "none");
}

destination refuse_action(std::string_view name) {
  return refuse(common_errors::unknown_operation, "The action " + std::string(name.substr(0, 256)) +
                                                      " is not valid for this endpoint.");
}

/// A queue's path does not take what is about no queue.
bool valid_at(std::string_view path, std::string_view operation) noexcept {
  const bool of_a_queue = path.find_first_not_of('/') != path.npos;
  return !of_a_queue || (operation != "CreateQueue" && operation != "ListQueues");
}

/// The service that the request is signed for: Credential=id/date/region/service/aws4_request.
std::string_view scope_of(const http::request& request) noexcept {
  constexpr std::string_view name = "Credential=";
  std::string_view scope = request.header("authorization");
  const std::size_t at = scope.find(name);
  if (at == scope.npos) return {};
  scope = scope.substr(at + name.size());
  scope = scope.substr(0, scope.find_first_of(", "));
  for (int before = 0; before < 3; ++before) {
    const std::size_t slash = scope.find('/');
    if (slash == scope.npos) return {};
    scope.remove_prefix(slash + 1);
  }
  return scope.substr(0, scope.find('/'));
}

/// Whether a form of this Version, or without one by this signature, may be for `service`.
bool may_ask(const service_model& service, const form_value& version, std::string_view scope) {
  if (version.count == 1) return version.text == service.api_version;
  return scope.empty() || scope == service.name;
}

destination by_form(const http::request& request, std::span<const route> table) {
  if (request.method != http::method::get && request.method != http::method::post) {
    return refuse_method("Operations are called by GET or POST.", "Allow: GET, POST\r\n");
  }
  if (sent_by_page(request)) {
    return refuse(common_errors::access_denied, "Web pages may not call operations.");
  }
  const auto [action, version] = find_address(form_of(request));
  if (action.count == 0) {
    return refuse(common_errors::missing_action, "The request must contain the parameter Action.");
  }
  const bool in_both = !request.body.empty() && find_address(request.query).action.count != 0;
  if (action.count > 1 || version.count > 1 || in_both) {
    return refuse(common_errors::malformed_query_string,
                  "Action and Version may stand in a request once.");
  }
  const std::string_view scope = scope_of(request);
  bool service_known = false;
  for (const route& row : table) {
    if (row.service() == nullptr || row.wire() != wire::query) continue;
    if (!may_ask(*row.service(), version, scope)) continue;
    service_known = true;
    const std::size_t found = find_operation(*row.service(), action.text);
    if (found == row.service()->operations.size()) continue;
    if (!valid_at(request.path, action.text)) break;
    return {.row = &row, .operation = found};
  }
  if (service_known) return refuse_action(action.text);
  return refuse(common_errors::no_such_version,
                "No service of this Version, or of the one it is signed for, is served here.");
}

bool leads_to(std::string_view row, std::string_view path) noexcept {
  return row.ends_with('/') ? path.starts_with(row) : path == row;
}

destination by_path(const http::request& request, std::span<const route> table) {
  for (const route& row : table) {
    if (row.path().empty() || !leads_to(row.path(), request.path)) continue;
    const bool posted = row.observed() == observation::advance_clock;
    const bool got = request.method == http::method::get || request.method == http::method::head;
    if (posted ? request.method == http::method::post : got) return {.row = &row};
    return posted ? refuse_method("This path is called by POST.", "Allow: POST\r\n")
                  : refuse_method("This path is read by GET.", "Allow: GET, HEAD\r\n");
  }
  if (asks_by_query(request)) {
    destination to = by_form(request, table);
    to.wire = wire_of_form(request);
    return to;
  }
  if (request.path.starts_with("/_millrace/")) {
    return refuse(common_errors::not_found, "Millrace has no such path.");
  }
  destination nowhere =
      refuse(common_errors::not_found,
             "No operation is named here: this is Millrace, POST with X-Amz-Target or a form.");
  nowhere.wire = wire::query;
  return nowhere;
}

/// As AWS answers what names no operation, whatever its sender accepts; the sentence is for people.
void write_unknown_operation(http::send_buffer& out, const error& why, http::response_head head) {
  head.status = why.row().status;
  const std::string text = "<UnknownOperationException/>\n<!-- " + why.message() + " -->\n";
  http::write_response(out, head, text);
}

}  // namespace

std::span<const route> routes() noexcept { return all_routes; }

void write_failure(http::send_buffer& out, const destination& nowhere, http::response_head head) {
  head.fields = nowhere.allow;
  head.content_type = content_type_of(nowhere.wire);
  if (&nowhere.failure->row() == &common_errors::not_found && nowhere.wire == wire::query) {
    return write_unknown_operation(out, *nowhere.failure, head);
  }
  write_error(out, *nowhere.failure, nowhere.wire, nullptr, head);
}

std::string_view form_of(const http::request& request) noexcept {
  return request.body.empty() ? request.query : request.body;
}

destination find_route(const http::request& request, std::span<const route> table) {
  const bool has_target = request.has(http::field_name::x_amz_target);
  if (request.has(http::field_name::smithy_protocol)) {
    return refuse(common_errors::unsupported_protocol,
                  "The protocol named in Smithy-Protocol is not served.");
  }
  if (!has_target) return by_path(request, table);
  destination to = by_target(request, table);
  if (!to) to.wire = wire_of_failure(request);
  return to;
}

}  // namespace millrace::aws
