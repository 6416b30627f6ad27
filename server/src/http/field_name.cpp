// The table behind recognise(): names by length.
#include "http/field_name.hpp"

#include <array>
#include <cstring>

#include "http/scan.hpp"

namespace millrace::http {
namespace {

struct row {
  std::array<char, 32> lower{};
  std::uint8_t size = 0;
  bool once = false;
};

constexpr row make(std::string_view name, bool once = false) {
  row r;
  for (std::size_t i = 0; i < name.size(); ++i) r.lower[i] = name[i];
  r.size = static_cast<std::uint8_t>(name.size());
  r.once = once;
  return r;
}

constexpr bool once = true;

// In the order of the enumeration.
constexpr std::array<row, field_name_count> rows{
    make(""),
    make("accept"),
    make("accept-encoding"),
    make("amz-sdk-invocation-id"),
    make("amz-sdk-request"),
    make("authorization", once),
    make("connection"),
    make("content-encoding"),
    make("content-length", once),
    make("content-type", once),
    make("date"),
    make("expect", once),
    make("host", once),
    make("keep-alive"),
    make("smithy-protocol", once),
    make("te"),
    make("trailer"),
    make("transfer-encoding"),
    make("upgrade"),
    make("user-agent"),
    make("x-amz-content-sha256", once),
    make("x-amz-date", once),
    make("x-amz-security-token", once),
    make("x-amz-target", once),
    make("x-amz-user-agent"),
    make("x-amzn-query-mode", once),
    make("x-amzn-trace-id"),
};

constexpr std::size_t size_max = 24;

/// For each length the known names of that length: [first[n], first[n + 1]) of `order`.
struct by_size {
  std::array<std::uint8_t, size_max + 2> first{};
  std::array<std::uint8_t, field_name_count> order{};
};

constexpr by_size make_by_size() {
  by_size index;
  std::uint8_t next = 0;
  for (std::size_t size = 0; size <= size_max; ++size) {
    index.first[size] = next;
    for (std::uint8_t i = 1; i < field_name_count; ++i) {
      if (rows[i].size == size) index.order[next++] = i;
    }
  }
  index.first[size_max + 1] = next;
  return index;
}

constexpr by_size names_by_size = make_by_size();
static_assert(names_by_size.first[size_max + 1] == field_name_count - 1, "a name is too long");

}  // namespace

field_name recognise(const char* text, std::size_t size) noexcept {
  if (size > size_max) return field_name::other;
  for (std::size_t i = names_by_size.first[size]; i < names_by_size.first[size + 1]; ++i) {
    const std::uint8_t candidate = names_by_size.order[i];
    if (same_name(text, rows[candidate].lower.data(), size)) {
      return static_cast<field_name>(candidate);
    }
  }
  return field_name::other;
}

std::string_view to_string(field_name name) noexcept {
  const row& r = rows[static_cast<std::size_t>(name)];
  return {r.lower.data(), r.size};
}

bool once_only(field_name name) noexcept { return rows[static_cast<std::size_t>(name)].once; }

}  // namespace millrace::http
