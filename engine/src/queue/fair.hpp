// fair: the messages of standard queues that have a message group id, by that id ("tenant"), so
// that a tenant with much in flight does not hold up the others (docs/design/fair-queues.md).
// Derived state: made again from the bodies after a recovery. Touched only by the lane.
#pragma once

#include "base/mutant.hpp"
#include "base/pointer_table.hpp"
#include "queue/fifo_key.hpp"
#include "queue/message.hpp"
#include "queue/queue_state.hpp"
#include "sync/slab.hpp"

namespace millrace::queue {

struct tenant_tag;

/// Exists while its queue has messages of that group. In one of the queue's rotations exactly if it
/// has ready messages.
struct tenant : base::list_hook<tenant_tag> {
  fifo_key name;
  std::uint64_t queue = 0;  ///< uid
  std::uint64_t live = 0;   ///< messages in any state
  std::uint64_t in_flight = 0;
  std::uint16_t epoch = 0;  ///< of the queue when it came
  bool noisy = false;
  ready_list ready;
};
static_assert(sizeof(tenant) == 80);
using tenant_list = base::list<tenant, tenant_tag>;

/// Of a queue while it has tenants. A receive begins with the quiet ones, each in its turn.
struct fair_queue {
  tenant_list quiet;
  tenant_list noisy;
  tenant rest;  ///< all messages without a group id; those that are ready are the queue's own list
  std::uint64_t tenants = 0;  ///< but for the rest
};

/// The first of a queue's tenants whose turn it is, or null; and who comes after one in a turn.
inline const tenant* first_tenant(const fair_queue& f) noexcept {
  const bool noisy = f.quiet.empty() || (MR_MUTANT(noisy_tenant_first) && !f.noisy.empty());
  return noisy ? f.noisy.front() : f.quiet.front();
}
inline const tenant* tenant_after(const fair_queue& f, const tenant& t) noexcept {
  if (t.noisy) return f.noisy.after(t);
  const tenant* next = f.quiet.after(t);
  return next != nullptr ? next : f.noisy.front();
}

/// The group id of a standard queue's message as its body has it; false: none.
bool read_group(const message& m, fifo_key& out) noexcept;

/// The tenants of all queues of a lane.
class fair_index {
 public:
  explicit fair_index(sync::arena& memory) : tenants_(memory) {}

  /// Of that queue in that epoch, or null.
  [[nodiscard]] tenant* find(std::uint64_t queue, std::uint16_t epoch,
                             const fifo_key& name) const noexcept;
  /// Null: no memory.
  tenant* make(const queue_state& q, const fifo_key& name) noexcept;
  void destroy(tenant& t) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return tenants_.live(); }

 private:
  struct hash {
    static std::uint64_t of(const tenant& t) noexcept { return t.name.low ^ t.queue; }
  };
  sync::slab<tenant> tenants_;
  base::pointer_table<tenant, hash> by_name_;
};

}  // namespace millrace::queue
