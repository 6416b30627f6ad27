// result<T>: a value or an errc. Returned by every call of the engine that can fail for a reason
// outside the program; the engine throws nothing.
#pragma once

#include <millrace/errc.hpp>
#include <millrace/export.hpp>
#include <new>
#include <type_traits>
#include <utility>

namespace millrace {
inline namespace v1 {

namespace detail {
/// Prints what was asked of which result and stops the program: value() of an error is a bug.
[[noreturn]] MR_EXPORT void bad_result_access(errc code) noexcept;
}  // namespace detail

template <class T>
class [[nodiscard]] result {
 public:
  result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : code_(errc::ok), value_(std::move(value)) {}
  result(errc code) noexcept : code_(code), nothing_{} {}

  result(result&& other) noexcept : code_(other.code_), nothing_{} {
    if (code_ == errc::ok) ::new (&value_) T(std::move(other.value_));
  }
  result& operator=(result&& other) noexcept {
    if (this != &other) {
      this->~result();
      ::new (this) result(std::move(other));
    }
    return *this;
  }
  result(const result&) = delete;
  result& operator=(const result&) = delete;
  ~result() {
    if (code_ == errc::ok) value_.~T();
  }

  [[nodiscard]] bool has_value() const noexcept { return code_ == errc::ok; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] errc error() const noexcept { return code_; }

  /// The value; of an error it stops the program with the error's name.
  T& value() & noexcept {
    require();
    return value_;
  }
  const T& value() const& noexcept {
    require();
    return value_;
  }
  T value() && noexcept {
    require();
    return std::move(value_);
  }
  T& operator*() & noexcept { return value(); }
  const T& operator*() const& noexcept { return value(); }
  T* operator->() noexcept { return &value(); }
  const T* operator->() const noexcept { return &value(); }

 private:
  void require() const noexcept {
    if (code_ != errc::ok) detail::bad_result_access(code_);
  }

  errc code_;
  union {
    T value_;
    char nothing_;
  };
};

template <>
class [[nodiscard]] result<void> {
 public:
  result() noexcept = default;
  result(errc code) noexcept : code_(code) {}
  [[nodiscard]] bool has_value() const noexcept { return code_ == errc::ok; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] errc error() const noexcept { return code_; }
  /// Stops the program with the error's name unless the call succeeded.
  void value() const noexcept {
    if (code_ != errc::ok) detail::bad_result_access(code_);
  }

 private:
  errc code_ = errc::ok;
};

}  // namespace v1
}  // namespace millrace
