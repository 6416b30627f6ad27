// The settings file, read by toml++ (without exceptions, and nowhere else in the server).
#include "config/config_file.hpp"

#include "config/text_file.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace millrace::config {
namespace {

std::string place(const std::string& path, const toml::source_region& region) {
  return path + ":" + std::to_string(region.begin.line);
}

}  // namespace

or_error<assignments> read_config_file(const std::string& path) {
  or_error<std::string> text = read_text_file(path);
  if (!text) return refuse<assignments>(text.error);
  const toml::parse_result parsed = toml::parse(std::string_view(*text), std::string_view(path));
  if (!parsed) {
    return refuse<assignments>(place(path, parsed.error().source()) + ": " +
                               std::string(parsed.error().description()));
  }
  assignments out;
  for (const auto& [key, node] : parsed.table()) {
    const std::string where = place(path, key.source());
    std::string value;
    if (const auto* number = node.as_integer()) {
      value = std::to_string(number->get());
    } else if (const auto* words = node.as_string()) {
      value = words->get();
    } else if (const auto* truth = node.as_boolean()) {
      value = truth->get() ? "true" : "false";
    } else {
      return refuse<assignments>(where + ": " + std::string(key.str()) +
                                 " must be a number, a string, true or false");
    }
    out.push_back({std::string(key.str()), std::move(value), where});
  }
  return {std::move(out), {}};
}

}  // namespace millrace::config
