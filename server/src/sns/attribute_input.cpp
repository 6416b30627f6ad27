#include "sns/attribute_input.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <millrace/attributes.hpp>

#include "sns/errors.hpp"

namespace millrace::sns {
namespace {

namespace row = shapes::message_attribute_value;

constexpr std::size_t name_bytes_max = 256;
constexpr std::array<std::string_view, 3> base_types{"String", "Number", "Binary"};

std::string in_quotes(std::string_view name) {
  return "'" + std::string(name.substr(0, name_bytes_max)) + "'";
}

bool name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/// The Unicode character that begins at the front of valid UTF-8.
std::uint32_t first_character(std::string_view utf8) noexcept {
  const auto lead = static_cast<unsigned char>(utf8[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t code = size == 1 ? lead : lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size && i < utf8.size(); ++i) {
    code = code << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3fU);
  }
  return code;
}

aws::error bad_character(std::string_view from) {
  std::array<char, 8> hex;
  const char* const end =
      std::to_chars(hex.data(), hex.data() + hex.size(), first_character(from), 16).ptr;
  std::string code(hex.data(), static_cast<std::size_t>(end - hex.data()));
  for (char& c : code) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return invalid_value("Invalid non-alphanumeric character '#x" + code +
                       "' was found in the message attribute name. Can only include alphanumeric "
                       "characters, hyphens, underscores, or dots.");
}

/// String, Number or Binary, or one of them with a custom part behind a dot.
std::string_view base_of(std::string_view type) noexcept {
  for (const std::string_view base : base_types) {
    if (type == base) return base;
    if (type.starts_with(base) && type.size() > base.size() + 1 && type[base.size()] == '.') {
      return base;
    }
  }
  return {};
}

bool is_number(std::string_view text) noexcept {
  double number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed != std::errc::invalid_argument && end == text.data() + text.size();
}

/// Copies the encoding to the request's own memory.
bytes_view keep(call& c) {
  const std::vector<std::byte>& from = c.context->scratch;
  char* const to = c.input.memory().bytes(from.size());
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
  return {reinterpret_cast<const std::byte*>(to), from.size()};
}

}  // namespace

std::optional<aws::error> check_attribute_name(std::string_view name) {
  if (name.empty()) return invalid_value("A message attribute name must not be empty.");
  if (name.size() > name_bytes_max) {
    return invalid_value("Length of message attribute name must be less than 256 bytes.");
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!name_character(name[i])) return bad_character(name.substr(i));
  }
  if (name.starts_with('.')) {
    return invalid_value("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.ends_with('.')) {
    return invalid_value("Invalid message attribute name ending with character '.' was found.");
  }
  if (name.find("..") != name.npos) {
    return invalid_value("Message attribute name can not have successive '.' character.");
  }
  return std::nullopt;
}

std::optional<aws::error> check_attribute(std::string_view name, const aws::value& attribute) {
  const std::string_view type = attribute[row::data_type].text();
  const aws::value& text = attribute[row::string_value];
  const aws::value& blob = attribute[row::binary_value];
  const std::string_view base = base_of(type);
  const std::string about = "The message attribute " + in_quotes(name);
  if (base.empty() || type.size() > name_bytes_max) {
    return invalid_value(about +
                         " has an invalid message attribute type, the set of supported type "
                         "prefixes is Binary, Number, and String.");
  }
  const bool binary = base == "Binary";
  const aws::value& used = binary ? blob : text;
  const aws::value& other = binary ? text : blob;
  if (other.present() && !used.present()) {
    return invalid_value(about + " with type '" + std::string(type) + "' must use field '" +
                         (binary ? "Binary" : "String") + "'.");
  }
  if (used.text().empty()) {
    return invalid_value(about +
                         " must contain non-empty message attribute value for message attribute "
                         "type '" +
                         std::string(type) + "'.");
  }
  if (base == "Number" && !is_number(used.text())) {
    return invalid_value("Could not cast message attribute " + in_quotes(name) +
                         " value to number.");
  }
  return std::nullopt;
}

bytes_view encode_trace(call& c) {
  const std::string_view trace = c.request->header(http::field_name::x_amzn_trace_id);
  const auto plain = [](char each) { return each >= ' ' && each <= '~'; };
  if (trace.empty() || !std::all_of(trace.begin(), trace.end(), plain)) return {};
  c.context->scratch.clear();
  append_attribute(c.context->scratch, {"AWSTraceHeader", "String", as_bytes(trace)});
  return keep(c);
}

std::optional<aws::error> encode_attributes(call& c, const aws::value& map, bytes_view& out) {
  std::vector<std::byte>& encoded = c.context->scratch;
  encoded.clear();
  for (const aws::map_entry& entry : map.entries()) {
    if (auto wrong = check_attribute_name(entry.key)) return wrong;
    if (auto wrong = check_attribute(entry.key, entry.item)) return wrong;
    const aws::value& blob = entry.item[row::binary_value];
    const bool binary = base_of(entry.item[row::data_type].text()) == "Binary";
    const std::string_view value = binary ? blob.text() : entry.item[row::string_value].text();
    append_attribute(encoded, {entry.key, entry.item[row::data_type].text(), as_bytes(value)});
  }
  out = keep(c);
  return std::nullopt;
}

}  // namespace millrace::sns
