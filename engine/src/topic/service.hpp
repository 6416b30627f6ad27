// service: the topics of one lane as commands see them. Each verb decides, applies the decision at
// once, and leaves the entries in the lane's log; what it answers may leave the lane only when
// those are durable. Deliveries leave through the outbox: the lane takes them to their queues and
// says how it went. One thread (the lane).
#pragma once

#include <string>
#include <vector>

#include "base/random_id.hpp"
#include "topic/carry.hpp"
#include "topic/decide.hpp"

namespace millrace::topic {

/// How a delivery went.
enum class outcome : std::uint8_t {
  taken,     ///< by its queue, or that had it already
  missing,   ///< there is no such queue
  refused,   ///< the queue does not take such a message
  deferred,  ///< the queue's lane waits for memory or disk; another outcome follows
};

/// Whom to tell that somebody who published has one delivery less to wait for.
class publish_sink {
 public:
  virtual void answered(void* owner) noexcept = 0;

 protected:
  ~publish_sink() = default;
};

class service {
 public:
  /// All outlive the service; the log is the lane's.
  service(sync::arena& memory, const settings& limits, entry_log& log, base::random& ids,
          publish_sink& sink, base::time_ms now_ms);

  /// Once a batch, before its commands.
  void set_time(base::time_ns now, base::time_ms now_ms) noexcept {
    now_ = now;
    now_ms_ = now_ms;
  }

  [[nodiscard]] topic_state* find(std::string_view name, std::uint64_t hash) const noexcept {
    return state_.find(name, hash);
  }
  [[nodiscard]] topic_state* find(topic_handle handle) const noexcept {
    return state_.find(handle.id);
  }

  errc create(std::string_view name, const topic_settings& wanted, std::uint32_t given,
              topic_handle& out);
  errc remove(topic_state& t);
  errc set(topic_state& t, const topic_settings& changes, std::uint32_t given);
  static void describe(const topic_state& t, topic_description& out);
  /// Names after `after`, in order, at most `max`.
  void list(std::string_view after, std::size_t max, std::vector<std::string>& out) const;

  errc subscribe(topic_state& t, const subscription_settings& wanted, subscription_id& out);
  errc unsubscribe(topic_state& t, const subscription_id& id);
  errc set_subscription(topic_state& t, const subscription_id& id,
                        const subscription_settings& changes, std::uint32_t given,
                        const std::uint64_t* revision);
  static errc describe(const topic_state& t, const subscription_id& id,
                       subscription_description& out);
  static void list(const topic_state& t, const subscription_id& after, std::size_t max,
                   std::vector<subscription_description>& out);
  void list_all(std::string_view after_topic, const subscription_id& after, std::size_t max,
                std::vector<subscription_description>& out) const;

  /// Begins to publish; publish_piece() goes on until it says that all has been said, each an entry
  /// in the log. ok: the body's reference is the service's, else it is still the caller's. A
  /// duplicate is known already: nothing is to go on with.
  errc publish(topic_state& t, const publish_args& args, publish_result& out, void* owner);
  /// True: there is more; count says how many deliveries the owner waits for because of this one.
  bool publish_piece(std::size_t& count);
  [[nodiscard]] bool publishing() const noexcept { return publish_.topic != nullptr; }

  /// Deliveries to be taken to their queues, in this order.
  [[nodiscard]] delivery* next_delivery() const noexcept {
    return sent_ == outbox_.size() ? nullptr : outbox_[sent_];
  }
  void pop_delivery() noexcept {
    if (++sent_ != outbox_.size()) return;
    outbox_.clear();
    sent_ = 0;
  }
  [[nodiscard]] std::uint64_t settled_below(const delivery& d) const noexcept {
    return state_.slot(d.of->slot()).settled_below(d.address().slot);
  }
  /// How one of them went. A missing or refused one may go out again, to a dead-letter queue.
  void answered(delivery& d, outcome how);
  /// Nobody waits for the deliveries of that owner any more; null: of any.
  void forget(const void* owner) noexcept;

  /// Lets deduplication ids end as of set_time(), in bounded steps. True: nothing is left.
  bool pass_time(std::size_t budget) {
    return next_ms() > now_ms_ || state_.seen().advance(now_ms_, budget);
  }
  /// After a flush: gives up what the journal has read.
  void free_done() noexcept {
    if (state_.any_done()) state_.free_done();
  }
  [[nodiscard]] base::time_ms next_ms() const noexcept { return state_.seen().next_ms(); }

  [[nodiscard]] const state& topics() const noexcept { return state_; }
  void set_log_epoch(std::uint32_t epoch) noexcept { state_.set_log_epoch(epoch); }
  // Recovery, in this order; see state.
  void begin_replay() noexcept { state_.begin_replay(); }
  /// Applies an entry without deciding anything. False: no memory.
  bool replay(const journal::entry& e);
  [[nodiscard]] publication* wants_body(const journal::entry& e) const noexcept {
    return state_.wants_body(e);
  }
  void attach_body(publication& p, const sync::body_ref& body) noexcept {
    state_.attach_body(p, body);
  }
  void drop_bodies() noexcept { state_.drop_bodies(); }
  /// What was on its way to queues goes on its way again, in the order in which it went.
  void end_replay();

  /// Carries forward what lies in the log before `epoch`: begin, then steps until one says true.
  void begin_carry(std::uint32_t epoch) { carry_.begin(state_, epoch); }
  bool carry(std::size_t bytes) { return carry_.step(state_, log_, now_ms_, bytes); }

 private:
  [[nodiscard]] context here() noexcept { return {state_, limits_, now_ms_, log_}; }
  errc applied(errc decided, std::size_t mark);
  [[nodiscard]] bool within_rate(topic_state& t, const publish_args& args);
  void choose(const topic_state& t, const publish_args& args);
  void stop_waiting(delivery& d) noexcept;

  /// What is being published, until its last piece.
  struct in_pieces {
    topic_state* topic = nullptr;
    sync::body_ref body;
    std::uint64_t sequence = 0;
    message_id id;
    fifo_key key;
    std::size_t next = 0;  ///< of chosen_
    void* owner = nullptr;
  };

  const settings limits_;
  entry_log& log_;
  base::random& ids_;
  publish_sink& sink_;
  base::time_ns now_;
  base::time_ms now_ms_;
  state state_;
  carry_walk carry_;
  in_pieces publish_;
  filter_subject subject_;             ///< what is being published, for filter policies
  std::vector<subscription*> chosen_;  ///< for what is being published
  chosen piece_;                       ///< of them, for the entry that is being applied
  std::vector<delivery*> outbox_;
  std::size_t sent_ = 0;  ///< of the outbox
};

}  // namespace millrace::topic
