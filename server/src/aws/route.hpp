// Which operation of which service a request asks for, and whether it may be answered without a
// signature. The table is data, checked when it is compiled: a route cannot be written down
// without an auth_verdict, so no path to an answer goes around authentication by omission.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "aws/error.hpp"
#include "aws/model.hpp"
#include "aws/wire.hpp"
#include "http/request.hpp"

namespace millrace::aws {

/// Who may be answered on a route. There is no default.
enum class auth_verdict : std::uint8_t {
  signature_required = 1,  ///< a verified signature; `--auth off`, loopback only, waives it
  loopback_open,           ///< anybody who calls a loopback address; nobody else
  public_health,           ///< anybody: says that the process lives, and nothing else
};

/// Where a request came in and what has been proved about its sender.
struct admission {
  bool loopback_listener = false;
  bool auth_off = false;
  bool signature_verified = false;
};

/// Whether a request admitted like this may be answered under `verdict`.
constexpr bool admits(auth_verdict verdict, const admission& how) noexcept {
  switch (verdict) {
    case auth_verdict::signature_required:
      return how.signature_verified || (how.auth_off && how.loopback_listener);
    case auth_verdict::loopback_open: return how.loopback_listener;
    case auth_verdict::public_health: return true;
  }
  return false;
}

/// Paths of our own: all are read by GET, but for advance_clock, which is a POST.
enum class observation : std::uint8_t {
  health,
  ready,
  metrics,
  advance_clock,
  certificate,
  signing_certificate,  ///< of notifications
};

/// One row: either all operations of a service on one wire, or one path of our own.
class route {
 public:
  /// X-Amz-Target: <service's prefix>.<operation>, with the wire's content type; on the query wire
  /// the form's Action and Version.
  consteval route(const service_model& service, wire w, auth_verdict verdict)
      : service_(&service), wire_(w), verdict_(checked(verdict)) {}
  /// Exactly `path`, or what begins with it where it ends in '/', by GET and HEAD, or for
  /// advance_clock by POST.
  consteval route(std::string_view path, observation what, auth_verdict verdict)
      : path_(path), observation_(what), verdict_(checked(verdict)) {}

  [[nodiscard]] const service_model* service() const noexcept { return service_; }
  [[nodiscard]] aws::wire wire() const noexcept { return wire_; }
  [[nodiscard]] std::string_view path() const noexcept { return path_; }
  [[nodiscard]] observation observed() const noexcept { return observation_; }
  [[nodiscard]] auth_verdict verdict() const noexcept { return verdict_; }

 private:
  static consteval auth_verdict checked(auth_verdict verdict) {
    if (verdict < auth_verdict::signature_required || verdict > auth_verdict::public_health) {
      throw "a route needs an authentication verdict";  // not a constant: does not compile
    }
    return verdict;
  }

  const service_model* service_ = nullptr;
  std::string_view path_;
  aws::wire wire_ = aws::wire::json_1_0;
  observation observation_ = observation::health;
  auth_verdict verdict_;
};

/// Every route that this server has.
std::span<const route> routes() noexcept;

/// Where a request leads: a row and, for a service, the place of the operation in its model; or
/// why it leads nowhere, which write_failure tells in the client's own format.
struct destination {
  const route* row = nullptr;
  std::size_t operation = 0;
  std::optional<error> failure = std::nullopt;
  std::string_view allow = {};  ///< of a wrong method: the Allow field line (RFC 9110 15.5.6)
  aws::wire wire = aws::wire::json_1_0;  ///< what the client reads
  explicit operator bool() const noexcept { return row != nullptr; }
};

/// Answers a request that leads nowhere, in the format that its client reads.
void write_failure(http::send_buffer& out, const destination& nowhere, http::response_head head);

/// The form of a request on the query wire: its body, or else what stands behind '?'.
std::string_view form_of(const http::request& request) noexcept;

/// By protocol marker, then X-Amz-Target, then our own paths, then the form's Action.
destination find_route(const http::request& request, std::span<const route> table = routes());

}  // namespace millrace::aws
