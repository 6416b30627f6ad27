// thread: one thread of the engine: named, bound to a processor where that is permitted, with every
// signal blocked so that the host program's handlers never run on it. Started and joined by whoever
// owns the object, normally the engine's open() and close().
#pragma once

#include <functional>
#include <millrace/result.hpp>
#include <string>
#include <thread>

#include "sync/cpu_binding.hpp"

namespace millrace::sync {

class thread {
 public:
  struct options {
    /// At most 15 bytes are shown by the system.
    std::string name = {};
    /// The processor to run on, or any_cpu.
    int cpu = any_cpu;
    /// Called first on the new thread, once it has its name and place. May be empty.
    std::function<void()> on_start = {};
  };

  thread() noexcept = default;
  thread(thread&&) noexcept = default;
  thread& operator=(thread&& other) noexcept;
  /// Waits for the body to return.
  ~thread() { join(); }

  /// Runs `body` on a new thread and returns once that has its name and place. Neither function
  /// may throw. errc::system: the operating system has no thread for us.
  [[nodiscard]] static result<thread> start(const options& wanted, std::function<void()> body);

  /// Waits for the body to return; it must have been told to. Nothing to do if it has been joined.
  void join() noexcept;

  /// Whether the thread runs where it was asked to. True for any_cpu.
  [[nodiscard]] bool bound() const noexcept { return bound_; }

 private:
  std::thread handle_;
  bool bound_ = false;
};

}  // namespace millrace::sync
