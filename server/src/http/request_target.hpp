// What requests of every version of HTTP name: a method, and the host they are for.
#pragma once

#include <string_view>

#include "http/request.hpp"

namespace millrace::http {

/// `other` when it has no number of its own.
method method_of(std::string_view name) noexcept;

/// uri-host [ ":" port ], the port 1..65535 when there is a colon.
bool is_host(std::string_view text) noexcept;

}  // namespace millrace::http
