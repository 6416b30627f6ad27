// agent_thread: the thread of a committer or keeper: work while there is some, then spin, yield and
// park on the agent's doorbell. Started and stopped by the journal's owner.
#pragma once

#include <cstdint>
#include <functional>
#include <millrace/result.hpp>
#include <string>

#include "journal/turn_choice.hpp"
#include "sync/doorbell.hpp"
#include "sync/machine_waits.hpp"
#include "sync/stop_flag.hpp"
#include "sync/thread.hpp"
#include "sync/time_slice.hpp"
#include "sync/wait_strategy.hpp"

namespace millrace::journal {

class agent_thread {
 public:
  struct options {
    std::string name;
    /// One step on the thread; false: there was nothing to do.
    std::function<bool()> work;
    /// Monotonic time at which there will be work without a ring.
    std::function<std::int64_t()> due_ns;
    sync::doorbell* bell = nullptr;
    /// The processor of who rings, and likely goes on running there: it is left. May be empty.
    std::function<int()> avoided_cpu = {};
    /// Lanes wait for its steps: on a busy machine it goes first when it wakes.
    bool hurries = false;
    sync::wait_strategy::options idle;
  };

  agent_thread() = default;
  ~agent_thread() { stop(); }

  /// errc::system: no thread.
  result<void> start(const options& wanted);
  /// Waits for the step under way, if there is one.
  void stop() noexcept;

 private:
  void run() noexcept;
  void make_way() noexcept;
  void look_at_turns(const sync::wait_meter& meter) noexcept;

  options options_;
  std::int64_t may_move_at_ns_ = 0;
  turn_choice choice_;
  sync::turns turns_ = sync::turns::usual;
  int steps_ = 0;  ///< since the last look
  sync::stop_flag stop_;
  sync::thread thread_;
};

}  // namespace millrace::journal
