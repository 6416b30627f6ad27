// move_task: one StartMessageMoveTask of a dead-letter queue: where its messages go, how fast, and
// how far it has come. Kept by its source queue; touched only by that queue's lane.
#pragma once

#include <cstdint>
#include <millrace/queue.hpp>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace millrace::queue {

struct move_task {
  message_move what;
  bool carried = false;  ///< of a replay: came by an entry that was carried forward
  // Of this life of the engine only.
  base::time_ms paced_from_ms = 0;  ///< the rate counts from here
  std::uint64_t paced = 0;          ///< moves since
  base::time_ms again_ms = 0;       ///< nothing to do before
};

/// The newest last; only the last one may run.
using move_tasks = std::vector<move_task>;
constexpr std::size_t move_tasks_kept = 10;

}  // namespace millrace::queue
