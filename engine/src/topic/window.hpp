// window: the deduplication ids that FIFO topics have seen in the last five minutes. One thread.
#pragma once

#include <millrace/types.hpp>

#include "base/clock.hpp"
#include "base/fifo_key.hpp"
#include "base/list.hpp"
#include "base/pointer_table.hpp"
#include "sync/slab.hpp"

namespace millrace::topic {

struct window_tag;
struct duplicate : base::list_hook<window_tag> {
  base::fifo_key key;
  std::uint64_t topic = 0;
  message_id id;
  std::uint64_t sequence = 0;
  base::time_ms until_ms = 0;
  std::uint32_t log_epoch = 0;
  durability level = durability::memory;
};

class window {
 public:
  explicit window(sync::arena& memory) : slab_(memory) {}
  window(const window&) = delete;
  window& operator=(const window&) = delete;
  ~window();

  /// Memory for one more. False: there is none.
  [[nodiscard]] bool reserve(sync::allocation_class use) noexcept;
  /// Null, or one whose time may be over.
  [[nodiscard]] duplicate* find(std::uint64_t topic, const base::fifo_key& key) const noexcept;
  /// In place of what is known of that key; reserve() came before.
  void remember(const duplicate& d) noexcept;
  /// Forgets those whose time is over. False: the budget was used up.
  bool advance(base::time_ms now_ms, std::size_t budget) noexcept;
  [[nodiscard]] base::time_ms next_ms() const noexcept {
    return all_.empty() ? INT64_MAX : all_.front()->until_ms;
  }
  /// After a replay: in order of their end.
  void sort();
  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }

  // A walk that may be interrupted: rewind(), then walk(visit) until it returns true; what visit
  // refused comes again. What is forgotten meanwhile is passed over.
  void rewind() noexcept { at_ = all_.front(); }
  template <class Visit>
  bool walk(Visit&& visit) {
    for (; at_ != nullptr; at_ = all_.after(*at_)) {
      if (!visit(*at_)) return false;
    }
    return true;
  }

 private:
  struct hash {
    static std::uint64_t of(const duplicate& d) noexcept { return d.key.low ^ d.topic; }
  };
  void forget(duplicate& d) noexcept;

  sync::slab<duplicate> slab_;
  base::pointer_table<duplicate, hash> table_;
  base::list<duplicate, window_tag> all_;  ///< in order of their end
  duplicate* at_ = nullptr;                ///< of the walk
  duplicate* spare_ = nullptr;
};

}  // namespace millrace::topic
