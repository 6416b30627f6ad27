// ledger: the account of every message of a history, seen from outside: what clients sent, got,
// deleted and were told, and when a crash came. Never looks into the engine. One thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cuts.hpp"
#include "fair_turns.hpp"
#include "move_book.hpp"
#include "plan.hpp"
#include "tally.hpp"

namespace millrace::sim {

/// Where a message was found: in the queue to which it was sent, or among that queue's dead
/// letters.
enum place : std::uint8_t { source = 0, dead = 1 };

enum class standing : std::uint8_t {
  pending,  ///< sent, no answer yet
  acked,    ///< or seen
  refused,  ///< for certain
  unknown,  ///< there will be no answer
};

struct message_account {
  standing state = standing::pending;
  std::uint8_t queue = 0;
  bool id_known = false;
  bool forgotten = false;  ///< was in memory only when its life ended
  bool exact = true;       ///< every journaled receive of it is known to have survived
  bool unsure = false;     ///< acked at level os, and a power cut may have taken it
  bool back = false;       ///< was seen after `cut`
  bool told = false;       ///< its acknowledgement reached the client
  bool maybe_refused = false;
  bool misplaced = false;       ///< a breach: lost, or there again
  mutable bool done = false;    ///< deleted, and nothing can have happened to it before
  bool unclear = false;         ///< acked, but maybe as a duplicate of one that was never answered
  bool loose = false;           ///< moved to a queue of a lower level: little is known of it
  std::uint16_t cut = 0;        ///< the crash that may have taken it; 0: none
  std::uint32_t births = 0;     ///< how often it was moved, and so became a new message
  std::uint64_t born_seen = 0;  ///< when it was first seen as that
  int unnamed_in = -1;          ///< the queue of its first birth, if that one's id is still unknown
  std::size_t moved_by = 0;     ///< the task, if no other one can have done it
  /// The birth that was seen before this one, if both are of one millisecond: it may be the later.
  std::optional<message_id> twin;
  std::uint32_t bytes = 0;
  std::uint32_t content = 0;  ///< whose body it has
  std::uint32_t group = 0;    ///< of a FIFO queue: 1 and up
  std::uint32_t tenants = 0;  ///< of the standard queue to which it was sent
  std::uint32_t sender = 0;
  std::uint32_t life = 0;
  std::uint64_t submitted = 0;
  std::uint64_t settled = 0;  ///< when it was acked or first seen
  base::time_ms submitted_ms = 0;
  base::time_ms sent_at_ms[2] = {};  ///< as deliveries say, of FIFO queues by place
  message_id id;
  // By place.
  std::uint64_t there_since[2] = {};
  std::uint64_t delete_tried[2] = {};
  std::uint64_t delete_acked[2] = {};
  std::uint32_t deletes_open[2] = {};  ///< tried, and not refused
  // Deliveries.
  std::uint32_t deliveries = 0;
  std::uint32_t receives = 0;  ///< of them, from its source
  std::uint64_t last_seen = 0;
  std::uint64_t last_asked = 0;  ///< by which it was seen
  std::uint64_t last_seen_in_source = 0;
  std::uint32_t last_life = 0;
  std::uint32_t last_count = 0;
  std::uint32_t changes_pending = 0;
  std::uint64_t changed = 0;     ///< the latest end of a change of its visibility
  bool changes_overlap = false;  ///< nobody knows in which order they were done
  base::time_ms delay_ms = 0;
  base::time_ms delayed_until_ms = 0;  ///< never visible before
  base::time_ms delayed_most_ms = 0;   ///< its delay is certainly over
  base::time_ms hidden_until_ms = 0;   ///< not visible before, by its latest known receive
  base::time_ms hidden_most_ms = 0;    ///< that is certainly over
  base::time_ms hidden_ever_ms = 0;    ///< so is whatever any receive or change said

  [[nodiscard]] place where() const { return there_since[dead] != 0 ? dead : source; }
};

/// One that damage has left without its definition; what it holds is of any queue.
constexpr std::size_t queue_without_name = SIZE_MAX;

/// A delivery as the client got it.
struct delivery_seen {
  std::size_t queue = 0;
  instant asked;
  instant now;
  std::int32_t visibility_least_s = 0;
  std::int32_t visibility_most_s = 0;
  bool target_is_there = true;  ///< so dead letters go there and do not come back
  bool repeated = false;        ///< of an earlier receive, with the same attempt id
};

class ledger {
 public:
  using complaint = std::function<void(breach, const std::string&)>;
  ledger(const history_plan& plan, const move_book& moves, tally& counts, complaint complain);

  /// A new message; its number.
  std::uint32_t attempted(std::size_t queue, std::uint32_t sender, const instant& now,
                          std::uint32_t bytes, std::int32_t delay_s);
  /// The latest one is of a FIFO queue, and has the body of `content`.
  void in_group(std::uint32_t group, std::uint32_t content);
  void acked(std::uint32_t number, const instant& now, const message_id& id);
  void refused(std::uint32_t number);
  /// It was a duplicate: another message's answer is its answer, and it never comes.
  void merged(std::uint32_t number);
  void set_unclear(std::uint32_t number, bool unclear) { messages_[number].unclear = unclear; }
  void may_be_refused(std::uint32_t number) { messages_[number].maybe_refused = true; }
  /// An answer shows that it is there.
  void seen_there(std::uint32_t number);
  /// `maybe_refused`: its queue may not have been there.
  void unanswered(std::uint32_t number, bool maybe_refused);
  /// Bits have turned over: what was deleted may be there again, and be moved.
  void may_be_damaged() { damaged_ = true; }
  /// Others of this life may be refused without anybody hearing of it.
  void may_refuse() { refusals_in_life_ = true; }

  struct found {
    std::uint32_t number = 0;
    place where = source;
    std::uint32_t birth = 0;
  };
  /// What a delivery is, unless it cannot be; perhaps one of an earlier birth that came late.
  std::optional<found> identify(const delivery_seen& how, const message_view& m);
  /// Of its present birth.
  void delivered(const found& what, const delivery_seen& how, const message_view& m);
  [[nodiscard]] bool is_present(const found& m) const {
    return messages_[m.number].births == m.birth;
  }

  void delete_tried(const found& m, const instant& now);
  void delete_acked(const found& m, const instant& now);
  /// For certain.
  void delete_refused(const found& m);
  void change_tried(const found& what, const instant& now, std::int32_t visibility_s);
  /// `count`: of the receive whose handle it was.
  void change_acked(const found& what, const instant& asked, const instant& now,
                    std::int32_t visibility_s, std::uint32_t count);
  /// Without success: refused for certain, or never answered.
  void change_ended(const found& what, bool answered, const instant& now,
                    std::int32_t visibility_s);
  /// A receive may be repeated by its attempt id, and so hide it anew. How long it was hidden
  /// before.
  base::time_ms repeat_tried(const found& what, const instant& now, std::int32_t visibility_s);
  /// It was not, or as its delivery says.
  void repeat_ended(const found& what, base::time_ms hidden_until_ms);
  /// A receive whose answer will never be known. It may be done as late as all_is_quiet().
  void receive_lost(std::size_t queue, base::time_ms visibility_ms);
  void receive_asked(std::size_t queue) { ++open_receives_[queue]; }
  void receive_answered(std::size_t queue) { --open_receives_[queue]; }
  /// Whatever was asked for has been done.
  void all_is_quiet(const instant& now);
  /// A disk-level decision made since `asked` is acknowledged, and with it all that was before.
  void durable_since(std::uint64_t asked) { horizon_ = std::max(horizon_, asked); }

  queue_cuts& cuts(std::size_t queue) { return cuts_[queue]; }
  [[nodiscard]] const queue_cuts& cuts(std::size_t queue) const { return cuts_[queue]; }

  /// A life ends: by a power cut, or so that what the operating system has stays.
  void life_ended(const instant& now, bool power_cut);
  void life_began(const instant& now);

  // Audits of an idle queue: nothing under way, nothing changes meanwhile but by time.
  struct between {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
  };
  [[nodiscard]] between expected(std::size_t queue, base::time_ms now_ms) const;
  void expect_all_visible(std::size_t queue, const instant& now);
  /// One that was made after expect_all_visible(), with no other call beside it.
  void audit_receive_ended(std::size_t queue);
  void all_were_received(const instant& now);
  /// A moment at which something changes for a message: a good time to look.
  [[nodiscard]] std::optional<base::time_ms> boundary(std::uint32_t number,
                                                      base::time_ms now_ms) const;

  /// Everything was drained: what is missing is lost.
  void finish(const instant& now);

  [[nodiscard]] std::uint32_t last_number() const {
    return static_cast<std::uint32_t>(messages_.size() - 1);
  }
  [[nodiscard]] const message_account& at(std::uint32_t number) const { return messages_[number]; }
  [[nodiscard]] std::uint32_t life() const { return life_; }
  [[nodiscard]] std::size_t queue_of(const message_account& m, place where) const;
  /// Nothing that was done or happened explains its absence from that queue.
  [[nodiscard]] bool must_be_in(const message_account& m, std::size_t queue,
                                base::time_ms now_ms) const;
  [[nodiscard]] bool may_be_in(const message_account& m, std::size_t queue) const;
  /// It is known to have been there, and nothing that was done or happened explains its absence.
  [[nodiscard]] bool must_exist(const message_account& m, base::time_ms now_ms) const;
  /// If it was there, that is.
  [[nodiscard]] bool must_last(const message_account& m, base::time_ms now_ms) const;

 private:
  void check_content(std::uint32_t number, const message_view& v, const delivery_seen& how,
                     place where);
  void check_existence(std::uint32_t number, const delivery_seen& how, place where);
  void check_time(std::uint32_t number, const message_view& v, const delivery_seen& how,
                  place where);
  void check_count(std::uint32_t number, const message_view& v, const delivery_seen& how,
                   place where);
  void note(std::uint32_t number, const message_view& v, const delivery_seen& how, place where);
  void note_return(std::uint32_t number);

  // Moves: ledger_moves.cpp.
  struct residence {
    std::size_t queue = 0;  ///< to which it was moved
    place where = source;   ///< or among that queue's dead letters
    instant since;          ///< not before
    std::size_t task = 0;   ///< by which it was moved; 0: by one of several
  };
  /// Where it may be as a new message.
  [[nodiscard]] std::vector<residence> residences(const message_account& m) const;
  /// Where it is known to be, if no move took it.
  [[nodiscard]] bool must_stay(const message_account& m, base::time_ms now_ms) const;
  [[nodiscard]] bool may_have_expired(const message_account& m, base::time_ms now_ms) const;
  [[nodiscard]] bool may_be_at_home(const message_account& m, std::size_t queue) const;
  [[nodiscard]] bool is_done(const message_account& m) const;
  [[nodiscard]] bool may_be_moved(const message_account& m) const;
  std::optional<found> moved(std::uint32_t number, const delivery_seen& how, const message_view& v);
  found bear(std::uint32_t number, const residence& where, const delivery_seen& how,
             const message_view& v);

  void end_send(message_account& m, const instant& now, bool power_cut);
  void end_receives(message_account& m, bool power_cut);
  [[nodiscard]] const queue_plan& plan_of(const message_account& m, place where) const;
  [[nodiscard]] bool counts_in(const message_account& m, place where) const;
  /// May have become a dead letter unseen.
  /// At most: what they brought nobody knows.
  [[nodiscard]] std::uint64_t unseen_receives(std::size_t queue) const {
    return lost_receives_[queue] + open_receives_[queue];
  }
  [[nodiscard]] bool may_have_moved(const message_account& m) const;
  [[nodiscard]] std::set<std::string_view> quiet_tenants(std::size_t queue,
                                                         const instant& now) const;
  [[nodiscard]] std::vector<std::uint32_t> first_of_groups(std::size_t queue,
                                                           const instant& now) const;
  void check_order(std::uint32_t number);
  void broken(breach what, std::uint32_t number, const std::string& how);

  /// What is known of a crash's leavings.
  struct crash_site {
    std::uint64_t at = 0;
    bool refusals = false;               ///< an unanswered send may have been refused
    std::vector<std::uint64_t> reached;  ///< by queue: the last moment of which something is left
    struct reach {
      std::uint32_t queue = 0;
      std::uint32_t sender = 0;
      std::uint32_t number = 0;
    };
    std::vector<reach> of_senders;
  };
  struct undone {
    std::uint32_t number = 0;
    std::uint16_t cut = 0;
    std::uint64_t acked = 0;
  };

  const history_plan& plan_;
  const move_book& moves_;
  tally& counts_;
  const complaint complain_;
  std::vector<message_account> messages_;
  std::vector<queue_cuts> cuts_;
  std::vector<base::time_ms> lost_receives_ms_;    ///< by queue: may hide messages until then
  std::vector<base::time_ms> lost_visibility_ms_;  ///< by queue: of those that may still be done
  std::vector<std::uint64_t> lost_receives_;       ///< by queue: how many
  std::vector<std::uint64_t> open_receives_;       ///< by queue: without an answer so far
  std::vector<crash_site> crashes_;
  std::vector<undone> undone_deletes_;
  [[nodiscard]] bool may_be_unnamed(const message_account& m, const delivery_seen& how) const;
  [[nodiscard]] bool came_before(const message_account& m, const message_view& v,
                                 base::time_ms tolerance_ms) const;
  void name_first_birth(std::uint32_t number, place where, const message_id& id);
  found born_after_its_twin(std::uint32_t number, const delivery_seen& how, const message_view& v);
  /// Ids of earlier births.
  std::map<std::array<std::uint8_t, 16>, found> former_;
  std::vector<std::uint32_t> audited_;
  std::uint64_t audit_began_ = 0;
  fair_turns turns_;
  std::uint64_t horizon_ = 0;
  std::uint64_t life_began_ = 0;
  std::uint32_t life_ = 0;
  bool refusals_in_life_ = false;
  bool damaged_ = false;
};

}  // namespace millrace::sim
