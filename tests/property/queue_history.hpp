// queue_history: runs one random history on a queue::service and on the model side by side.
// Every step is one 64-bit number, so that a failing history shrinks to few and small numbers.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "projection.hpp"
#include "queue_model.hpp"
#include "walks.hpp"

namespace millrace::test {

class queue_history {
 public:
  explicit queue_history(const std::vector<std::uint64_t>& steps);

  /// The first difference between service and model, in words; empty: none.
  [[nodiscard]] const std::string& difference() const { return difference_; }
  /// The difference between the state and a replay of its journal; empty: none.
  [[nodiscard]] std::string replay_difference();
  /// The difference between what must survive of the state and a recovery from what was kept of
  /// the journal behind the last part that was carried forward; empty: none.
  [[nodiscard]] std::string recovery_difference();
  [[nodiscard]] std::uint64_t carries() const { return carried_.rounds(); }
  [[nodiscard]] const std::string& told() const { return told_; }

 private:
  struct numbers;  ///< a step's number, taken apart

  void step(numbers n);
  void jump(base::time_ms to_ms);
  void on_queue(numbers& n, std::uint64_t what, const std::string& name, queue::queue_state& q);
  void send(numbers& n, const std::string& name, queue::queue_state& q);
  void receive(numbers& n, const std::string& name, queue::queue_state& q, bool waits);
  void use_receipt(numbers& n, const std::string& name, queue::queue_state& q, bool deletes);
  void set(numbers& n, const std::string& name, queue::queue_state& q);
  void create(const std::string& name);
  void pass_due_time();
  void settle();
  void compare_counters();
  void remember(const std::string& name, const std::vector<got>& mine,
                const std::vector<model_message>& theirs);
  void compare_answers();
  bool same(const std::vector<got>& mine, const std::vector<model_message>& theirs);
  template <class A, class B>
  void expect(const char* what, const A& mine, const B& theirs);

  const std::uint64_t in_flight_max_;
  queue_bench bench_;
  queue_model model_;
  const std::string far_ = name_in_slot_of("c", false);
  const std::string names_[4] = {"a", name_in_slot_of("a", true), "c", far_};
  std::vector<std::unique_ptr<parked>> waiters_;
  std::vector<bool> compared_;
  std::vector<std::pair<receipt_handle, model_receipt>> receipts_;
  std::string difference_;
  std::string told_;
  std::uint64_t bodies_ = 0;
  carrying carried_;
};

}  // namespace millrace::test
