// service: the streams of one lane as commands see them. Each verb decides, applies the decision at
// once, and leaves the entries in the lane's log; what it answers may leave the lane only when
// those are durable. One thread (the lane).
#pragma once

#include <string>
#include <vector>

#include "stream/account_places.hpp"
#include "stream/carry.hpp"
#include "stream/decide.hpp"

namespace millrace::stream {

/// A record that was read: where it lies, and as clients see it.
struct taken_record {
  sync::body_ref body;
  sequence_number sequence;
  base::time_ms arrived_at_ms = 0;
};
/// Pins of bodies: one block may be needed several times.
struct block_pin {
  sync::block* home = nullptr;
  std::uint64_t count = 0;
};
struct read_batch {
  std::vector<taken_record> records;
  std::vector<block_pin> pins;  ///< the reader's to release
  read_summary summary;
  void clear() noexcept {
    records.clear();
    pins.clear();
    summary.children.clear();
    summary.next = {};
    summary.end_of_shard = false;
    summary.encrypted = false;
    summary.behind_ms = 0;
  }
};

/// Whom to tell that a parked read has its answer. `status` ok without a record: time is up.
class waiter_sink {
 public:
  virtual void answered(waiter& w, errc status) noexcept = 0;
  virtual read_batch& room(waiter& w) noexcept = 0;

 protected:
  ~waiter_sink() = default;
};

class service {
 public:
  /// All outlive the service; the log is the lane's.
  service(sync::arena& memory, const settings& limits, entry_log& log, waiter_sink& sink,
          base::time_ms now_ms);

  /// Once a batch, before its commands.
  void set_time(base::time_ns now) noexcept {
    now_ = now;
    now_ms_ = base::to_ms(now);
  }

  [[nodiscard]] stream_state* find(std::string_view name, std::uint64_t hash) const noexcept {
    return state_.find(name, hash);
  }
  [[nodiscard]] stream_state* find(stream_handle handle) const noexcept {
    return state_.find(handle.id);
  }

  errc create(std::string_view name, const stream_settings& wanted, std::uint32_t given,
              stream_handle& out);
  errc remove(stream_state& s, bool with_consumers);
  errc set(stream_state& s, const stream_settings& changes, std::uint32_t given);
  void describe(const stream_state& s, stream_description& out) const;
  /// Other than active as long as limits.change_ms says.
  [[nodiscard]] stream_status status_of(const stream_state& s) const noexcept;
  /// Of a stream that is gone and still shows as one that is being deleted; null: there is none.
  [[nodiscard]] const stream_description* leaving(std::string_view name,
                                                  stream_handle handle) const noexcept;
  /// Names after `after`, in order, at most `max`.
  void list(std::string_view after, std::size_t max, std::vector<std::string>& out) const;
  /// Counts a call of limits=aws. False: there were enough in this second.
  [[nodiscard]] bool may_list(stream_state& s) const noexcept {
    return !limits_.rates_limited || s.lists.pass(now_, shard_lists_per_second);
  }
  static void list_shards(const stream_state& s, std::uint32_t from, std::size_t max,
                          std::vector<shard_description>& out);

  [[nodiscard]] const account_settings& account() const noexcept { return state_.account(); }
  errc set_account(std::span<const std::pair<std::string, std::string>> stored);

  errc split(stream_state& s, std::uint32_t number, const hash_key& at);
  errc merge(stream_state& s, std::uint32_t number, std::uint32_t adjacent);
  errc set_shard_count(stream_state& s, std::uint32_t count);

  /// Into the shard to which its hash belongs, or null: there is none. On success the shard owns
  /// the body's reference; otherwise the caller keeps it.
  void put(shard* into, const put_args& args, put_result& out);
  errc locate(const stream_state& s, std::uint32_t number, const shard_start& start,
              shard_position& out) const;
  /// Ok without a record: nothing is there. The reader owns the pins of what is in `out`.
  errc read(stream_state& s, const read_options& wanted, read_batch& out);

  errc register_consumer(stream_state& s, std::string_view consumer, bool advantage,
                         consumer_description& out);
  void list_consumers(const stream_state& s, std::vector<consumer_description>& out);
  errc deregister_consumer(stream_state& s, std::string_view consumer);
  errc subscribe(stream_state& s, std::string_view consumer, std::uint32_t number,
                 const shard_start& start, millrace::subscription& out);

  /// A place at a shard's tail, for a cursor.
  struct tail_place {
    std::shared_ptr<shard_tail> tail;  ///< null: the cursor reads through the lane
    std::size_t slot = 0;
    bool wanted = false;  ///< there would be one, had the shard a tail
  };
  /// For a cursor with a subscription or 0. `made`: the tail of a shard that has none yet; or null.
  errc open_tail(stream_state& s, std::uint32_t number, std::uint64_t subscription,
                 const std::shared_ptr<shard_tail>& made, tail_place& out);
  /// Tails with records that no position of the journal is known for yet: the lane's to take.
  [[nodiscard]] std::vector<std::shared_ptr<shard_tail>>& fresh_tails() noexcept {
    return fresh_tails_;
  }
  /// Sends all cursors to the lane: after a failure.
  void retire_tails() noexcept;

  /// Parks a read that found nothing until a record, the end of its wait or of the shard.
  void park(stream_state& s, waiter& w);
  /// Takes a parked read away without an answer.
  void unpark(waiter& w) noexcept;
  /// Answers every parked read with no record: before a shutdown, or after a failure.
  void release_waiters(errc status) noexcept;

  /// Lets waits and retention end as of set_time(), in bounded steps: before a batch's commands, so
  /// that they see the streams as they are by now. True: nothing is left.
  bool pass_time(std::size_t budget);
  /// Does what earlier commands have made due, in bounded steps. True: nothing is left.
  bool work(std::size_t budget);
  [[nodiscard]] base::time_ms next_ms() noexcept;

  [[nodiscard]] const state& streams() const noexcept { return state_; }
  void set_log_epoch(std::uint32_t epoch) noexcept { state_.set_log_epoch(epoch); }
  // Recovery, in this order; see state.
  void begin_replay() noexcept { state_.begin_replay(); }
  /// Applies an entry without deciding anything. False: no memory for its record.
  bool replay(const journal::entry& e);
  void settle() { state_.settle(); }
  [[nodiscard]] record* wants_body(const journal::entry& e) const noexcept {
    return state_.wants_body(e);
  }
  void attach_body(record& r, const sync::body_ref& body) noexcept { state_.attach_body(r, body); }
  void drop_bodies() noexcept { state_.drop_bodies(); }
  void end_replay() {
    state_.end_replay(std::uint64_t{limits_.incarnation} << 8);
    places_.settle(state_);
  }

  /// Carries forward what lies in the log before `epoch`: begin, then steps until one says true.
  void begin_carry(std::uint32_t epoch) { carry_.begin(epoch); }
  bool carry(std::size_t bytes) { return carry_.step(state_, log_, now_ms_, bytes); }

 private:
  [[nodiscard]] context here() noexcept { return {state_, limits_, now_ms_, log_}; }
  void apply_since(std::size_t mark);
  errc applied(errc decided, std::size_t mark);
  errc resharded(stream_state& s, errc decided, std::size_t mark);
  errc warm_up(stream_state& s, const stream_settings& changes, std::uint32_t given);
  [[nodiscard]] errc take_places(const stream_state& s, const stream_settings& changes,
                                 std::uint32_t given) noexcept;
  void forget_left();
  errc read_from(shard& from, const read_options& wanted, shard_subscription* as, read_batch& out);
  std::uint64_t fill(const shard& from, std::size_t place, const read_options& wanted,
                     read_batch& out) const;
  void add_children(const shard& of, read_batch& out) const;
  [[nodiscard]] std::size_t first_visible(const shard& s) const noexcept;
  [[nodiscard]] base::time_ms next_look(const waiter& w) const noexcept;
  void serve_later(shard& s) noexcept;
  void add_to_tail(shard& s);
  [[nodiscard]] std::uint32_t record_kib_max(const stream_state& s) const noexcept;
  bool serve(std::size_t budget);
  void split_hot();
  void try_waiter(waiter& w, bool time_is_up);
  void answer(waiter& w, errc status) noexcept;
  void answer_all(shard& s, errc status) noexcept;
  void end_subscriptions(shard& s, std::string_view consumer, errc status);
  void expire(shard& s);

  const settings limits_;
  entry_log& log_;
  waiter_sink& sink_;
  base::time_ns now_;
  base::time_ms now_ms_;
  state state_;
  account_places places_;
  struct left_stream {
    base::time_ms until_ms = 0;
    stream_description as;
  };
  std::vector<left_stream> left_;  ///< deleted, and still shown
  carry_walk carry_;
  base::timer_wheel<waiter> waits_;
  base::list<shard, serve_tag> to_serve_;
  std::vector<std::shared_ptr<shard_tail>> fresh_tails_;
  struct hot_shard {
    std::uint64_t stream = 0;
    std::uint32_t number = 0;
  };
  std::vector<hot_shard> hot_;  ///< of on-demand streams, to be split
};

}  // namespace millrace::stream
