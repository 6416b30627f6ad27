// move_model: what message moves do, said as plainly as possible: queues are lists of bodies, and a
// task takes the first one of its list when its time has come. For FIFO queues only how many go is
// known, not which group's turn it is. Slow, single-threaded, the reference for queue::service.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "support/queue_bench.hpp"

namespace millrace::test {

struct move_model {
  struct item {
    std::string body;
    std::string source;     ///< as a dead letter
    bool received = false;  ///< so that its queue's next receive makes it a dead letter
  };
  struct task {
    message_move what;
    base::time_ms began_ms = 0;
  };

  explicit move_model(std::string dead_letters) : dead_name(std::move(dead_letters)) {}

  std::deque<item>& dead() { return queues[dead_name]; }
  [[nodiscard]] bool runs() const {
    return !tasks.empty() && tasks.back().what.status == move_status::running;
  }
  [[nodiscard]] bool may_start() const { return !runs(); }

  void start(const message_move& as) {
    tasks.push_back({as, now_ms});
    tasks.back().what.to_move = dead().size();
    tasks.back().what.moved = 0;
    tasks.back().what.status = move_status::running;
    if (tasks.size() > 10) tasks.erase(tasks.begin());
  }

  /// Those that are given out; what was received before becomes a dead letter on the way.
  std::vector<item> receive(const std::string& name, std::size_t max, bool deletes) {
    std::vector<item> given;
    std::deque<item> left;
    const std::deque<item> all = std::exchange(queues[name], {});
    for (const item& each : all) {
      if (given.size() == max) {
        left.push_back(each);
      } else if (each.received) {
        dead().push_back({each.body, name, false});
      } else {
        given.push_back(each);
      }
    }
    queues[name] = left;
    for (const item& each : given) {
      if (!deletes) queues[name].push_back({each.body, each.source, redrives.contains(name)});
    }
    return given;
  }

  /// All that a task may do by now.
  void work(base::time_ms at_ms) {
    now_ms = at_ms;
    while (runs() && is_due(tasks.back())) step(tasks.back().what);
  }
  /// All that it will ever do.
  void finish() {
    while (runs()) step(tasks.back().what);
  }

  std::map<std::string, std::deque<item>> queues;
  std::map<std::string, bool> redrives;  ///< those whose messages die after one receive
  std::vector<task> tasks;               ///< of the dead-letter queue, the latest last
  base::time_ms now_ms = queue_bench::start_ms;
  const std::string dead_name;

 private:
  [[nodiscard]] bool is_due(const task& t) const {
    const std::uint64_t rate = t.what.messages_per_second;
    if (rate == 0) return true;
    return now_ms >= t.began_ms + static_cast<base::time_ms>(t.what.moved * 1000 / rate);
  }
  void step(message_move& t) {
    if (t.moved == t.to_move || dead().empty()) {
      t.status = move_status::completed;
      return;
    }
    const item first = dead().front();
    const std::string& to = t.target_queue.empty() ? first.source : t.target_queue;
    if (to.empty()) {
      t.status = move_status::failed;
      t.failure_reason = "CouldNotDetermineMessageSource";
      return;
    }
    dead().pop_front();
    queues[to].push_back({first.body, {}, false});
    ++t.moved;
  }
};

}  // namespace millrace::test
