// fifo_book: what the ledger does not know of messages of FIFO queues: their groups, their
// deduplication ids and their sequence numbers. Checks that a group keeps its order and its lock
// (F1), and that an id is one message for five minutes (F2), over crashes too. One thread.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "ledger.hpp"

namespace millrace::sim {

constexpr base::time_ms window_ms = 300'000;  // of deduplication, and of receive attempts

/// What a send to a FIFO queue says besides its body.
struct fifo_text {
  std::string group;
  std::string id;           ///< of deduplication; by content: the SHA-256 of the body
  bool by_content = false;  ///< so the send does not say it
};

class fifo_book {
 public:
  fifo_book(const history_plan& plan, ledger& book, tally& counts, ledger::complaint complain);

  /// The ledger's latest message is one of a FIFO queue. `content`: whose body it has.
  void attempted(const fifo_text& text, std::uint32_t content, const instant& now);
  void acked(std::uint32_t number, const instant& now, const send_result& r);
  void refused(std::uint32_t number);
  /// Before the ledger takes note of it.
  void delivered(const ledger::found& what, const delivery_seen& how, const message_view& v);
  void life_ended(const instant& now, bool power_cut);
  /// Everything was drained.
  void finish(const instant& now);

  // To choose what to send: recent sends of that queue, of any kind or without an answer.
  [[nodiscard]] const std::vector<std::uint32_t>& recent(std::size_t queue) const {
    return recent_[queue];
  }
  [[nodiscard]] std::vector<std::uint32_t> without_answer(std::size_t queue) const;
  [[nodiscard]] const fifo_text& text(std::uint32_t number) const { return at(number).text; }
  [[nodiscard]] std::size_t queue_of(std::uint32_t number) const { return at(number).queue; }
  /// When its window ends, if that is known to the millisecond.
  [[nodiscard]] std::optional<base::time_ms> window_end(std::uint32_t number) const;

 private:
  /// A message as the engine made it; several sends may have its id.
  struct stored {
    std::uint32_t owner = 0;  ///< the send that made it; 0: not known
    std::size_t key = 0;
    std::uint64_t order = 0;
    std::uint64_t first_ack = 0;    ///< a moment
    base::time_ms to_ms = 0;        ///< it was there by then
    std::vector<std::uint32_t> of;  ///< sends that were told its id
  };
  struct account {
    std::uint32_t number = 0;
    std::size_t queue = 0;  ///< to which it was sent
    std::uint64_t submitted = 0;
    fifo_text text;
    std::size_t key = 0;
    stored* is = nullptr;
    bool merged = false;
    bool gone = false;        ///< refused
    std::uint32_t birth = 0;  ///< as in the ledger
    std::size_t seen_in = 0;  ///< the queue where it came last
    std::uint64_t order_there = 0;
    std::size_t moved_from = 0;  ///< where its former birth came last
    std::uint64_t former_order = 0;
    std::uint64_t order[2] = {};      ///< by place; 0: not known
    base::time_ms from_ms = 0;        ///< it was stored then or later, if at all
    base::time_ms to_ms = INT64_MAX;  ///< and not after
  };
  /// All that happened under one deduplication id.
  struct window {
    std::vector<std::uint32_t> sends;
    std::vector<stored*> messages;
  };
  struct ack_mark {
    std::uint64_t moment = 0;
    std::uint64_t order = 0;  ///< the highest so far
  };
  struct group {
    std::vector<std::uint32_t> members;  ///< that may be there, with a known order
    std::vector<ack_mark> acks;
    std::map<std::uint32_t, std::pair<std::uint32_t, std::uint64_t>> latest;  ///< by sender
  };

  [[nodiscard]] account& at(std::uint32_t number) { return accounts_[places_[number]]; }
  [[nodiscard]] const account& at(std::uint32_t number) const { return accounts_[places_[number]]; }
  [[nodiscard]] bool knows(std::uint32_t number) const {
    return number < places_.size() && places_[number] != 0;
  }
  /// What it was before a move is over here as well.
  [[nodiscard]] bool is_current(std::uint32_t number) const {
    return at(number).birth == book_.at(number).births;
  }
  group& group_of(const account& a, std::size_t queue) { return groups_[{queue, a.text.group}]; }

  // Deduplication: fifo_book.cpp.
  stored& stored_as(const message_id& id, const account& a, std::uint64_t order);
  void check_duplicate(const account& a, const stored& s, const send_result& r);
  void settle(std::size_t key);
  void settle(window& w, stored& s);
  void set_owner(stored& s, std::uint32_t number);
  void merge(std::uint32_t number, const stored& s);
  void check_doubled(const account& a);
  [[nodiscard]] bool may_have_been_forgotten(const account& a) const;

  // Order: fifo_order.cpp.
  void check_order_of_acks(const account& a, std::uint64_t now);
  void check_text(account& a, const message_view& v, place where);
  void check_turn(const account& a, const delivery_seen& how, place where);
  void check_dead_order(const account& a, group& dead_letters);
  void born_again(account& a, const message_id& id);
  void check_moved_order(const account& a, group& there, place where);
  void check_window(account& a, const delivery_seen& how, const message_view& v, place where);
  void broken(breach what, std::uint32_t number, const std::string& how);

  const history_plan& plan_;
  ledger& book_;
  tally& counts_;
  const ledger::complaint complain_;
  std::vector<account> accounts_;
  std::vector<std::size_t> places_;  ///< by number; 0: not of a FIFO queue
  std::vector<window> windows_;
  std::map<std::string, std::size_t> keys_;
  std::map<std::array<std::uint8_t, 16>, stored> stored_;
  std::map<std::pair<std::size_t, std::string>, group> groups_;  ///< by the queue where they are
  std::map<std::string, std::uint32_t> group_numbers_;
  std::vector<std::vector<std::uint32_t>> recent_;  ///< by queue
};

}  // namespace millrace::sim
