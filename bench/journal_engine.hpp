// journal_engine: the engine in this process, driven by one thread that submits sends and polls the
// lane (thread_mode::none). With a data directory its journal has two threads of its own.
#pragma once

#include <millrace/engine.hpp>
#include <string>

#include "journal_run.hpp"

namespace millrace::bench {

class journal_engine {
 public:
  struct options {
    std::string directory = {};  ///< empty: everything in memory
    durability level = durability::disk;
  };
  struct load {
    std::size_t outstanding = 64;  ///< calls under way
    std::size_t batch = 1;         ///< messages a call
    std::size_t records = 0;       ///< in all
    bool prepare = false;          ///< the next sends while answers are waited for
  };

  /// Throws std::runtime_error with the engine's error.
  explicit journal_engine(const options& wanted);

  journal_run run(const load& wanted);
  /// Until the journal's threads are parked, and what they do in a quiet moment is done.
  static void rest();
  /// Lets go of all messages and gives the journal time to see to its segments.
  void drain();
  [[nodiscard]] journal_counters counters() const { return engine_.journal(); }

 private:
  engine engine_;
  client client_;
  queue_handle queue_;
};

}  // namespace millrace::bench
