// sim_client: one client of a simulated engine, with its calls under way. Submits what it is told
// to, and tells the ledger and the queue book what was asked and answered. One thread.
#pragma once

#include <memory>
#include <vector>

#include "api/client_core.hpp"
#include "scene.hpp"

namespace millrace::sim {

class sim_client {
 public:
  explicit sim_client(scene& s);
  /// Its calls under way will never be answered.
  ~sim_client();

  [[nodiscard]] bool may_call() const { return !free_.empty(); }
  [[nodiscard]] bool idle() const { return free_.size() == calls_.size(); }

  void send(std::size_t queue);
  /// To a FIFO queue: once more, with the same deduplication id.
  void send_again(std::uint32_t number);
  void receive(std::size_t queue, const receive_options& how);
  /// From a FIFO queue, with an id that may have been used before.
  void receive_attempt(std::size_t queue, const receive_options& how);
  /// Some of the receipts of that queue that anybody holds.
  void remove(std::size_t queue);
  void change_visibility(std::size_t queue);
  void create_queue(std::size_t queue);
  void set_attributes(std::size_t queue);
  void delete_queue(std::size_t queue);
  void purge(std::size_t queue);
  void describe(std::size_t queue);
  void start_move(const move_wanted& wanted);
  /// The latest one that is known of that queue.
  void cancel_move(std::size_t queue);
  void list_moves(std::size_t queue);
  void list();
  /// By name: a queue that has none of the history's names.
  void receive_from(const std::string& name);
  void remove_from(const std::string& name);
  /// Of receives that wait: one, or all.
  void cancel(bool all);

  /// Takes up to `max` answers; how many there were.
  std::size_t poll(std::size_t max);
  /// Says of every call under way that it should have been answered.
  void complain_of_silence();
  /// Nobody will answer any more, or nobody listens. Before the engine goes.
  void give_up();

  // Of the answers to receive(), describe() and list(), since somebody set them to 0.
  std::size_t received = 0;
  std::uint64_t described = 0;  ///< messages in any state
  std::vector<std::string> names;

 private:
  struct call {
    operation_kind kind = operation_kind::none;
    std::size_t queue = 0;
    instant asked;
    std::uint64_t token = 0;
    std::uint32_t first = 0;  ///< of the messages sent
    std::uint32_t count = 0;
    std::int32_t visibility_s = 0;
    std::int32_t wait_s = 0;
    std::uint32_t version = 0;
    std::size_t cut = 0;
    std::size_t attempt = 0;  ///< of a receive; 0: without an id
    std::size_t move = 0;     ///< of a start
    std::vector<held> receipts;
  };
  struct fifo_send {
    fifo_text text = {};
    std::uint32_t content = 0;  ///< whose body
    std::uint32_t bytes = 0;
  };

  call& start(operation_kind kind, std::size_t queue);
  lane::operation& begin(call& c, const std::string& name);
  void submit(call& c, lane::operation& op);
  void control(call& c, std::uint32_t given);
  call& start_receive(std::size_t queue, const receive_options& how);
  void receive(call& c, const receive_options& how);
  void send(std::size_t queue, std::uint32_t again);
  std::uint32_t earlier_send(std::size_t queue);
  fifo_send choose_send(const call& c, std::uint32_t bytes, std::uint32_t earlier);
  void take_receipts(call& c, std::size_t most);
  void submit_receipts(call& c, const std::string& name);
  void end(call& c);
  void trace(const call& c) const;
  void trace(const call& c, const instant& now, const completion& done) const;

  void answered(const completion& done);
  [[nodiscard]] bool explained(const call& c, errc status) const;
  void check_status(const call& c, const instant& now, errc status);
  void sent(const call& c, const instant& now, const completion& done);
  void end_attempt(const call& c, const instant& now, errc status);
  [[nodiscard]] delivery_seen seen(const call& c, const instant& now) const;
  void got(call& c, const instant& now, const completion& done);
  void removed(const call& c, const instant& now, const completion& done);
  void changed(const call& c, const instant& now, const completion& done);
  void of_queue(const call& c, const instant& now, const completion& done);
  void of_move(const call& c, const instant& now, const completion& done);
  void lost(const call& c, const instant& now);

  scene& scene_;
  const std::uint32_t number_;
  std::unique_ptr<detail::client_core> core_;
  std::vector<call> calls_;
  std::vector<std::uint32_t> free_;
  std::uint64_t serial_ = 0;
  std::vector<held> unnamed_;  ///< receipts of receive_from()
};

}  // namespace millrace::sim
