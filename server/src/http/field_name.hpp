// The field names that this server looks at, as numbers, and how a name becomes one: by length,
// then one vector comparison for each known name of that length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace::http {

enum class field_name : std::uint8_t {
  other,  ///< every name that is not in this list
  accept,
  accept_encoding,
  amz_sdk_invocation_id,
  amz_sdk_request,
  authorization,
  connection,
  content_encoding,
  content_length,
  content_type,
  date,
  expect,
  host,
  keep_alive,
  smithy_protocol,
  te,
  trailer,
  transfer_encoding,
  upgrade,
  user_agent,
  x_amz_content_sha256,
  x_amz_date,
  x_amz_security_token,
  x_amz_target,
  x_amz_user_agent,
  x_amzn_query_mode,
  x_amzn_trace_id,
};
inline constexpr std::size_t field_name_count = 27;

/// The number of the name at `text`, `size` bytes of any kind, readable for 32 bytes.
field_name recognise(const char* text, std::size_t size) noexcept;

/// The name in lower case; "" for `other`.
std::string_view to_string(field_name name) noexcept;

/// Names that mean something to routing, framing or signatures, and that two readers of one
/// message could therefore read differently if they came twice. A second one is refused.
bool once_only(field_name name) noexcept;

}  // namespace millrace::http
