// The services of this server, each with a pool of calls in every worker. Adding one: its line in
// services.cpp.
#pragma once

#include <array>
#include <cstdint>

#include "aws/call.hpp"
#include "aws/route.hpp"

namespace millrace::daemon {

inline constexpr std::size_t service_count = 4;
const std::array<const aws::service*, service_count>& services() noexcept;

/// Where a request goes: one of services(), and its operation.
struct service_place {
  std::uint8_t service = 0;
  std::uint16_t operation = 0;
};
service_place place_of(const aws::destination& to) noexcept;

}  // namespace millrace::daemon
