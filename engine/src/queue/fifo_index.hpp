// fifo_index: the groups and the deduplication window of all FIFO queues of a lane, and the memory
// of their messages. Every verb is O(1): a table grows by a page at a time. One thread.
#pragma once

#include "base/hash.hpp"
#include "queue/fifo.hpp"
#include "queue/queue_state.hpp"
#include "sync/extendible_table.hpp"
#include "sync/slab.hpp"

namespace millrace::queue {

/// How long a deduplication id counts (SQS developer guide: five minutes).
constexpr base::time_ms deduplication_ms = deduplication_seconds * 1000;

class fifo_index {
 public:
  explicit fifo_index(sync::arena& memory)
      : messages_(memory),
        groups_(memory),
        duplicates_(memory),
        by_name_(memory),
        by_key_(memory) {}

  /// Memory for one more message, its group and its deduplication id. False: there is none.
  [[nodiscard]] bool reserve(sync::allocation_class use) noexcept;
  /// The reserved message.
  [[nodiscard]] fifo_message& make_message() noexcept;
  void destroy(fifo_message& m) noexcept { messages_.destroy(&m); }

  /// Puts a message at the end of a group of its owner's, which may be new.
  void join(fifo_message& m, const fifo_key& name, std::uint64_t order);
  /// Takes it out; the group goes with its last message. Null: it did.
  group* leave(fifo_message& m) noexcept;
  [[nodiscard]] group* find_group(const queue_state& q, const fifo_key& name) const noexcept;
  [[nodiscard]] std::size_t group_count() const noexcept { return groups_.live(); }
  /// Of the tables' directories, which are not of the arena's memory.
  [[nodiscard]] std::size_t directory_bytes() const noexcept {
    return by_name_.directory_bytes() + by_key_.directory_bytes();
  }

  // Before several sends, for all of them one after the other: where their groups and ids are
  // looked up, the groups, and what is written to besides.
  void prefetch_tags(const queue_state& q, const fifo_key& group,
                     const fifo_key* id) const noexcept {
    by_name_.prefetch_tags(hash_of(group, q.uid, q.epoch));
    if (id != nullptr) by_key_.prefetch_tags(hash_of(*id, q.uid, q.epoch));
  }
  void prefetch_cell_of_group(const queue_state& q, const fifo_key& name) const noexcept {
    by_name_.prefetch_cell(hash_of(name, q.uid, q.epoch));
  }
  const group* prefetch_group(const queue_state& q, const fifo_key& name) const noexcept {
    return by_name_.prefetch_item(hash_of(name, q.uid, q.epoch));
  }
  void prefetch_cell_of_id(const queue_state& q, const fifo_key& id) const noexcept {
    by_key_.prefetch_empty_cell(hash_of(id, q.uid, q.epoch));
  }
  static void prefetch_last_message(const group& g) noexcept { g.messages.prefetch_back(); }

  /// The reserved duplicate, or the one that is known already, takes these values.
  void remember(const duplicate& values);
  /// Whether the key came to this queue less than five minutes ago, and with which message.
  [[nodiscard]] duplicate* find(const queue_state& q, const fifo_key& key) const noexcept;
  [[nodiscard]] duplicate* first() const noexcept { return window_.front(); }
  [[nodiscard]] duplicate* after(const duplicate& d) const noexcept { return window_.after(d); }
  [[nodiscard]] std::size_t window_size() const noexcept { return duplicates_.live(); }
  /// Forgets up to `budget` whose time is over. False: there are more.
  bool advance(base::time_ms now_ms, std::size_t budget) noexcept;
  [[nodiscard]] base::time_ms next_ms() const noexcept {
    return window_.empty() ? INT64_MAX : window_.front()->until_ms;
  }

  // A walk over the window that may be interrupted: rewind(), then visit(duplicate&) -> bool by
  // walk() until that returns true (all seen); what visit refused comes again.
  void rewind() noexcept { at_ = window_.front(); }
  template <class Visit>
  bool walk(Visit&& visit) {
    for (; at_ != nullptr; at_ = window_.after(*at_)) {
      if (!visit(*at_)) return false;
    }
    return true;
  }

  /// After a replay: order within groups, and of the window; calls found(group&) for every group,
  /// by the order of its first message.
  template <class Found>
  void sort(Found&& found) {
    sort_window();
    for (group* g : sorted_groups()) found(*g);
  }

 private:
  static std::uint64_t hash_of(const fifo_key& key, std::uint64_t uid,
                               std::uint16_t epoch) noexcept {
    return base::mix64((key.low ^ uid) + (std::uint64_t{epoch} << 48));
  }
  struct group_hash {
    static std::uint64_t of(const group& g) noexcept { return hash_of(g.name, g.queue, g.epoch); }
  };
  struct duplicate_hash {
    static std::uint64_t of(const duplicate& d) noexcept {
      return hash_of(d.key, d.queue, d.epoch);
    }
  };
  void sort_window();
  std::vector<group*> sorted_groups();

  sync::slab<fifo_message> messages_;
  sync::slab<group> groups_;
  sync::slab<duplicate> duplicates_;
  sync::extendible_table<group, group_hash> by_name_;
  sync::extendible_table<duplicate, duplicate_hash> by_key_;
  base::list<duplicate, window_tag> window_;  ///< in order of their end
  duplicate* at_ = nullptr;                   ///< of the walk
  // What reserve() holds ready.
  fifo_message* spare_message_ = nullptr;
  group* spare_group_ = nullptr;
  duplicate* spare_duplicate_ = nullptr;
};

}  // namespace millrace::queue
