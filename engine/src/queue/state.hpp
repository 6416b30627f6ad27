// state: everything that queues know in one lane: its slots, their queues and messages, and the
// timers. Changed only by evolve() and by the passing of time; read by decide. One thread.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_set>

#include "base/pointer_table.hpp"
#include "base/timer_wheel.hpp"
#include "queue/attributes_codec.hpp"
#include "queue/entries.hpp"
#include "queue/fair.hpp"
#include "queue/fifo_index.hpp"
#include "queue/queue_state.hpp"
#include "queue/slot_state.hpp"

namespace millrace::queue {

/// The slot of a queue name. Stored in data directories: never changes.
std::uint8_t slot_of(std::string_view queue_name) noexcept;

/// Whether this version knows the entry's kind, version and size.
bool understood(const journal::entry& e) noexcept;

class state {
 public:
  /// Entries are applied from `now_ms` on. The arena and block store outlive the state.
  state(sync::arena& memory, base::time_ms now_ms);
  ~state();
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  /// The hash is base::hash_bytes(name).
  [[nodiscard]] queue_state* find(std::string_view name, std::uint64_t hash) const noexcept;
  [[nodiscard]] queue_state* find(std::uint64_t uid) const noexcept;
  [[nodiscard]] const slot_state& slot(std::uint8_t number) const noexcept {
    return *slots_[number];
  }
  [[nodiscard]] slot_state& slot(std::uint8_t number) noexcept { return *slots_[number]; }
  /// A live message, or null.
  [[nodiscard]] message* find(std::uint8_t slot, std::uint64_t sequence) const noexcept;
  [[nodiscard]] const std::map<std::string_view, queue_state*>& by_name() const noexcept {
    return by_name_;
  }
  [[nodiscard]] std::size_t message_count() const noexcept { return message_count_; }
  /// About how many bytes of log it takes to carry all of this forward.
  [[nodiscard]] std::uint64_t live_bytes() const noexcept {
    return body_bytes_ + message_count_ * 160 + by_name_.size() * 512 + fifo_.window_size() * 176;
  }
  /// By how much that is longer, at most, than what it takes now.
  [[nodiscard]] std::uint64_t carried_growth() const noexcept {
    return message_count_ * 48 + fifo_.window_size() * 64;
  }
  /// Insertions and moves in both wheels: for tests of the cost of a message's life.
  [[nodiscard]] std::uint64_t timer_placements() const noexcept {
    return timers_.placements() + ages_.placements();
  }

  /// Memory for one more message of the slot. False: no memory; nothing may be sent.
  bool reserve_message(std::uint8_t slot,
                       sync::allocation_class use = sync::allocation_class::normal) noexcept;

  /// The same for a message of a FIFO queue.
  bool reserve_fifo_message(std::uint8_t slot,
                            sync::allocation_class use = sync::allocation_class::normal) noexcept;
  [[nodiscard]] const fifo_index& fifo() const noexcept { return fifo_; }
  [[nodiscard]] fifo_index& fifo() noexcept { return fifo_; }

  /// The epoch of the log in which entries land that are applied from now on.
  void set_log_epoch(std::uint32_t epoch) noexcept { log_epoch_ = epoch; }

  /// Applies one decision; the only way, besides time, in which anything here changes.
  void evolve(const journal::entry& e);

  // Recovery: evolve() every entry of the log, without bodies, between begin_replay() and
  // end_replay(); attach_body() to messages behind each entry, or to those that are left behind
  // all of them; then time may pass.

  /// Memory for the message that an entry brings, if it brings one. False: there is none.
  [[nodiscard]] bool reserve_for(const journal::entry& e) noexcept;
  /// From now on entries may name queues whose definition comes later in the log.
  void begin_replay() noexcept { replaying_ = true; }
  /// The message for whose body an entry has the bytes, if it is alive and has none yet.
  [[nodiscard]] message* wants_body(const journal::entry& e) const noexcept;
  void attach_body(message& m, const sync::body_ref& body) noexcept;
  /// Of all messages, as if none had been attached.
  void drop_bodies() noexcept;
  /// Puts ready messages into order of their sequence, and gives queues that no entry defined
  /// (their definition was damaged) a name. New messages get sequences from `sequence_gap` behind
  /// the last known one: a crash may have taken messages, and their receipts must name no others.
  void end_replay(std::uint64_t sequence_gap = 0);

  /// Lets delays and visibility timeouts end. False: the budget was used up and more is due.
  bool advance(base::time_ms now_ms, std::size_t budget);
  /// Frees up to `budget` purged messages. False: there are more.
  bool sweep(std::size_t budget);
  /// Calls expire(queue_state&) for queues whose oldest message may have outlived its retention,
  /// then watches the queue again. False: the budget was used up.
  template <class F>
  bool advance_ages(base::time_ms now_ms, std::size_t budget, F&& expire) {
    return ages_.advance(now_ms, budget, [&](queue_state& q) {
      expire(q);
      watch_age(q);
    });
  }
  /// Neither advance() nor advance_ages() has anything to do before this time.
  [[nodiscard]] base::time_ms next_ms() noexcept {
    return std::min({timers_.next_ms(), ages_.next_ms(), fifo_.next_ms()});
  }
  [[nodiscard]] bool any_to_sweep() const noexcept { return !to_sweep_.empty(); }

  /// Queues whose messages are being moved.
  struct by_uid {
    bool operator()(const queue_state* a, const queue_state* b) const noexcept {
      return a->uid < b->uid;
    }
  };
  using moving_queues = std::set<queue_state*, by_uid>;
  [[nodiscard]] const moving_queues& moving() const noexcept { return moving_; }

  /// A queue with waiters and ready messages, taken off the list of such; null: none.
  queue_state* pop_to_serve() noexcept { return to_serve_.pop_front(); }
  [[nodiscard]] bool any_to_serve() const noexcept { return !to_serve_.empty(); }
  void serve_later(queue_state& q) noexcept;

 private:
  void create(const journal::entry& e);
  void set_attributes(const journal::entry& e);
  void define(queue_state& q, const journal::entry& e);
  void carry_slot(const journal::entry& e);
  void carry_queue(const journal::entry& e);
  void carry_message(const journal::entry& e);
  void restore(message& m, queue_state& q, const journal::entry& e);
  queue_state& make_queue(std::uint64_t uid);
  void name_queue(queue_state& q, std::string name);
  void go_out(const journal::entry& e, std::uint64_t sequence, const outgoing_transfer& how);
  void depart(message& m, const outgoing_transfer& how);
  void settle(const message& m) noexcept;
  void drop_body(message& m) noexcept;
  void forget_body(message& m) noexcept;
  void drop_queue(queue_state& q);
  void doom_messages(queue_state& q);
  std::size_t free_doomed(queue_state& q, std::size_t max) noexcept;
  message& add_message(queue_state& q, std::uint64_t sequence, const message_id& id,
                       const sync::body_ref& body, base::time_ms sent_at_ms, durability level);
  [[nodiscard]] bool reserve(std::uint8_t slot, std::uint64_t sequence,
                             sync::allocation_class use) noexcept;
  void show(message& m) noexcept;
  void hide(message& m, message_state why, base::time_ms until_ms) noexcept;
  void leave(message& m) noexcept;
  void remove(message& m) noexcept;
  void release(message& m) noexcept;
  void insert_by_age(queue_state& q, message& m) noexcept;
  void watch_age(queue_state& q) noexcept;
  void sweep_later(queue_state& q) noexcept;
  void move(message& m, queue_state& target, durability level, std::string_view source);
  void give_back(message& m, base::time_ms at_ms);
  void receive(message& m, const received_payload& p, base::time_ms at_ms);
  void transfer_in(queue_state& q, const journal::entry& e);
  void deliver(const journal::entry& e);
  void fifo_deliver(const journal::entry& e);
  void take_delivery(const journal::entry& e);
  void take_delivery(std::uint8_t slot, const delivery_number& p);
  move_task& move_of(queue_state& q, const message_id& id);
  move_task& carried_move_of(queue_state& q, const message_id& id);
  void note_moves(queue_state& q);
  void move_started(const journal::entry& e);
  void move_ended(const journal::entry& e);
  void carry_move(const journal::entry& e);
  void count_move(queue_state& q, bool back = false) noexcept;
  void redrive(const journal::entry& e);
  void redrive_out(const journal::entry& e);
  void take_number(std::uint8_t slot, std::uint64_t source, std::uint64_t number,
                   std::uint64_t settled_below);
  void fifo_send(const journal::entry& e);
  void delay_anew(const journal::entry& e);
  void fifo_transfer_in(const journal::entry& e);
  struct arrival {
    std::string_view source;
    std::uint64_t order = 0;
  };
  void fifo_move(message& m, queue_state& target, const journal::entry& e, const arrival& how);
  void join_tenant(message& m);
  void find_tenants();
  void find_tenant(message& m);
  void leave_tenant(message& m) noexcept;
  [[nodiscard]] tenant* tenant_of(const message& m) const noexcept;
  static ready_list& ready_of(queue_state& q, tenant& t) noexcept;
  enum class turn : std::uint8_t { kept, over };
  void take_turn(queue_state& q, tenant& t, turn how) noexcept;
  void show_fairly(message& m) noexcept;
  void count_in_flight(const message& m, bool more) noexcept;
  void carry_duplicates(const journal::entry& e);
  void join_group(message& m, const fifo_key& name, std::uint64_t order);
  void take_order(std::uint8_t slot, std::uint64_t order) noexcept;
  void leave_group(message& m) noexcept;
  void group_changed(queue_state& q, group& g) noexcept;
  void show_in_group(fifo_message& m) noexcept;
  void to_last_group(message& m) noexcept;
  [[nodiscard]] queue_state* fifo_object(const journal::entry& e, std::uint64_t uid);
  [[nodiscard]] message* subject(const journal::entry& e, std::uint64_t sequence) const noexcept;
  [[nodiscard]] queue_state* object(const journal::entry& e, std::uint64_t uid);
  const std::string* intern(std::string_view name);

  struct uid_key {
    static std::uint64_t of(const queue_state& q) noexcept { return q.uid; }
  };
  struct name_key {
    static std::uint64_t of(const queue_state& q) noexcept { return q.name_hash; }
  };

  sync::slab<message> messages_;
  fifo_index fifo_;
  fair_index fair_;
  message_table::page_slab pages_;
  std::array<std::unique_ptr<slot_state>, slot_count> slots_;
  base::pointer_table<queue_state, uid_key> by_uid_;
  base::pointer_table<queue_state, name_key> by_hash_;
  std::map<std::string_view, queue_state*> by_name_;
  std::unordered_set<std::string> interned_;
  moving_queues moving_;
  base::timer_wheel<message> timers_;    ///< delays and visibility timeouts
  base::timer_wheel<queue_state> ages_;  ///< retention
  base::list<queue_state, serve_tag> to_serve_;
  base::list<queue_state, sweep_tag> to_sweep_;
  message* spare_ = nullptr;  ///< what reserve_message() holds ready
  std::size_t message_count_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint32_t log_epoch_ = 0;
  std::uint64_t sequence_gap_ = 0;  ///< before a slot's first message of this engine
  bool replaying_ = false;
  bool groups_seen_ = false;  ///< in a replay: there are tenants to be found
};

}  // namespace millrace::queue
