#include "daemon/log.hpp"

#include <array>
#include <cstdio>

namespace millrace::daemon {
namespace {

config::log_level least_level = config::log_level::info;
constexpr std::array<const char*, 4> names{"debug", "info", "warn", "error"};

}  // namespace

void set_log_level(config::log_level least) { least_level = least; }

void log(config::log_level level, std::string_view text) {
  if (level < least_level || level == config::log_level::off) return;
  std::fprintf(stderr, "millraced: %s: %.*s\n", names[static_cast<std::size_t>(level)],
               static_cast<int>(text.size()), text.data());
}

}  // namespace millrace::daemon
