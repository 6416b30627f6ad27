#include "core_watch.hpp"

#include <chrono>
#include <thread>

#include "burst.hpp"

namespace millrace::bench {
namespace {

/// Whether they are not one any more, after a wait if that is allowed.
bool become_two(sharing how, int& waits_left, int waits_a_second) {
  while (share_a_core(how)) {
    if (waits_left == 0) return false;
    --waits_left;
    std::this_thread::sleep_for(std::chrono::milliseconds(1000) / waits_a_second);
  }
  return true;
}

}  // namespace

void core_watch::wait() {
  two_ = become_two(sharing::lasting, waits_left_, waits_a_second) && two_;
}

void core_watch::measure(const std::function<void()>& prepare, const std::function<void()>& round) {
  while (true) {
    prepare();
    const bool began = become_two(sharing::any, waits_left_, waits_a_second);
    round();
    if (began && !share_a_core(sharing::any)) return;
    if (waits_left_ == 0) break;
    --waits_left_;
    ++repeated_;
  }
  two_ = false;
}

}  // namespace millrace::bench
