// One face for the rings and queues that are compared. Each adapter moves numbered records of
// `Size` bytes from one producer thread to one consumer thread:
//   push(first, count)  fills and publishes up to `count` records; returns how many
//   pop(checker, most)  shows up to `most` records to the checker; returns how many
#pragma once

#include <readerwriterqueue/readerwriterqueue.h>

#include <concurrentqueue/concurrentqueue.h>
#include <boost/lockfree/spsc_queue.hpp>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "ring_memory.hpp"
#include "ring_records.hpp"
#include "sync/broadcast_ring.hpp"
#include "sync/broadcast_ring_tethered.hpp"
#include "sync/broadcast_ring_untethered.hpp"

namespace millrace::bench {

inline constexpr std::size_t batch_max = 64;

/// The broadcast ring with one tethered reader: filled and read in place.
template <std::size_t Size>
class broadcast_adapter {
 public:
  static constexpr const char* name = "millrace";
  explicit broadcast_adapter(std::size_t bytes)
      : memory_(bytes), ring_(memory_.words()), reader_(reader::join(ring_)) {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    auto frame = ring_.try_claim(static_cast<std::uint32_t>(count), Size);
    if (!frame) return 0;
    for (std::size_t i = 0; i < count; ++i) fill_record(frame.next().data(), Size, first + i);
    ring_.publish(frame);
    return count;
  }
  template <class Checker>
  std::size_t pop(Checker& checker, std::size_t most) noexcept {
    return reader_->poll(most,
                         [&checker](std::span<const std::byte> r) { checker.see(r.data(), Size); });
  }

 private:
  using ring = sync::broadcast_ring<sync::std_sync>;
  using reader = sync::tethered_reader<sync::std_sync, ring>;
  ring_memory memory_;
  ring ring_;
  std::optional<reader> reader_;
};

/// boost::lockfree::spsc_queue, one call a record on both sides.
template <std::size_t Size>
class boost_single_adapter {
 public:
  static constexpr const char* name = "boost_spsc_push_pop";
  explicit boost_single_adapter(std::size_t bytes) : queue_(bytes / Size) {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    std::size_t done = 0;
    for (; done < count; ++done) {
      fill_record(item_.bytes.data(), Size, first + done);
      if (!queue_.push(item_)) break;
    }
    return done;
  }
  std::size_t pop(record_checker& checker, std::size_t most) noexcept {
    std::size_t done = 0;
    record<Size> item;
    record_checker local = checker;
    for (; done < most && queue_.pop(item); ++done) local.see(item.bytes.data(), Size);
    checker = local;
    return done;
  }

 private:
  boost::lockfree::spsc_queue<record<Size>> queue_;
  alignas(64) record<Size> item_;
};

/// The same queue in its best bulk form: push(array, n), consume_all in place.
template <std::size_t Size>
class boost_bulk_adapter {
 public:
  static constexpr const char* name = "boost_spsc_bulk";
  explicit boost_bulk_adapter(std::size_t bytes) : queue_(bytes / Size), items_(batch_max) {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      fill_record(items_[i].bytes.data(), Size, first + i);
    }
    return queue_.push(items_.data(), count);
  }
  std::size_t pop(record_checker& checker, std::size_t) noexcept {
    record_checker local = checker;
    const std::size_t got =
        queue_.consume_all([&](const record<Size>& item) { local.see(item.bytes.data(), Size); });
    checker = local;
    return got;
  }

 private:
  boost::lockfree::spsc_queue<record<Size>> queue_;
  std::vector<record<Size>> items_;
};

/// moodycamel::ConcurrentQueue with tokens; preallocated, bulk calls when the batch is above 1.
template <std::size_t Size>
class concurrent_queue_adapter {
 public:
  static constexpr const char* name = "moodycamel_concurrent_queue";
  explicit concurrent_queue_adapter(std::size_t bytes)
      : queue_(bytes / Size), in_(queue_), out_(queue_), items_(batch_max), taken_(batch_max) {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      fill_record(items_[i].bytes.data(), Size, first + i);
    }
    if (count == 1) return queue_.try_enqueue(in_, items_[0]) ? 1 : 0;
    return queue_.try_enqueue_bulk(in_, items_.data(), count) ? count : 0;
  }
  std::size_t pop(record_checker& checker, std::size_t most) noexcept {
    const std::size_t got =
        most == 1 ? std::size_t{queue_.try_dequeue(out_, taken_[0])}
                  : queue_.try_dequeue_bulk(out_, taken_.data(), std::min(most, batch_max));
    for (std::size_t i = 0; i < got; ++i) checker.see(taken_[i].bytes.data(), Size);
    return got;
  }

 private:
  moodycamel::ConcurrentQueue<record<Size>> queue_;
  moodycamel::ProducerToken in_;
  moodycamel::ConsumerToken out_;
  std::vector<record<Size>> items_;
  std::vector<record<Size>> taken_;
};

/// moodycamel::ReaderWriterQueue; it has no bulk form.
template <std::size_t Size>
class reader_writer_adapter {
 public:
  static constexpr const char* name = "moodycamel_reader_writer_queue";
  explicit reader_writer_adapter(std::size_t bytes) : queue_(bytes / Size) {}

  std::size_t push(std::uint64_t first, std::size_t count) noexcept {
    std::size_t done = 0;
    for (; done < count; ++done) {
      fill_record(item_.bytes.data(), Size, first + done);
      if (!queue_.try_enqueue(item_)) break;
    }
    return done;
  }
  std::size_t pop(record_checker& checker, std::size_t most) noexcept {
    std::size_t done = 0;
    record<Size> item;
    record_checker local = checker;
    for (; done < most && queue_.try_dequeue(item); ++done) local.see(item.bytes.data(), Size);
    checker = local;
    return done;
  }

 private:
  moodycamel::ReaderWriterQueue<record<Size>> queue_;
  alignas(64) record<Size> item_;
};

/// A std::deque behind a std::mutex, taken once a batch.
template <std::size_t Size>
class mutex_deque_adapter {
 public:
  static constexpr const char* name = "mutex_deque";
  explicit mutex_deque_adapter(std::size_t bytes) : most_(bytes / Size), items_(batch_max) {}

  std::size_t push(std::uint64_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      fill_record(items_[i].bytes.data(), Size, first + i);
    }
    const std::lock_guard lock(mutex_);
    const std::size_t room = std::min(count, most_ - queue_.size());
    for (std::size_t i = 0; i < room; ++i) queue_.push_back(items_[i]);
    return room;
  }
  std::size_t pop(record_checker& checker, std::size_t most) {
    const std::lock_guard lock(mutex_);
    const std::size_t got = std::min(most, queue_.size());
    for (std::size_t i = 0; i < got; ++i) {
      checker.see(queue_.front().bytes.data(), Size);
      queue_.pop_front();
    }
    return got;
  }

 private:
  std::mutex mutex_;
  std::deque<record<Size>> queue_;
  std::size_t most_;
  std::vector<record<Size>> items_;
};

}  // namespace millrace::bench
