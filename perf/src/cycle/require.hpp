// What a benchmark does when the engine refuses it something.
#pragma once

#include <millrace/errc.hpp>
#include <millrace/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace millrace::perf {

/// The value, or std::runtime_error with what was asked for and the engine's error.
template <class T>
T require(result<T> answer, const char* what) {
  if (answer.has_value()) return std::move(answer).value();
  throw std::runtime_error(std::string(what) + ": " + std::string(to_string(answer.error())));
}

}  // namespace millrace::perf
