#include "core_watch.hpp"

#include <chrono>
#include <thread>

namespace millrace::bench {

bool core_watch::become_two(sharing how) {
  while (share_a_core(how)) {
    if (waits_left_ == 0) return false;
    --waits_left_;
    std::this_thread::sleep_for(std::chrono::milliseconds(1000) / waits_a_second);
  }
  return true;
}

void core_watch::wait() { two_ = become_two(sharing::lasting) && two_; }

void core_watch::measure(const std::function<void()>& prepare,
                         const std::function<double()>& round) {
  while (true) {
    prepare();
    const bool began = become_two(sharing::any);
    const bool own = round() <= stolen_most;
    const bool two = began && !share_a_core(sharing::any);
    if ((own && two) || waits_left_ == 0) {
      own_ = own_ && own;
      two_ = two_ && two;
      return;
    }
    --waits_left_;
    ++repeated_;
  }
}

}  // namespace millrace::bench
