#include "sync/wait_strategy.hpp"

#include <thread>

#include "sync/backoff.hpp"

namespace millrace::sync {

bool wait_strategy::idle(std::int64_t now_ns) noexcept {
  constexpr int pauses = 8;  // a fraction of a microsecond between two looks
  switch (next(now_ns)) {
    case wait_step::spin:
      for (int i = 0; i < pauses; ++i) cpu_pause();
      return false;
    case wait_step::yield: std::this_thread::yield(); return false;
    case wait_step::park: reset(); return true;
  }
  return true;
}

}  // namespace millrace::sync
