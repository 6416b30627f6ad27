#include "aws/form.hpp"

#include <cstring>

namespace millrace::aws {
namespace {

/// 0 to 15, or -1.
int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool form_reader::next(form_field& out) noexcept {
  while (!left_.empty()) {
    const std::string_view field = left_.substr(0, left_.find('&'));
    left_.remove_prefix(field.size() == left_.size() ? field.size() : field.size() + 1);
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    out.name = field.substr(0, equals);
    out.value = equals == field.npos ? std::string_view{} : field.substr(equals + 1);
    return true;
  }
  return false;
}

bool decode_form_text(std::string_view encoded, arena& memory, std::string_view& out) noexcept {
  const std::size_t plain = encoded.find_first_of("%+");
  out = encoded;
  if (plain == encoded.npos) return true;
  char* const first = memory.open(encoded.size());
  std::memcpy(first, encoded.data(), plain);
  char* to = first + plain;
  for (std::size_t i = plain; i < encoded.size(); ++i) {
    if (encoded[i] != '%') {
      *to++ = encoded[i] == '+' ? ' ' : encoded[i];
      continue;
    }
    if (encoded.size() - i < 3) return false;
    const int high = hex_digit(encoded[i + 1]);
    const int low = hex_digit(encoded[i + 2]);
    if (high < 0 || low < 0) return false;
    *to++ = static_cast<char>(high * 16 + low);
    i += 2;
  }
  out = {first, static_cast<std::size_t>(to - first)};
  memory.close(out.size());
  return true;
}

form_value find_in_form(std::string_view form, std::string_view name) noexcept {
  form_value found;
  form_reader reader(form);
  form_field field;
  while (reader.next(field)) {
    if (field.name == name && found.count++ == 0) found.text = field.value;
  }
  return found;
}

}  // namespace millrace::aws
