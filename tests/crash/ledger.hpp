// What a crash test knows of every message: what it asked for, what was acknowledged, what came.
// Every event goes in with its times on the driver's clock (ns, monotonic), and is judged at once.
// One thread.
//
// A fact holds only if every order of things at the server agrees with it: a delivery comes after a
// removal only when the receive was *asked* after the removal's answer was *read*.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account.hpp"
#include "roster.hpp"

namespace millrace::crash {

constexpr std::size_t fifo_groups = 5;  ///< of a FIFO queue; the group follows from the number

class ledger {
 public:
  using message_id = std::uint64_t;  ///< from 1; the number of the body

  /// The default level is what the server was told with --durability. `queues` must outlive it; no
  /// queue is added later.
  ledger(const roster& queues, level default_level);

  /// The blow that the run deals: queues of a level that does not survive it are not held to it.
  void expect(blow struck) noexcept { struck_ = struck; }
  [[nodiscard]] bool holds(std::size_t queue) const noexcept;

  // Sends.
  [[nodiscard]] message_id next() const noexcept { return first_ + messages_.size(); }
  message_id send_asked(std::size_t queue, std::uint64_t now);
  void send_acked(message_id id, std::uint64_t now);
  void send_refused(message_id id);
  /// To a FIFO queue once more, with the same deduplication id: it stays one message.
  void send_asked_again(message_id id);
  /// One that may be sent again now; nothing when there is none.
  [[nodiscard]] std::optional<message_id> resendable(std::size_t queue, std::uint64_t random,
                                                     std::uint64_t now) const;

  struct delivery {
    message_id id = 0;  ///< 0: the body has no number
    std::size_t queue = 0;
    bool intact = false;
    std::uint32_t receive_count = 0;
    std::uint64_t visibility_ns = 0;
    std::uint64_t asked = 0, answered = 0;
    std::uint64_t name = 0;      ///< a hash of its MessageId
    std::uint64_t sequence = 0;  ///< SequenceNumber, of a FIFO queue
  };
  void delivered(const delivery& what);
  void receive_asked(std::size_t queue);
  void receive_answered(std::size_t queue);

  // Removals of one message, with a receipt of `queue`. True: nobody had asked for it before.
  bool delete_asked(message_id id, std::size_t queue);
  void delete_acked(message_id id, std::size_t queue, std::uint64_t now);
  void delete_refused(message_id id, std::uint64_t now);
  /// Of a FIFO queue, as another receive holds it or none: it is still there.
  void delete_late(message_id id, std::uint64_t now);
  void visibility_asked(message_id id);
  void visibility_answered(message_id id, std::uint64_t now);

  // Removals of all messages of a queue: a purge, or a deletion of the queue itself.
  void clear_asked(std::size_t queue, std::uint64_t now);
  void clear_acked(std::size_t queue, std::uint64_t now);
  [[nodiscard]] bool clearing(std::size_t queue) const noexcept {
    return accounts_[queue].clear_asked != 0;
  }
  /// The server answered that it did not.
  void clear_refused(std::size_t queue, std::uint64_t now);

  /// The server is gone: whatever has no answer stays unknown.
  void crashed(std::uint64_t now);

  /// Messages that must, and that may, be in a queue now.
  struct bounds {
    std::uint64_t least = 0, most = 0;
  };
  [[nodiscard]] std::vector<bounds> count() const;
  /// Messages that must be somewhere, in all queues that are held to it.
  [[nodiscard]] std::uint64_t owed() const { return owed_messages().size(); }
  [[nodiscard]] std::vector<message_id> owed_messages() const;
  /// About how many messages there are; cheap.
  [[nodiscard]] std::uint64_t present() const noexcept { return present_; }

  /// Everything there was has been received and deleted: what is still owed is lost. Forgets the
  /// messages but for what became of them.
  void close_window();

  [[nodiscard]] account& counts() noexcept { return counts_; }
  [[nodiscard]] const account& counts() const noexcept { return counts_; }
  /// Sentences about the first violations.
  [[nodiscard]] const std::vector<std::string>& findings() const noexcept { return findings_; }
  void report(std::uint64_t& counter, std::string sentence);

 private:
  enum class send_state : std::uint8_t { asked, acked, refused };
  enum class removal : std::uint8_t { none, maybe, certain };
  enum class fate : std::uint8_t { never_seen, removed, not_held };

  struct message {
    std::uint64_t asked = 0, acked = 0;
    std::uint64_t removed = 0;  ///< when a removal was answered, or became unknowable
    std::uint64_t hidden_from = 0, hidden_until = 0;
    std::uint64_t changed = 0;            ///< when a change of its visibility was last answered
    std::uint64_t moved = 0;              ///< when its dead-letter queue was first seen to have it
    std::uint64_t unanswered_before = 0;  ///< receives of its queue, when it was sent
    std::uint32_t deliveries = 0;
    std::uint32_t hidden_epoch = 0;
    std::uint32_t counts_seen = 0;  ///< a bit a receive count
    std::uint32_t epoch = 0;        ///< in which it was sent
    std::uint16_t queue = 0;
    std::uint16_t deletes_under_way = 0;
    std::uint16_t changes_under_way = 0;  ///< of its visibility
    send_state send = send_state::asked;
    removal gone = removal::none;
    std::uint16_t sends_under_way = 0;
    bool resent = false;
    bool delete_unknown = false;           ///< one was never answered
    std::uint64_t name = 0, sequence = 0;  ///< as in delivery; 0: not known
    std::uint64_t last_answered = 0;       ///< when it was last delivered
    bool maybe_moved = false;  ///< deleted by its queue's receipt, perhaps after it had moved
  };
  struct queue_account {
    std::uint64_t clear_asked = 0;  ///< 0: none under way
    std::uint64_t receives_under_way = 0;
    std::uint64_t receives_unanswered = 0;
    std::vector<message_id> groups[fifo_groups];  ///< of a FIFO queue: what may be there
  };

  [[nodiscard]] message* find(message_id id) noexcept;
  [[nodiscard]] bool is_owed(const message& m) const noexcept;
  [[nodiscard]] bool is_foreign(const delivery& what, const message& m) const noexcept;
  void check_removed(const delivery& what, message& m);
  void check_hidden(const delivery& what, message& m);
  void check_count(const delivery& what, message& m);
  void check_move(const delivery& what, message& m);
  [[nodiscard]] bool may_have_moved(const message& m, std::uint64_t now) const noexcept;
  void check_group(const delivery& what, message& m);
  void check_forgotten(const delivery& what);
  [[nodiscard]] std::string describe(message_id id, const message& m) const;

  const roster& queues_;
  level default_level_;
  blow struck_ = blow::none;
  std::vector<queue_account> accounts_;
  message_id first_ = 1;  ///< of messages_
  std::vector<message> messages_;
  std::vector<fate> fates_;  ///< of the messages before first_
  std::uint32_t epoch_ = 0;
  std::uint64_t present_ = 0;
  account counts_;
  std::vector<std::string> findings_;
};

}  // namespace millrace::crash
