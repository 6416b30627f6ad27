// topic_bench: a topic::service with nothing around it but memory, a time that the test sets, and
// queues that are lists of texts. Records every entry as a journal would read it. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/queue_bench.hpp"
#include "topic/service.hpp"

namespace millrace::test {

class topic_bench final : private topic::publish_sink {
 public:
  explicit topic_bench(std::uint32_t incarnation = 0, std::uint64_t seed = 1)
      : blocks(sync::mmap_extent_source(), budget, sync::block_store::options{}),
        memory(sync::mmap_extent_source(), budget),
        writer(blocks),
        ids(seed),
        log(std::size_t{1} << 20),
        topics(memory, {.incarnation = incarnation}, log, ids, *this, queue_bench::start_ms) {}

  topic::topic_state& create(const std::string& name, durability level = durability::disk) {
    topic_settings wanted;
    wanted.fifo = name.ends_with(".fifo");
    wanted.level = level;
    topic_handle made;
    MR_ASSERT(topics.create(name, wanted, given_topic_fifo | given_topic_level, made) == errc::ok);
    settle();
    return *topics.find(made);
  }
  topic::topic_state& at(const std::string& name) {
    return *topics.find(name, base::hash_bytes(name));
  }
  subscription_id subscribe(topic::topic_state& t, const std::string& queue,
                            const std::string& dead_letters = {}) {
    subscription_settings wanted;
    wanted.endpoint = queue;
    wanted.dead_letter_queue = dead_letters;
    subscription_id made;
    MR_ASSERT(topics.subscribe(t, wanted, made) == errc::ok);
    settle();
    return made;
  }
  publish_result publish(topic::topic_state& t, const std::string& text,
                         const std::string& id = {}) {
    std::byte* to = writer.reserve(text.size());
    std::memcpy(to, text.data(), text.size());
    topic::publish_args args;
    args.body = writer.commit(text.size());
    args.bytes = static_cast<std::uint32_t>(text.size());
    args.has_group = t.settings.fifo;
    args.deduplication_from = id.empty() ? topic::id_from::nothing : topic::id_from::sender;
    args.deduplication = base::key_of({}, id);
    publish_result out;
    out.status = topics.publish(t, args, out, nullptr);
    if (out.status != errc::ok) sync::release(args.body.home);
    std::size_t count = 0;
    while (topics.publish_piece(count)) settle();
    settle();
    return out;
  }

  /// Takes deliveries to the queues that exist, until none is left.
  void deliver() {
    while (topic::delivery* d = topics.next_delivery()) {
      topics.pop_delivery();
      const std::string& queue = d->address().name;
      const bool there = queues.contains(queue);
      if (there && taken_[{d->of->slot(), d->address().slot}].insert(d->number).second) {
        queues[queue].push_back({std::string(as_text(d->of->body.bytes())), d->of->slot(),
                                 d->number, d->address().slot, journal_.size()});
      }
      topics.answered(*d, there ? topic::outcome::taken : topic::outcome::missing);
      settle();
    }
  }
  void pass(base::time_ms ms) {
    now_ms_ += ms;
    topics.set_time(now_ms_ * base::ns_per_ms, now_ms_);
    topics.pass_time(SIZE_MAX);
  }
  void carry(std::uint32_t epoch) {
    topics.set_log_epoch(epoch);
    topics.begin_carry(epoch);
    while (!topics.carry(1'000)) settle();
    settle();
  }

  /// As a later life after what was kept of `from` between two of its entries, and of what its
  /// queues had got by then.
  void recover(const topic_bench& from, std::size_t first, std::size_t end) {
    topics.begin_replay();
    for (std::size_t i = first; i < end; ++i) {
      const recorded& r = from.journal_[i];
      if (r.e.level == durability::memory) continue;
      journal::entry e = r.e;
      e.extra = r.extra;
      if (!r.body.empty()) {
        std::memcpy(writer.reserve(r.body.size()), r.body.data(), r.body.size());
        e.body = writer.commit(r.body.size());
      }
      MR_ASSERT(topic::understood(e));
      MR_ASSERT(topics.replay(e));
    }
    topics.end_replay();
    for (const auto& [name, messages] : from.queues) {
      auto& mine = queues[name];
      for (const got& g : messages) {
        if (g.at > end) continue;
        mine.push_back(g);
        taken_[{g.source_slot, g.target_slot}].insert(g.number);
      }
    }
    now_ms_ = from.now_ms_;
    topics.set_time(now_ms_ * base::ns_per_ms, now_ms_);
  }

  struct got {
    std::string text;
    std::uint8_t source_slot = 0;
    std::uint64_t number = 0;
    std::uint8_t target_slot = 0;
    std::size_t at = 0;  ///< entries before it came
  };
  [[nodiscard]] std::vector<std::string> texts(const std::string& queue) const {
    std::vector<std::string> out;
    for (const got& g : queues.at(queue)) out.push_back(g.text);
    return out;
  }
  [[nodiscard]] const std::vector<recorded>& journal() const { return journal_; }

  sync::memory_budget budget{UINT64_MAX};
  sync::block_store blocks;
  sync::arena memory;
  sync::block_writer writer;
  base::random ids;
  journal::entry_log log;
  topic::service topics;
  std::map<std::string, std::vector<got>> queues;

 private:
  void answered(void*) noexcept override {}
  void settle() {
    for (const journal::entry& e : log.all()) {
      recorded r{e, {}, {e.extra.begin(), e.extra.end()}};
      if (e.body) r.body = as_text(e.body.bytes());
      r.e.subject = r.e.object = nullptr;
      r.e.body = {};
      journal_.push_back(std::move(r));
    }
    log.clear();
    topics.free_done();
  }

  std::vector<recorded> journal_;
  /// Numbers that queues have taken, by the topic's slot and their own.
  std::map<std::pair<std::uint8_t, std::uint8_t>, std::set<std::uint64_t>> taken_;
  base::time_ms now_ms_ = queue_bench::start_ms;
};

}  // namespace millrace::test
