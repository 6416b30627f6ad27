// One pass over the header's lines, which end where an empty line stands.

#include "load/http_answer.hpp"

#include <charconv>
#include <cstring>

namespace millrace::perf {

namespace {

constexpr std::size_t header_bytes_max = 64 * 1024;

/// True when `line` starts with the lower-case `name`, in any case.
bool starts_with_name(std::string_view line, std::string_view name) noexcept {
  if (line.size() < name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = line[i];
    if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != name[i]) return false;
  }
  return true;
}

bool parse_number(std::string_view text, std::size_t& out) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

http_answer malformed() noexcept { return {answer_state::malformed, 0, {}, 0}; }

}  // namespace

http_answer scan_answer(std::string_view bytes) noexcept {
  constexpr std::string_view version = "HTTP/1.1 ";
  if (bytes.size() < version.size() + 4) return {};
  std::size_t status = 0;
  if (!bytes.starts_with(version) || !parse_number(bytes.substr(9, 3), status)) return malformed();
  std::size_t length = 0;
  bool has_length = false;
  std::size_t start = 0;
  for (;;) {
    const std::string_view rest = bytes.substr(start);
    const auto* end = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
    if (end == nullptr) return bytes.size() > header_bytes_max ? malformed() : http_answer{};
    std::string_view line(rest.data(), static_cast<std::size_t>(end - rest.data()));
    start += line.size() + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (starts_with_name(line, "content-length:")) {
      has_length = parse_number(line.substr(15), length);
      if (!has_length) return malformed();
    } else if (starts_with_name(line, "transfer-encoding:")) {
      return malformed();
    }
  }
  if (!has_length && status != 204) return malformed();
  if (bytes.size() - start < length) return {};
  return {answer_state::complete, static_cast<int>(status), bytes.substr(start, length),
          start + length};
}

}  // namespace millrace::perf
