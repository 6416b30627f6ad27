// MILLRACE_* variables. An unknown one is no error: orchestrators set some of their own accord.
#include "config/environment.hpp"

#include <cstring>

#include "config/settings.hpp"

namespace millrace::config {

std::string variable_name(std::string_view row_name) {
  std::string out = "MILLRACE_";
  for (const char c : row_name) {
    out += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

environment read_environment(const char* const* variables) {
  environment out;
  for (; variables != nullptr && *variables != nullptr; ++variables) {
    const std::string_view line = *variables;
    const std::size_t equals = line.find('=');
    if (!line.starts_with("MILLRACE_") || equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (name == "MILLRACE_CONFIG") {
      out.file = value;
      continue;
    }
    bool known = false;
    for (const option_row& row : settings_table()) {
      if (variable_name(row.name) != name) continue;
      out.given.push_back({std::string(row.name), std::string(value), std::string(name)});
      known = true;
    }
    if (!known) out.unknown.emplace_back(name);
  }
  return out;
}

}  // namespace millrace::config
