// state: everything that topics know in one lane. Changed only by evolve(), by deliveries that are
// settled, by time that ends the deduplication window, and by recovery; read by decide. A topic,
// its subscriptions and what is published to it are in the slot of its name. One thread (the lane).
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/pointer_table.hpp"
#include "topic/entries.hpp"
#include "topic/topic_state.hpp"
#include "topic/window.hpp"

namespace millrace::topic {

constexpr int slot_count = 256;

/// Whether this version knows the entry's kind, version and size.
bool understood(const journal::entry& e) noexcept;

/// What a slot counts.
struct slot_numbers {
  std::uint64_t next_topic = 1;
  std::uint64_t next_number = 1;  ///< of deliveries
  std::uint64_t next_sequence = 1;
  /// Of kept publications, by target slot: deliveries that are not settled.
  std::map<std::uint8_t, std::set<std::uint64_t>> open;

  /// That target need not remember numbers below.
  [[nodiscard]] std::uint64_t settled_below(std::uint8_t target) const noexcept {
    const auto known = open.find(target);
    return known == open.end() || known->second.empty() ? next_number : *known->second.begin();
  }
};

/// The subscriptions that a `published` entry is for: its subject, where decide has just chosen
/// them.
using chosen = std::span<subscription* const>;

class state {
 public:
  explicit state(sync::arena& memory);
  ~state();
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  /// The hash is base::hash_bytes(name).
  [[nodiscard]] topic_state* find(std::string_view name, std::uint64_t hash) const noexcept;
  [[nodiscard]] topic_state* find(std::uint64_t uid) const noexcept { return by_uid_.find(uid); }
  [[nodiscard]] const std::map<std::string_view, topic_state*>& by_name() const noexcept {
    return by_name_;
  }
  [[nodiscard]] const slot_numbers& slot(std::uint8_t number) const noexcept {
    return slots_[number];
  }
  [[nodiscard]] const window& seen() const noexcept { return window_; }
  [[nodiscard]] window& seen() noexcept { return window_; }
  /// That are not done, the oldest first.
  [[nodiscard]] const publication_list& publications() const noexcept { return publications_; }
  [[nodiscard]] std::size_t publication_count() const noexcept { return publication_count_; }
  [[nodiscard]] std::size_t subscription_count() const noexcept { return subscription_count_; }
  /// About how many bytes of log it takes to carry all of this forward.
  [[nodiscard]] std::uint64_t live_bytes() const noexcept {
    if (topics_.empty() && publication_count_ == 0) return 0;
    return body_bytes_ + delivery_count_ * 96 + publication_count_ * 192 + window_.size() * 176 +
           by_name_.size() * 512 + subscription_count_ * 384;
  }

  /// By how much that is longer, at most, than what it takes now.
  [[nodiscard]] std::uint64_t carried_growth() const noexcept { return window_.size() * 64; }

  void set_log_epoch(std::uint32_t epoch) noexcept { log_epoch_ = epoch; }
  [[nodiscard]] std::uint32_t log_epoch() const noexcept { return log_epoch_; }

  /// Applies one decision. The latest publication that it made, if it made one, is latest().
  void evolve(const journal::entry& e);
  [[nodiscard]] publication* latest() const noexcept { return latest_; }
  /// A queue has it, or nobody will.
  void settle(delivery& d) noexcept;
  /// Gives up publications that are done: when the journal has read their bodies.
  void free_done() noexcept;
  [[nodiscard]] bool any_done() const noexcept { return !done_.empty(); }

  // The walk that carries publications forward; it may be interrupted.
  void rewind() noexcept { at_ = publications_.front(); }
  template <class Visit>
  bool walk(Visit&& visit) {
    for (; at_ != nullptr; at_ = publications_.after(*at_)) {
      if (!visit(*at_)) return false;
    }
    return true;
  }

  // Recovery: begin_replay(), evolve() every entry of the log in order, without bodies;
  // attach_body() behind each entry, or behind all of them to what is left; end_replay().

  void begin_replay() noexcept { replaying_ = true; }
  /// Memory for the deduplication ids that an entry brings. False: there is none.
  [[nodiscard]] bool reserve_for(const journal::entry& e) noexcept;
  /// The publication for whose body an entry has the bytes, if it is open and has none yet.
  [[nodiscard]] publication* wants_body(const journal::entry& e) const noexcept;
  void attach_body(publication& p, const sync::body_ref& body) noexcept;
  void drop_bodies() noexcept;
  /// New sequence numbers go on `sequence_gap` behind the last known one.
  void end_replay(std::uint64_t sequence_gap);

 private:
  topic_state* object(const journal::entry& e, std::uint64_t uid);
  topic_state& make_topic(std::uint64_t uid);
  void name_topic(topic_state& t, std::string name);
  void define(const journal::entry& e);
  void drop_topic(topic_state& t);
  void change_subscription(const journal::entry& e);
  void drop_subscription(topic_state& t, const subscription_id& id);
  static void index(topic_state& t, subscription& s);
  static void unindex(topic_state& t, const subscription& s);
  void publish(const journal::entry& e);
  void open(publication& p, std::uint64_t number, route_ref to, bool dead_letter);
  void open_targets(publication& p, const journal::entry& e);
  void return_delivery(const journal::entry& e);
  void finish(const journal::entry& e);
  void carry_publication(const journal::entry& e);
  void carry_duplicates(const journal::entry& e);
  void carry_slot(const journal::entry& e);
  publication& make_publication(const journal::entry& e, const published_payload& p);
  void close(publication& p) noexcept;
  void recycle(publication& p) noexcept;
  [[nodiscard]] publication* find(std::uint64_t topic, std::uint64_t first) const noexcept;

  struct uid_key {
    static std::uint64_t of(const topic_state& t) noexcept { return t.uid; }
  };
  struct name_key {
    static std::uint64_t of(const topic_state& t) noexcept { return t.name_hash; }
  };

  base::pointer_table<topic_state, uid_key> by_uid_;
  base::pointer_table<topic_state, name_key> by_hash_;
  std::map<std::string_view, topic_state*> by_name_;
  std::map<std::uint64_t, std::unique_ptr<topic_state>> topics_;  ///< by uid
  std::array<slot_numbers, slot_count> slots_;
  window window_;

  publication_list publications_;
  publication_list done_;                            ///< until free_done()
  std::vector<std::unique_ptr<publication>> spare_;  ///< kept, so that publishing allocates nothing
  std::map<std::pair<std::uint64_t, std::uint64_t>, publication*> by_number_;  ///< in a replay
  publication* at_ = nullptr;                                                  ///< of the walk
  publication* latest_ = nullptr;

  std::size_t publication_count_ = 0;
  std::size_t delivery_count_ = 0;
  std::size_t subscription_count_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint32_t log_epoch_ = 0;
  bool replaying_ = false;
};

}  // namespace millrace::topic
