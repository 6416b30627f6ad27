#include "http/request_target.hpp"

#include <algorithm>

#include "http/scan.hpp"

namespace millrace::http {
namespace {

struct known_method {
  std::string_view name;
  http::method value;
};
constexpr known_method known_methods[] = {
    {"POST", method::post},       {"GET", method::get},        {"PUT", method::put},
    {"HEAD", method::head},       {"DELETE", method::delete_}, {"PATCH", method::patch},
    {"OPTIONS", method::options}, {"TRACE", method::trace},
};

}  // namespace

method method_of(std::string_view name) noexcept {
  for (const known_method& known : known_methods) {
    if (known.name == name) return known.value;
  }
  return method::other;
}

bool is_host(std::string_view text) noexcept {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_host_char)) return false;
  std::size_t host_end = 0;
  if (text.front() == '[') {
    host_end = text.find(']');
    if (host_end == std::string_view::npos || host_end < 3) return false;
    ++host_end;
  } else {
    host_end = std::min(text.find(':'), text.size());
    if (host_end == 0) return false;
  }
  if (text.find_first_of("[]", text.front() == '[' ? host_end : 0) != std::string_view::npos) {
    return false;
  }
  if (host_end == text.size()) return true;
  const std::string_view port = text.substr(host_end + 1);
  if (text[host_end] != ':' || port.empty() || port.size() > 5) return false;
  if (!std::all_of(port.begin(), port.end(), is_digit)) return false;
  unsigned number = 0;
  for (const char digit : port) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number >= 1 && number <= 65535;
}

}  // namespace millrace::http
