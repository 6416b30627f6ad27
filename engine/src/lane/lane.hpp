// lane: one thread's worth of the engine. It takes operations from its clients' inboxes, decides
// them over plain single-threaded state, appends what was decided to the journal, and hands out
// replies when the journal says so. poll() is called by one thread at a time; everything else here
// is called by that thread too, unless it says otherwise.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "journal/journal.hpp"
#include "lane/notice.hpp"
#include "lane/operation.hpp"
#include "lane/port.hpp"
#include "queue/service.hpp"
#include "stream/service.hpp"
#include "sync/block_writer.hpp"
#include "sync/doorbell.hpp"
#include "sync/exclusive.hpp"
#include "topic/service.hpp"

namespace millrace::lane {

/// Where a lane finds its ports: one for each place of the engine's clients ever claimed.
class port_source {
 public:
  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
  [[nodiscard]] virtual port& at(std::size_t place) const noexcept = 0;

 protected:
  ~port_source() = default;
};

/// How lanes hand each other messages that change slots, and what they say about deliveries. Called
/// on the sending lane's thread; the target's take_transfers() is called on the target's thread.
class transfer_router {
 public:
  /// False: full, the caller keeps `t` and tries again in a later turn.
  virtual bool send(std::uint32_t from_lane, queue::transfer_ptr& t) noexcept = 0;
  /// Takes the next transfer for `lane`, or null.
  virtual queue::transfer_ptr take(std::uint32_t lane) noexcept = 0;
  /// The same of notices.
  virtual bool send(std::uint32_t from_lane, const notice& n) noexcept = 0;
  virtual bool take(std::uint32_t lane, notice& out) noexcept = 0;
  [[nodiscard]] virtual std::uint32_t lane_of_slot(std::uint8_t slot) const noexcept = 0;
  /// Whether a take() would find one.
  [[nodiscard]] virtual bool waiting(std::uint32_t lane) const noexcept = 0;

 protected:
  ~transfer_router() = default;
};

struct lane_parts {
  std::uint32_t number = 0;
  std::uint32_t lanes = 1;  ///< of the engine
  sync::arena* memory = nullptr;
  const base::clock* clock = nullptr;
  journal::journal* log = nullptr;
  const port_source* ports = nullptr;
  transfer_router* router = nullptr;
  sync::memory_budget* budget = nullptr;
  sync::block_store* blocks = nullptr;  ///< for bodies that the lane makes itself
  std::uint64_t seed = 0;
  queue::settings limits;
  stream::settings stream_limits;
  topic::settings topic_limits;
  sync::latch_flag* journals = nullptr;  ///< set with the first message that is kept; or null
  sync::waker external;  ///< for a poller that blocks outside of the lane's doorbell
};

class lane final : private queue::waiter_sink,
                   private stream::waiter_sink,
                   private topic::publish_sink {
 public:
  /// The parts outlive the lane.
  explicit lane(const lane_parts& parts);

  /// One turn: up to `budget` operations of each client, then what time has made due, then replies.
  /// Returns how much was done; 0: nothing to do before next_ns(). Never blocks. When the journal
  /// has failed, what it has not kept and all that comes is answered with errc::journal_failed.
  std::size_t poll(std::size_t budget) noexcept;

  /// Monotonic time (base::monotonic_ns) at which a poll will find something due without any new
  /// operation; INT64_MAX: never. With virtual time, INT64_MAX unless something is due already.
  [[nodiscard]] std::int64_t next_ns() noexcept;

  /// Announces that the poller is going to sleep. False: there is work, poll instead (and nothing
  /// was announced). After true, sleep in bell().wait() or outside, then call end_sleep().
  bool prepare_to_sleep() noexcept;
  void end_sleep() noexcept { bell_.cancel(); }
  /// Rung by clients and other lanes after they have handed something over; any thread.
  [[nodiscard]] sync::doorbell& bell() noexcept { return bell_; }

  [[nodiscard]] const queue::service& queues() const noexcept { return queues_; }
  [[nodiscard]] queue::service& queues() noexcept { return queues_; }
  [[nodiscard]] const stream::service& streams() const noexcept { return streams_; }
  [[nodiscard]] stream::service& streams() noexcept { return streams_; }
  [[nodiscard]] const topic::service& topics() const noexcept { return topics_; }
  [[nodiscard]] topic::service& topics() noexcept { return topics_; }
  /// About how many bytes of log it takes to carry all of its state forward.
  [[nodiscard]] journal::live_size live() const noexcept {
    return {queues_.queues().live_bytes() + streams_.streams().live_bytes() +
                topics_.topics().live_bytes(),
            queues_.queues().carried_growth() + topics_.topics().carried_growth()};
  }

 private:
  std::size_t turn(std::size_t budget) noexcept;
  std::size_t carry_only() noexcept;
  void take_log_epoch() noexcept;
  bool pass_time() noexcept;
  std::size_t take_operations(std::size_t budget) noexcept;
  bool work_waiting() const noexcept;
  bool take_from(port& from, std::size_t budget, std::size_t& done) noexcept;
  bool may_execute() noexcept;
  bool take_stalled(std::size_t& done) noexcept;
  [[nodiscard]] bool refused(const operation& op, const queue::queue_state* q) const noexcept;
  bool execute(operation& op) noexcept;
  void unpark(operation& op) noexcept;
  errc execute_on_queue(operation& op, queue::queue_state& q) noexcept;
  errc send(operation& op, queue::queue_state& q) noexcept;
  errc send_one(const send_slot& s, queue::queue_state& q, queue::sent_as& out) noexcept;
  errc receive(operation& op, queue::queue_state& q) noexcept;
  void remove(operation& op, queue::queue_state& q) noexcept;
  void change_visibility(operation& op, queue::queue_state& q) noexcept;
  errc start_move(operation& op, queue::queue_state& q) noexcept;
  errc cancel_move(operation& op, queue::queue_state& q) noexcept;
  bool execute_stream(operation& op) noexcept;
  [[nodiscard]] bool refused_of_stream(const operation& op,
                                       const stream::stream_state* s) const noexcept;
  errc execute_on_stream(operation& op, stream::stream_state& s) noexcept;
  errc execute_on_account(operation& op) noexcept;
  bool put_records(operation& op, stream::stream_state& s) noexcept;
  errc read_records(operation& op, stream::stream_state& s) noexcept;
  bool execute_topic(operation& op) noexcept;
  [[nodiscard]] bool refused_of_topic(const operation& op,
                                      const topic::topic_state* t) const noexcept;
  errc execute_on_topic(operation& op, topic::topic_state& t) noexcept;
  void list_topics(operation& op) noexcept;
  bool publish(operation& op, topic::topic_state& t) noexcept;
  bool publish_one(operation& op, topic::topic_state& t) noexcept;
  bool wait_for_queues(operation& op) noexcept;
  void end_waiting(detail::topic_part& part, errc status) noexcept;
  void route_deliveries() noexcept;
  std::size_t take_notices() noexcept;
  void retry_deliveries() noexcept;
  void arrive(topic::delivery& d) noexcept;
  void tell(topic::delivery& d, topic::outcome how) noexcept;
  [[nodiscard]] bool is_mine(const topic::delivery& d) const noexcept;
  [[nodiscard]] std::optional<topic::outcome> deliver(const topic::delivery& d) noexcept;
  [[nodiscard]] std::optional<topic::outcome> deliver_to(
      queue::queue_state& q, const topic::delivery& d, const queue::delivered_from& from) noexcept;
  [[nodiscard]] sync::body_ref notification_of(const topic::delivery& d) noexcept;
  void send_notices() noexcept;
  void place_notices();
  void create_queue(operation& op) noexcept;
  void list(operation& op) noexcept;
  void cancel(operation& op) noexcept;
  void disconnect(operation& op) noexcept;
  void prefetch_fifo(const operation& op, const queue::queue_state& q) const noexcept;
  void fill_statistics(lane_statistics& out) noexcept;

  static void wait_for_messages(operation& op) noexcept;
  void answered(queue::waiter& w, errc status, std::size_t deliveries) noexcept override;
  queue::delivery* room(queue::waiter& w) noexcept override;
  void answered(stream::waiter& w, errc status) noexcept override;
  stream::read_batch& room(stream::waiter& w) noexcept override;
  void answered(void* owner) noexcept override;

  std::size_t move_transfers() noexcept;
  void reply(operation& op, durability level) noexcept;
  bool flush() noexcept;
  void append() noexcept;
  void carry() noexcept;
  bool append_all() noexcept;
  [[nodiscard]] bool may_decide() const noexcept {
    return admission_ != journal::admission::closed && admission_ != journal::admission::held;
  }
  [[nodiscard]] bool may_carry() const noexcept {
    return admission_ != journal::admission::closed && admission_ != journal::admission::full;
  }
  [[nodiscard]] bool waits_for_journal() const noexcept;
  [[nodiscard]] bool stay_awake() noexcept;
  [[nodiscard]] bool journal_moved() const noexcept;
  void close_ports() noexcept;
  void stop_after_failure() noexcept;

  static constexpr std::size_t levels = 3;  // memory, os, disk
  using positions = std::array<journal::position, levels>;

  /// Replies that wait for one level of the journal, oldest first.
  struct reply_list {
    operation* first = nullptr;
    operation** end = &first;
    operation* fresh = nullptr;  ///< the first of them that has no position yet
  };
  /// A transfer that may leave when every level of the journal has come to its position.
  struct departure {
    queue::transfer_ptr what;
    positions wait_for{};
  };

  /// The same of a notice.
  struct leaving_notice {
    notice what;
    positions wait_for{};
  };

  const lane_parts parts_;
  base::random random_;
  queue::service queues_;
  stream::service streams_;  ///< its log is that of the queues
  topic::service topics_;    ///< the same
  [[nodiscard]] bool may_leave(const positions& wait_for) const noexcept;
  void send_transfers() noexcept;
  void mark_tails();
  void publish_tails();
  void release_replies() noexcept;
  void release_from(reply_list& list, journal::position reached, bool failed) noexcept;

  positions appended_{};  ///< the last entry of that level or a higher one
  journal::admission admission_ = journal::admission::open;
  std::array<reply_list, levels> replies_;
  std::vector<operation*> stalled_;  ///< taken from inboxes while the journal had no room
  std::deque<departure> outgoing_;
  std::vector<notice> fresh_notices_;   ///< that have no position yet
  std::vector<notice> to_other_lanes_;  ///< while deliveries are routed
  std::deque<leaving_notice> notices_;
  std::vector<detail::topic_part*> publishing_;   ///< parked, until their deliveries are answered
  std::deque<topic::delivery*> refused_for_now_;  ///< to queues of this lane, in order
  std::unordered_map<std::uint64_t, std::size_t> waiting_for_;  ///< of them, by the name's hash
  base::time_ms deliver_again_ms_ = 0;
  durability delivered_level_ = durability::memory;  ///< of the latest that was taken here
  sync::block_writer writer_;
  std::vector<std::shared_ptr<stream::shard_tail>> tails_;  ///< with records to be shown
  std::int64_t waiting_since_ns_ = 0;                       ///< for the journal; 0: for nothing
  std::uint32_t carrying_ = 0;  ///< epoch before which state is carried; 0: none is
  std::uint32_t carried_ = 0;
  bool log_is_carried_ = false;  ///< what has not been appended is state carried forward
  std::uint64_t released_ = 0;   ///< replies given to clients so far
  std::size_t closing_ = 0;      ///< ports with a disconnect under way
  std::uint64_t parked_ = 0;
  bool more_due_ = false;
  bool stopped_ = false;  ///< the journal has failed: nothing is decided any more
  lane_statistics counts_;

  sync::doorbell bell_;
  sync::exclusive polled_;
};

}  // namespace millrace::lane
