#include "aws/sealed_token.hpp"

#include <cstring>

#include "aws/base64.hpp"

namespace millrace::aws {
namespace {

constexpr std::size_t head_bytes = 1 + sizeof(std::uint32_t) + sizeof(std::int64_t);
constexpr std::size_t seal_bytes = sizeof(std::uint64_t);

template <class Number>
void append_number(std::string& to, Number n) {
  char bytes[sizeof n];
  std::memcpy(bytes, &n, sizeof n);
  to.append(bytes, sizeof n);
}

template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
  Number n;
  std::memcpy(&n, bytes.data() + at, sizeof n);
  return n;
}

}  // namespace

std::string seal(const token_key& key, std::uint8_t kind, std::int64_t made_at_ms,
                 std::string_view content) {
  std::string bytes;
  bytes.reserve(head_bytes + content.size() + seal_bytes);
  append_number(bytes, kind);
  append_number(bytes, key.process);
  append_number(bytes, made_at_ms);
  bytes.append(content);
  append_number(bytes, siphash(key.key, bytes));
  std::string text(base64_encoded_size(bytes.size()), '\0');
  base64_encode(bytes, text.data());
  return text;
}

opened_token open_token(const token_key& key, std::uint8_t kind, std::string_view text) {
  opened_token out;
  std::string bytes(base64_decoded_size_max(text.size()), '\0');
  std::size_t size = 0;
  if (!base64_decode(text, bytes.data(), size) || size < head_bytes + seal_bytes) return out;
  const std::string_view sealed = std::string_view(bytes).substr(0, size - seal_bytes);
  if (number_at<std::uint8_t>(sealed, 0) != kind) return out;
  out.made_at_ms = number_at<std::int64_t>(sealed, 1 + sizeof(std::uint32_t));
  if (number_at<std::uint32_t>(sealed, 1) != key.process) {
    out.is = opened_token::verdict::earlier;
    return out;
  }
  if (siphash(key.key, sealed) != number_at<std::uint64_t>(bytes, size - seal_bytes)) return out;
  out.is = opened_token::verdict::good;
  out.content = sealed.substr(head_bytes);
  return out;
}

}  // namespace millrace::aws
