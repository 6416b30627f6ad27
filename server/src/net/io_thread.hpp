// io_thread: a thread of the server's, joined when its owner goes.
#pragma once

#include <functional>
#include <thread>

namespace millrace::net {

class io_thread {
 public:
  /// `body` must return when it is told to, before the object dies.
  explicit io_thread(std::function<void()> body) : handle_(std::move(body)) {}

 private:
  std::jthread handle_;
};

}  // namespace millrace::net
