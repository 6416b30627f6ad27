// assignment: one option given a value somewhere, and where that was, for messages. The command
// line, the environment and the file each come to a list of these; load() lays them over another.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace millrace::config {

struct assignment {
  std::string name;   ///< of a row, or what was written instead
  std::string value;  ///< as written
  std::string where;  ///< "--port", "MILLRACE_PORT", "millrace.toml:3"
};

/// A value, or in words why there is none.
template <class T>
struct or_error {
  std::optional<T> value;
  std::string error;

  explicit operator bool() const noexcept { return value.has_value(); }
  T& operator*() { return *value; }
  T* operator->() { return &*value; }
};

/// Makes the or_error that carries only a message.
template <class T>
or_error<T> refuse(std::string message) {
  return {std::nullopt, std::move(message)};
}

using assignments = std::vector<assignment>;

}  // namespace millrace::config
