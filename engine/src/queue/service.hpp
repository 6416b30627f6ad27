// service: the queues of one lane as commands see them. Each verb decides, applies the decision at
// once, and leaves the entries in the log for the lane to append; what it answers may leave the
// lane only when those entries are durable. One thread (the lane).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "queue/attempts.hpp"
#include "queue/carry.hpp"
#include "queue/decide.hpp"
#include "queue/transfer.hpp"

namespace millrace::queue {

/// A message handed out: what only the lane knows of it. The receiver holds one reference to the
/// body and reads the envelope itself.
struct delivery {
  message_id id;
  receipt_handle receipt;
  sync::body_ref body;
  base::time_ms sent_at_ms = 0;
  base::time_ms first_received_at_ms = 0;
  const std::string* dead_letter_source = nullptr;
  std::uint32_t receive_count = 0;
  durability level = durability::memory;  ///< of the message: it may not be that of its queue
  std::uint64_t order = 0;                ///< of a FIFO queue: SequenceNumber
};
/// What a send answers.
struct sent_as {
  message_id id;
  std::uint64_t order = 0;  ///< of a FIFO queue
};

/// Whom to tell that a parked receive has its answer. `status` ok with no delivery: time is up.
class waiter_sink {
 public:
  virtual void answered(waiter& w, errc status, std::size_t deliveries) noexcept = 0;
  /// Where the deliveries of this waiter go; room for batch_entries_max.
  virtual delivery* room(waiter& w) noexcept = 0;

 protected:
  ~waiter_sink() = default;
};

class service {
 public:
  /// All outlive the service; `ids` is the lane's generator.
  service(sync::arena& memory, const settings& limits, base::random& ids, waiter_sink& sink,
          base::time_ms now_ms);

  /// Once a batch, before its commands.
  void set_time(base::time_ns now) noexcept {
    now_ = now;
    now_ms_ = base::to_ms(now);
    from_ms_ = base::to_ms(now + base::ns_per_ms - 1);
  }
  [[nodiscard]] base::time_ms time() const noexcept { return now_ms_; }
  /// The same rounded up: where a wait begins.
  [[nodiscard]] base::time_ms time_rounded_up() const noexcept { return from_ms_; }

  [[nodiscard]] queue_state* find(std::string_view name, std::uint64_t hash) const noexcept {
    return state_.find(name, hash);
  }
  [[nodiscard]] queue_state* find(queue_handle handle) const noexcept {
    return state_.find(handle.id);
  }

  result<queue_handle> create(const definition& asked, std::uint32_t given);
  errc set_attributes(queue_state& q, const queue_attributes& changes, std::uint32_t given);
  errc delete_queue(queue_state& q);
  errc purge(queue_state& q);
  void describe(const queue_state& q, queue_description& out) const;
  /// Names after `after` that begin with `prefix`, in order, at most `max`.
  void list(std::string_view prefix, std::string_view after, std::size_t max,
            std::vector<std::string>& out) const;
  /// Names of queues whose dead letters go to `target`, in order.
  void list_sources(std::string_view target, std::vector<std::string>& out) const;

  /// Of a FIFO queue: whether the rates of limits=aws allow this call now. Each that they allow
  /// counts.
  bool within_rate(queue_state& q, rated_action action);
  /// On success the queue owns the body's reference; otherwise the caller keeps it.
  errc send(queue_state& q, const send_args& args, sent_as& out);
  /// What was published, as a send; not again what slot has of that number. Whoever calls it looks
  /// at has_taken() first. errc::memory_full: not now; others: never.
  errc deliver(queue_state& q, const send_args& args, const delivered_from& from);
  [[nodiscard]] bool has_taken(std::uint8_t slot, const delivered_from& from) const noexcept;
  errc receive(queue_state& q, std::int32_t max, std::int32_t visibility_timeout, delivery* out,
               std::size_t& count, const sampled_hosts& hosts = {});
  /// Those that a short poll of this queue asks: all, unless short_polls_sampled.
  [[nodiscard]] sampled_hosts hosts_of_short_poll(const queue_state& q) noexcept {
    return limits_.short_polls_sampled && !q.fifo ? sampled_hosts(ids_) : sampled_hosts();
  }
  /// The same with a ReceiveRequestAttemptId, for a FIFO queue: what this id was given less than
  /// five minutes ago it is given again, with the same receipts. receive_attempt_over: one of those
  /// messages has gone, come back or got another visibility meanwhile.
  errc receive_attempt(queue_state& q, const fifo_key& id, std::int32_t max,
                       std::int32_t visibility_timeout, delivery* out, std::size_t& count);
  errc remove(queue_state& q, const receipt_handle& handle);
  errc change_visibility(queue_state& q, const receipt_handle& handle, std::int32_t timeout);

  /// Parks a receive until a message, the deadline or cancel().
  void park(queue_state& q, waiter& w, base::time_ms deadline_ms);
  /// Takes a parked receive away without an answer.
  void unpark(waiter& w) noexcept;
  /// Answers every parked receive with no message: before a shutdown, or after a failure.
  void release_waiters(errc status) noexcept;

  /// Lets delays, visibility timeouts and retention end as of set_time(), in bounded steps: before
  /// a batch's commands, so that they see the queue as it is by now. True: nothing is left.
  bool pass_time(std::size_t budget);
  /// Does what time and earlier commands have made due, in bounded steps. True: nothing is left.
  bool work(std::size_t budget);
  [[nodiscard]] base::time_ms next_ms() noexcept;

  // Message moves (move_task.hpp).
  /// errc::too_many_message_moves, and those of decide_start_move.
  errc start_move(queue_state& q, const move_request& wanted);
  /// errc::message_move_does_not_exist, message_move_not_running.
  errc cancel_move(queue_state& q, const message_id& id);
  /// The latest first.
  void list_moves(const queue_state& q, std::vector<message_move>& out) const;
  /// Whether moves may make the log grow. Before work().
  void set_may_grow(bool may) noexcept { may_grow_ = may; }

  /// A transfer of another slot's, or the answer to one of ours.
  void arrive(transfer_ptr t);
  /// Transfers and answers to hand to the router.
  std::vector<transfer_ptr>& outbox() noexcept { return outbox_; }

  [[nodiscard]] entry_log& log() noexcept { return log_; }
  [[nodiscard]] const entry_log& log() const noexcept { return log_; }
  [[nodiscard]] const state& queues() const noexcept { return state_; }
  void set_log_epoch(std::uint32_t epoch) noexcept { state_.set_log_epoch(epoch); }
  // Recovery, in this order; see state.
  void begin_replay() noexcept { state_.begin_replay(); }
  /// Applies an entry without deciding anything. False: no memory for its message.
  bool replay(const journal::entry& e);
  [[nodiscard]] message* wants_body(const journal::entry& e) const noexcept {
    return state_.wants_body(e);
  }
  void attach_body(message& m, const sync::body_ref& body) noexcept { state_.attach_body(m, body); }
  void drop_bodies() noexcept { state_.drop_bodies(); }
  /// What was on its way to another slot goes on its way again.
  void end_replay();

  /// Carries forward what lies in the log before `epoch`: begin, then steps until one says true.
  void begin_carry(std::uint32_t epoch) { carry_.begin(state_, epoch); }
  bool carry(std::size_t bytes) { return carry_.step(state_, log_, now_ms_, bytes); }

 private:
  errc send_fifo(queue_state& q, const send_args& args, sent_as& out);
  [[nodiscard]] queue_attributes within_limits(queue_attributes wanted) const;
  void hand_out(const queue_state& q, const message& m, std::uint32_t receive_count,
                delivery& out) const noexcept;
  errc repeat(queue_state& q, attempt& a, std::int32_t visibility_timeout, delivery* out,
              std::size_t& count);
  [[nodiscard]] context here() noexcept { return {state_, limits_, now_ms_, from_ms_, log_}; }
  void apply_since(std::size_t mark);
  void resume_transfers();
  void emit(const message& m);
  void accept(transfer& t);
  bool reserve_arrival(const queue_state& q) noexcept;
  bool move_messages(std::size_t budget);
  bool move_one(queue_state& q);
  [[nodiscard]] std::uint64_t rate_of(const move_task& task) const noexcept;
  void wake_move(const transfer& answer) noexcept;
  void move_returned(queue_state& q, const transfer& answer);
  [[nodiscard]] base::time_ms next_move_ms() const noexcept;
  void count_moves() noexcept;
  bool serve(std::size_t budget);
  bool serve_one(queue_state& q);
  errc receive_for(queue_state& q, waiter& w, std::size_t& count);
  void answer(waiter& w, errc status, std::size_t deliveries) noexcept;

  const settings& limits_;
  base::random& ids_;
  waiter_sink& sink_;
  base::time_ns now_;
  base::time_ms now_ms_;
  base::time_ms from_ms_;
  state state_;
  entry_log log_;
  carry_walk carry_;
  base::timer_wheel<waiter> waits_;
  attempts attempts_;
  bool may_grow_ = true;
  std::size_t moves_counted_ = 0;  ///< places of limits_.move_places that this lane has
  std::vector<transfer_ptr> outbox_;
  std::map<std::string, base::time_ms, std::less<>> deleted_;  ///< with rates_limited only
};

}  // namespace millrace::queue
