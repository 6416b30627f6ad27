// log_bench: lanes, committer and keeper over a disk in memory, driven step by step by a test, with
// time that the test moves. One thread. Reads back what was written, batch by batch.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "journal/committer.hpp"
#include "journal/segment_keeper.hpp"
#include "journal/segment_name.hpp"
#include "memory_storage.hpp"
#include "sync/extent_source.hpp"
#include "sync/virtual_clock.hpp"

namespace millrace::test {

struct read_batch {
  journal::format::batch_header header;
  std::uint32_t crc = 0;
  std::uint64_t offset = 0;
  std::vector<std::string> entries{};  ///< their extra part
  std::vector<std::string> bodies{};
};

class log_bench {
 public:
  static constexpr std::uint64_t block = journal::format::block;

  struct options {
    std::size_t lanes = 1;
    std::uint64_t segment_bytes = 64 * block;
    std::uint64_t segment_bytes_min = 32 * block;
    std::uint64_t append_bytes_max = 12 * block;
    std::uint64_t slack = UINT64_MAX / 4;  ///< nothing is carried
    bool gathers = false;
    sync::idle_guard* guard = nullptr;
  };

  log_bench(memory_disk& where, const options& wanted) : disk(where), storage(where) {
    for (std::size_t i = 0; i < wanted.lanes; ++i) {
      lanes.push_back(std::make_unique<journal::lane_log>(
          journal::lane_log::options{.number = static_cast<std::uint16_t>(i),
                                     .incarnation = incarnation,
                                     .batch_bytes = wanted.segment_bytes_min - 2 * block,
                                     .append_bytes_max = wanted.append_bytes_max},
          state));
      lanes.back()->allocate(sync::mmap_extent_source()).value();
      lanes.back()->set_bell(bells.emplace_back());
      all.push_back(lanes.back().get());
    }
    keeper = std::make_unique<journal::segment_keeper>(
        journal::segment_keeper::options{.segment_bytes = wanted.segment_bytes,
                                         .segment_bytes_min = wanted.segment_bytes_min,
                                         .log_bytes_slack = wanted.slack,
                                         .append_bytes_max = wanted.append_bytes_max,
                                         .directory = id,
                                         .clock = &clock},
        storage, state, all);
    writer = std::make_unique<journal::committer>(
        journal::committer::options{.tail = {.incarnation = incarnation, .batch_salt = salt},
                                    .clock = &clock,
                                    .gathers = wanted.gathers,
                                    .guard = wanted.guard},
        storage, state, all);
  }

  errc start(const journal::recovery_report& report = {}) {
    state.current.advance(report.end.segment);
    state.oldest_durable.advance(report.end.oldest_segment);
    const auto current = keeper->start(report);
    if (!current) return current.error();
    writer->start(report.end, *current);
    for (const auto& lane : lanes) lane->start();
    return errc::ok;
  }

  /// Appends one entry of that lane.
  journal::position append(std::size_t lane, durability level, const std::string& what) {
    journal::entry e;
    e.level = level;
    e.extra = as_bytes(what);
    return lanes[lane]->append({&e, 1});
  }
  /// Appends, and ends the lane's turn.
  journal::position put(std::size_t lane, durability level, const std::string& what) {
    const journal::position at = append(lane, level, what);
    lanes[lane]->offer(journal::turn_end::busy);
    return at;
  }
  /// Until the keeper has nothing to do.
  void keep() {
    while (keeper->work()) {
    }
  }
  /// Until nobody has anything to do.
  void settle() {
    for (bool did = true; did;) {
      for (const auto& lane : lanes) lane->offer(journal::turn_end::busy);
      did = writer->work();
      did = keeper->work() || did;
    }
  }
  void pass_ms(std::int64_t ms) { clock.advance(ms * base::ns_per_ms); }

  /// The batches of a segment, seals included, as the operating system has them.
  std::vector<read_batch> read(std::uint64_t segment) const {
    std::vector<read_batch> found;
    const auto file = disk.files.find(journal::segment_name(segment));
    if (file == disk.files.end()) return found;
    const bytes_view bytes(file->second->cached);
    for (std::uint64_t at = block; at < bytes.size();) {
      const auto batch = journal::format::decode_batch(bytes.subspan(at), salt);
      if (!batch || batch->header.segment != segment) break;
      read_entries(found.emplace_back(read_batch{batch->header, batch->crc, at}),
                   bytes.subspan(at));
      at += batch->header.place_bytes();
    }
    return found;
  }
  /// Of all segments, in order.
  std::vector<read_batch> read_all() const {
    std::vector<read_batch> found;
    for (const auto& [name, content] : disk.files) {
      const auto number = journal::segment_number(name);
      if (!number) continue;
      for (auto& batch : read(*number)) found.push_back(std::move(batch));
    }
    return found;
  }

  static constexpr std::uint32_t incarnation = 77;
  const journal::format::directory_id id{1, 2, 3};
  const std::uint32_t salt = journal::format::batch_salt(id);

  memory_disk& disk;
  memory_storage storage;
  sync::virtual_clock clock{1'000'000'000};
  journal::log_state state;
  std::deque<sync::doorbell> bells;
  std::vector<std::unique_ptr<journal::lane_log>> lanes;
  std::vector<journal::lane_log*> all;
  std::unique_ptr<journal::segment_keeper> keeper;
  std::unique_ptr<journal::committer> writer;

 private:
  static void read_entries(read_batch& found, bytes_view at) {
    const journal::format::batch_header& header = found.header;
    const std::uint32_t entry_salt =
        journal::format::entry_salt(header.incarnation, header.lane, header.ordinal);
    std::uint64_t next = journal::format::batch_header_bytes;
    for (std::uint32_t i = 0; i < header.entries; ++i) {
      const auto e = journal::format::decode_entry(at.subspan(next), entry_salt);
      EXPECT_TRUE(e.has_value());
      if (!e) break;
      EXPECT_EQ(e->index, i);
      found.entries.emplace_back(as_text(e->value.extra));
      found.bodies.emplace_back(as_text(e->body));
      next += journal::format::round_to_entry(e->length);
    }
    EXPECT_EQ(next, header.bytes);
  }
};

}  // namespace millrace::test
