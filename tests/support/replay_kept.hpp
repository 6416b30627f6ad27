// A later life of a queue_bench: what an earlier one kept, its bodies with it.
#pragma once

#include "support/queue_bench.hpp"

namespace millrace::test {

/// Replays what was kept of `from` from its entry number `first` on.
inline void replay_kept(const queue_bench& from, queue_bench& into, std::size_t first = 0) {
  into.queues.begin_replay();
  for (std::size_t i = first; i < from.journal().size(); ++i) {
    const recorded& r = from.journal()[i];
    if (r.e.level == durability::memory) continue;
    journal::entry e = r.e;
    e.extra = r.extra;
    if (!r.body.empty()) {
      std::memcpy(into.writer.reserve(r.body.size()), r.body.data(), r.body.size());
      e.body = into.writer.commit(r.body.size());
    }
    MR_ASSERT(into.queues.replay(e));
  }
  into.queues.end_replay();
}

}  // namespace millrace::test
