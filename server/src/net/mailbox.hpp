// mailbox: hands one value from any thread to the one that takes it, the last put wins. For what
// changes when the server is reloaded; never on the way of a request.
#pragma once

#include <mutex>
#include <optional>
#include <utility>

namespace millrace::net {

template <class T>
class mailbox {
 public:
  /// Any thread; then tell the taker.
  void put(T value) {
    const std::lock_guard held(mutex_);
    value_ = std::move(value);
  }
  std::optional<T> take() {
    const std::lock_guard held(mutex_);
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::optional<T> value_;
};

}  // namespace millrace::net
