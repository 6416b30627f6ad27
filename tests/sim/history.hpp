// history: one simulated engine over several lives, on one disk, driven by one seed on one thread:
// who acts, whose turn it is, how each life ends, and what must be true in between.
#pragma once

#include <memory>
#include <vector>

#include "scene.hpp"
#include "sim_client.hpp"
#include "sim_disk.hpp"

namespace millrace::sim {

struct outcome {
  tally counts;
  std::uint64_t hash = 0;
  std::string complaint;  ///< empty: none
};

class history {
 public:
  explicit history(std::uint64_t seed, bool tracing = false);
  outcome run();

 private:
  /// How a life is to end.
  struct fate {
    bool closes = false;  ///< in an orderly way
    crash_kind kind = crash_kind::kill;
    std::uint64_t steps = 0;  ///< that it lasts, unless a storage call is interrupted before
    bool at_birth = false;    ///< or somebody is given what a move has made of a message
  };

  // A life: history_life.cpp.
  void live();
  fate choose_fate();
  bool open();
  void try_to_open();
  void connect();
  void end_life(bool power_cut);
  void die(crash_kind kind);
  void stop_engine();
  void close(crash_kind kind);
  void close_at_once(crash_kind kind);
  void crash(crash_kind kind);
  void calm_down();
  void count_journal();
  [[nodiscard]] base::time_ns next_start();

  // What happens in it: history_steps.cpp.
  void step();
  void act();
  void act_on_queue(sim_client& c, std::size_t queue);
  void act_on_moves(sim_client& c);
  [[nodiscard]] bool may_be_moved_to(std::size_t from, std::size_t target) const;
  [[nodiscard]] std::vector<std::size_t> dead_letter_queues() const;
  bool journal_turn(bool writes = true, bool keeps = true);
  void during_a_call();
  void lane_turn();
  void pass_time();
  void pass_to_boundary();
  void pass_to_window_end();
  void fill_disk();
  void give_space();
  void reopen_client();
  std::size_t any_queue();
  receive_options any_receive();
  sim_client& any_client() { return *clients_[scene_.random.below(clients_.size())]; }

  // To the end of everything under way: history_audit.cpp.
  void lane_turns(std::size_t budget);
  std::size_t pump();
  bool settle();
  void audit();
  void audit_queue(std::size_t queue);
  void drain();
  std::uint64_t drain_once();
  void drain_queue(std::size_t queue);
  void drain_unnamed();
  void check_names();
  /// Of the device. A file that is not wanted and cannot be removed does no harm.
  [[nodiscard]] std::uint64_t grave_failures() const {
    return disk_.counts().failed - disk_.counts().not_removed;
  }
  [[nodiscard]] bool interrupted() const { return disk_.interrupted(); }

  // Two recoveries of one image: history_replay.cpp.
  void compare_replays();
  // Damage at rest: history_damage.cpp.
  void damage();

  scene scene_;
  sim_disk disk_;
  std::unique_ptr<detail::engine_core> core_;
  std::vector<std::unique_ptr<sim_client>> clients_;
  base::time_ns clock_ns_;  ///< at the end of the last life
  instant last_;            ///< of the last life
  crash_kind interrupt_kind_ = crash_kind::kill;
  std::uint64_t failed_later_ = 0;  ///< calls of the disk, when the life had opened
  std::uint64_t not_synced_ = 0;    ///< files that could not be synced, before this life
  bool living_ = false;             ///< clients ask and listen
  bool full_ = false;
  bool tiny_ = false;
  std::uint64_t full_until_step_ = 0;
  std::uint64_t step_ = 0;
  std::uint32_t carry_wanted_ = 0;  ///< at the journal's latest turn
  std::size_t stuck_ = 0;           ///< a queue that the latest round of a drain did not empty
};

}  // namespace millrace::sim
