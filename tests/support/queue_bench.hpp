// queue_bench: a queue::service with nothing around it but memory and a time that the test sets.
// Records every entry as a journal would read it. For unit and property tests; one thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "queue/service.hpp"
#include "sync/arena.hpp"
#include "sync/block_store.hpp"
#include "sync/block_writer.hpp"
#include "sync/extent_source.hpp"

namespace millrace::test {

/// A delivery, copied out.
struct got {
  message_id id;
  receipt_handle receipt;
  std::string body;
  std::uint32_t receive_count = 0;
  base::time_ms sent_at_ms = 0;
  base::time_ms first_received_at_ms = 0;
  std::string dead_letter_source;
  std::uint64_t order = 0;
};

/// A receive that waits. Stays where it is while it is parked.
struct parked {
  queue::waiter wait;
  queue::delivery deliveries[batch_entries_max];
  bool answered = false;
  errc status = errc::ok;
  base::time_ms answered_at_ms = 0;
  std::vector<got> messages;
};

/// An entry as append() saw it: hints gone, body and extra copied.
struct recorded {
  journal::entry e;
  std::string body;
  std::vector<std::byte> extra;
};

struct fifo_send {
  std::string body;
  std::string group = {};
  std::string id = {};
  std::int32_t delay_s = -1;
};

struct bench_options {
  std::uint64_t memory_max = UINT64_MAX;
  queue::settings limits = {};
  bool record = false;
  std::uint64_t seed = 1;
};

class queue_bench final : private queue::waiter_sink {
 public:
  static constexpr base::time_ms start_ms = 1'700'000'000'000;

  explicit queue_bench(const bench_options& wanted = {})
      : budget(wanted.memory_max),
        blocks(sync::mmap_extent_source(), budget, sync::block_store::options{}),
        memory(sync::mmap_extent_source(), budget),
        writer(blocks),
        limits(wanted.limits),
        ids(wanted.seed),
        record_(wanted.record),
        queues(memory, limits, ids, *this, start_ms) {}

  queue::queue_state& create(const std::string& name, const queue_attributes& attributes = {}) {
    const result<queue_handle> made = queues.create({name, attributes}, given_all | given_fifo);
    settle();
    return *queues.find(made.value());
  }
  queue::queue_state& at(const std::string& name) {
    return *queues.find(name, base::hash_bytes(name));
  }
  [[nodiscard]] bool exists(const std::string& name) const {
    return queues.find(name, base::hash_bytes(name)) != nullptr;
  }

  errc try_send(queue::queue_state& q, std::string_view body, std::int32_t delay_s = -1,
                message_id* id = nullptr) {
    std::byte* to = writer.reserve(body.size());
    if (to == nullptr) return errc::memory_full;
    std::memcpy(to, body.data(), body.size());
    const sync::body_ref stored = writer.commit(body.size());
    queue::sent_as made;
    const errc e = queues.send(q, {stored, static_cast<std::uint32_t>(body.size()), delay_s}, made);
    if (e != errc::ok) sync::release(stored.home);
    if (id != nullptr) *id = made.id;
    settle();
    return e;
  }
  /// To a FIFO queue. A group or id that is empty is not given; an id "#" stands for the content's.
  errc try_send(queue::queue_state& q, const fifo_send& s, queue::sent_as* as = nullptr) {
    std::byte* to = writer.reserve(s.body.size());
    if (to == nullptr) return errc::memory_full;
    std::memcpy(to, s.body.data(), s.body.size());
    using id_from = queue::fifo_part::id_from;
    queue::fifo_part fifo;
    fifo.has_group = !s.group.empty();
    fifo.group = queue::key_of(limits.receipt_key, s.group);
    fifo.deduplication =
        queue::key_of(limits.receipt_key, s.id == "#" ? "content of " + s.body : s.id);
    fifo.deduplication_from = s.id.empty()  ? id_from::nothing
                              : s.id == "#" ? id_from::content
                                            : id_from::sender;
    const queue::send_args args{writer.commit(s.body.size()),
                                static_cast<std::uint32_t>(s.body.size()), s.delay_s, &fifo};
    queue::sent_as made;
    const errc e = queues.send(q, args, made);
    if (e != errc::ok) sync::release(args.body.home);
    if (as != nullptr) *as = made;
    settle();
    return e;
  }
  message_id send(queue::queue_state& q, std::string_view body, std::int32_t delay_s = -1) {
    message_id id;
    const errc e = try_send(q, body, delay_s, &id);
    MR_ASSERT(e == errc::ok);
    return id;
  }

  std::vector<got> receive(queue::queue_state& q, std::int32_t max = 1,
                           std::int32_t visibility = 30, errc* status = nullptr) {
    return receive(q, max, visibility, {}, status);
  }
  std::vector<got> short_poll(queue::queue_state& q, std::int32_t max, std::int32_t visibility) {
    return receive(q, max, visibility, queues.hosts_of_short_poll(q), nullptr);
  }
  std::vector<got> receive_attempt(queue::queue_state& q, const std::string& id,
                                   std::int32_t max = 10, std::int32_t visibility = 30,
                                   errc* status = nullptr) {
    queue::delivery out[batch_entries_max];
    std::size_t count = 0;
    const queue::fifo_key key = queue::key_of(limits.receipt_key, id);
    const errc e = queues.receive_attempt(q, key, max, visibility, out, count);
    if (status != nullptr) *status = e;
    settle();
    return copy(out, count);
  }
  errc remove(queue::queue_state& q, const receipt_handle& r) {
    const errc e = queues.remove(q, r);
    settle();
    return e;
  }
  errc change(queue::queue_state& q, const receipt_handle& r, std::int32_t visibility) {
    const errc e = queues.change_visibility(q, r, visibility);
    settle();
    return e;
  }
  errc set(queue::queue_state& q, const queue_attributes& a, std::uint32_t given) {
    const errc e = queues.set_attributes(q, a, given);
    settle();
    return e;
  }
  errc purge(queue::queue_state& q) {
    const errc e = queues.purge(q);
    settle();
    return e;
  }
  errc delete_queue(queue::queue_state& q) {
    const errc e = queues.delete_queue(q);
    settle();
    return e;
  }

  void park(queue::queue_state& q, parked& p, base::time_ms wait_ms, std::int32_t max = 1,
            std::int32_t visibility = 30) {
    p.wait.owner = &p;
    p.wait.max_messages = max;
    p.wait.visibility_timeout = visibility;
    queues.park(q, p.wait, now_ms() + wait_ms);
  }

  /// A step of carrying state forward; true: the last one.
  bool carry(std::size_t bytes) {
    const bool done = queues.carry(bytes);
    settle();
    return done;
  }

  [[nodiscard]] base::time_ms now_ms() const { return queues.time(); }
  /// Moves time on and does all that is due; cross-slot transfers arrive if `route`.
  void advance(base::time_ms by_ms) {
    queues.set_time((now_ms() + by_ms) * base::ns_per_ms);
    work();
  }
  void work() {
    bool done = false;
    while (!done) {
      done = queues.work(512);
      settle();
      if (route && !queues.outbox().empty()) {
        done = false;
        deliver_transfers();
      }
    }
  }
  void deliver_transfers() {
    std::vector<queue::transfer_ptr> moving = std::move(queues.outbox());
    queues.outbox().clear();
    for (queue::transfer_ptr& t : moving) {
      queues.arrive(std::move(t));
      settle();
    }
  }

  queue_description describe(queue::queue_state& q) {
    queue_description out;
    queues.describe(q, out);
    return out;
  }

  /// What a journal would have taken so far, in order.
  [[nodiscard]] const std::vector<recorded>& journal() const { return journal_; }

  sync::memory_budget budget;
  sync::block_store blocks;
  sync::arena memory;
  sync::block_writer writer;
  queue::settings limits;
  base::random ids;
  bool route = true;

 private:
  void settle() {
    if (record_) {
      for (const journal::entry& e : queues.log().all()) {
        recorded r{e, {}, {e.extra.begin(), e.extra.end()}};
        if (e.body) r.body = as_text(e.body.bytes());
        r.e.body = {};
        r.e.extra = {};
        r.e.subject = r.e.object = nullptr;
        journal_.push_back(std::move(r));
      }
    }
    queues.log().clear();
  }
  std::vector<got> receive(queue::queue_state& q, std::int32_t max, std::int32_t visibility,
                           const queue::sampled_hosts& hosts, errc* status) {
    queue::delivery out[batch_entries_max];
    std::size_t count = 0;
    const errc e = queues.receive(q, max, visibility, out, count, hosts);
    if (status != nullptr) *status = e;
    settle();
    return copy(out, count);
  }
  std::vector<got> copy(const queue::delivery* from, std::size_t count) {
    std::vector<got> out;
    for (std::size_t i = 0; i < count; ++i) {
      const queue::delivery& d = from[i];
      out.push_back({d.id, d.receipt, std::string(as_text(d.body.bytes())), d.receive_count,
                     d.sent_at_ms, d.first_received_at_ms,
                     d.dead_letter_source == nullptr ? std::string() : *d.dead_letter_source,
                     d.order});
      sync::release(d.body.home);
    }
    return out;
  }
  void answered(queue::waiter& w, errc status, std::size_t deliveries) noexcept override {
    auto& p = *static_cast<parked*>(w.owner);
    p.answered = true;
    p.status = status;
    p.answered_at_ms = now_ms();
    p.messages = copy(p.deliveries, deliveries);
  }
  queue::delivery* room(queue::waiter& w) noexcept override {
    return static_cast<parked*>(w.owner)->deliveries;
  }

  bool record_;
  std::vector<recorded> journal_;

 public:
  queue::service queues;
};

/// Two queue names of one slot, or of two different ones.
inline std::string name_in_slot_of(const std::string& other, bool same) {
  for (int i = 0;; ++i) {
    std::string name = "dead-" + std::to_string(i);
    if ((queue::slot_of(name) == queue::slot_of(other)) == same) return name;
  }
}

}  // namespace millrace::test
