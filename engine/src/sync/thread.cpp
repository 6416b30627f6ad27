#include "sync/thread.hpp"

#include <pthread.h>

#include <csignal>
#include <future>
#include <system_error>
#include <utility>

namespace millrace::sync {
namespace {

// A new thread inherits the mask of its creator, so there is no moment in which it takes a signal.
class all_signals_blocked {
 public:
  all_signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  all_signals_blocked(const all_signals_blocked&) = delete;
  all_signals_blocked& operator=(const all_signals_blocked&) = delete;
  ~all_signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

void name_this_thread(const std::string& name) noexcept {
  constexpr std::size_t shown_max = 15;
  char shown[shown_max + 1] = {};
  name.copy(shown, shown_max);
  if (!name.empty()) pthread_setname_np(pthread_self(), shown);
}

}  // namespace

thread& thread::operator=(thread&& other) noexcept {
  if (this != &other) {
    join();
    handle_ = std::move(other.handle_);
    bound_ = other.bound_;
  }
  return *this;
}

result<thread> thread::start(const options& wanted, std::function<void()> body) {
  const all_signals_blocked quiet;
  std::promise<bool> placed;
  std::future<bool> bound = placed.get_future();
  thread started;
  try {
    started.handle_ = std::thread(
        [wanted, body = std::move(body), placed = std::move(placed)]() mutable noexcept {
          name_this_thread(wanted.name);
          placed.set_value(wanted.cpu == any_cpu || bind_this_thread(wanted.cpu));
          if (wanted.on_start) wanted.on_start();
          body();
        });
  } catch (const std::system_error&) {
    return errc::system;
  }
  started.bound_ = bound.get();
  return started;
}

void thread::join() noexcept {
  if (handle_.joinable()) handle_.join();
}

}  // namespace millrace::sync
