// stream_bench: a stream::service with nothing around it but memory and a time that the test sets.
// Records every entry as a journal would read it. For unit and property tests; one thread.
#pragma once

#include <string>
#include <vector>

#include "stream/service.hpp"
#include "support/queue_bench.hpp"

namespace millrace::test {

/// A record, copied out.
struct got_record {
  std::uint32_t shard = 0;
  std::uint64_t index = 0;
  std::string data;
  base::time_ms arrived_at_ms = 0;
  friend bool operator==(const got_record&, const got_record&) = default;
};

class stream_bench final : private stream::waiter_sink {
 public:
  explicit stream_bench(const stream::settings& limits = {})
      : blocks(sync::mmap_extent_source(), budget, sync::block_store::options{}),
        memory(sync::mmap_extent_source(), budget),
        writer(blocks),
        log(std::size_t{1} << 20),
        streams(memory, limits, log, *this, queue_bench::start_ms) {}

  stream::stream_state& create(const std::string& name, std::uint32_t shards) {
    stream_settings wanted;
    wanted.shard_count = shards;
    stream_handle made;
    const errc e = streams.create(name, wanted, given_shard_count, made);
    MR_ASSERT(e == errc::ok);
    settle();
    return *streams.find(made);
  }
  [[nodiscard]] stream::stream_state* find(const std::string& name) const {
    return streams.find(name, base::hash_bytes(name));
  }

  put_result put(stream::stream_state& s, std::string_view data, const hash_key& at) {
    const stream::record_envelope head{static_cast<std::uint32_t>(data.size()), 0};
    std::byte* to = writer.reserve(sizeof head + data.size());
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + sizeof head, data.data(), data.size());
    const stream::put_args args{writer.commit(sizeof head + data.size()), at,
                                static_cast<std::uint32_t>(data.size())};
    put_result out;
    streams.put(s.at(args.hash), args, out);
    if (out.status != errc::ok) sync::release(args.body.home);
    settle();
    return out;
  }

  struct reading {
    errc status = errc::ok;
    std::vector<got_record> records;
    read_summary summary;
  };
  reading read(stream::stream_state& s, const read_options& wanted) {
    stream::read_batch batch;
    reading out;
    out.status = streams.read(s, wanted, batch);
    for (const stream::taken_record& r : batch.records) {
      const bytes_view bytes = r.body.bytes().subspan(sizeof(stream::record_envelope));
      out.records.push_back(
          {r.sequence.shard, r.sequence.index, std::string(as_text(bytes)), r.arrived_at_ms});
    }
    for (const stream::block_pin& pin : batch.pins) sync::release(pin.home, pin.count);
    out.summary = batch.summary;
    settle();
    return out;
  }

  /// A step of carrying state forward; true: the last one.
  bool carry(std::size_t bytes) {
    const bool done = streams.carry(bytes);
    settle();
    return done;
  }

  [[nodiscard]] base::time_ms now_ms() const { return now_ms_; }
  void advance(base::time_ms by_ms) {
    now_ms_ += by_ms;
    streams.set_time(now_ms_ * base::ns_per_ms);
    for (bool done = false; !done;) {
      done = streams.pass_time(512);
      done = streams.work(512) && done;
      settle();
    }
  }

  /// What a journal would have taken so far, in order.
  [[nodiscard]] const std::vector<recorded>& journal() const { return journal_; }
  /// Takes what `from` kept, from its entry number `first` on.
  void recover(const stream_bench& from, std::size_t first) {
    streams.begin_replay();
    for (std::size_t i = first; i < from.journal().size(); ++i) {
      journal::entry e = from.journal()[i].e;
      if (e.level == durability::memory) continue;
      e.extra = from.journal()[i].extra;
      MR_ASSERT(stream::understood(e) && streams.replay(e));
    }
    streams.settle();
    for (std::size_t i = first; i < from.journal().size(); ++i) {
      const recorded& r = from.journal()[i];
      stream::record* wanted = r.body.empty() ? nullptr : streams.wants_body(r.e);
      if (wanted == nullptr) continue;
      std::memcpy(writer.reserve(r.body.size()), r.body.data(), r.body.size());
      streams.attach_body(*wanted, writer.commit(r.body.size()));
    }
    streams.end_replay();
    advance(from.now_ms() - now_ms());
  }

  sync::memory_budget budget;
  sync::block_store blocks;
  sync::arena memory;
  sync::block_writer writer;
  journal::entry_log log;

 private:
  void settle() {
    for (const journal::entry& e : log.all()) {
      recorded r{e, {}, {e.extra.begin(), e.extra.end()}};
      if (e.body) r.body = as_text(e.body.bytes());
      r.e.body = {};
      r.e.extra = {};
      r.e.subject = r.e.object = nullptr;
      journal_.push_back(std::move(r));
    }
    log.clear();
  }
  void answered(stream::waiter&, errc) noexcept override {}
  stream::read_batch& room(stream::waiter&) noexcept override { return batch_; }

  stream::read_batch batch_;
  std::vector<recorded> journal_;
  base::time_ms now_ms_ = queue_bench::start_ms;

 public:
  stream::service streams;
};

}  // namespace millrace::test
