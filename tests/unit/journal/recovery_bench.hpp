// recovery_bench: a log on a simulated disk, and what recovery makes of it. One thread.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "journal/recovery.hpp"
#include "journal/segment_name.hpp"
#include "log_writer.hpp"
#include "sim_storage.hpp"

namespace millrace::test {

struct recovery_bench {
  sim::sim_disk disk{1};
  std::unique_ptr<sim::sim_storage> storage = std::make_unique<sim::sim_storage>(disk);
  log_writer::options options{};
  std::unique_ptr<log_writer> writer = std::make_unique<log_writer>(*storage, options);

  std::vector<std::uint64_t> visited;
  bool intact = true;  ///< of what was visited

  /// Groups of two lanes, one durable write each.
  void write_groups(std::uint32_t groups, std::uint32_t entries = 5) {
    for (std::uint32_t i = 0; i != groups; ++i) {
      writer->add(0, entries);
      writer->add(1, 2);
      ASSERT_TRUE(writer->commit(durability::disk));
    }
  }

  journal::recovery_report recover() {
    visited.clear();
    intact = true;
    auto report =
        journal::recover(*storage, options.directory,
                         [&](const journal::format::stored_entry& e, std::uint64_t sequence) {
                           visited.push_back(sequence);
                           intact = intact && is_numbered(e, sequence);
                         });
    EXPECT_TRUE(report);
    EXPECT_EQ(report->entries, visited.size());
    return report ? std::move(*report) : journal::recovery_report{};
  }

  /// The end of the process, and another one behind what it left.
  void restart(sim::crash_kind kind = sim::crash_kind::kill) {
    disk.crash(kind);
    storage = std::make_unique<sim::sim_storage>(disk);
  }
  void go_on(const journal::recovery_report& found) {
    ++options.incarnation;
    writer = std::make_unique<log_writer>(*storage, options);
    ASSERT_TRUE(writer->start(found));
  }

  /// Zeros instead of what a write left there.
  void wipe(const written& what) {
    for (std::uint64_t at = what.offset; at != what.offset + what.bytes; ++at) {
      wipe_byte(journal::segment_name(what.segment), at);
    }
  }
  void wipe_byte(const std::string& name, std::uint64_t at) {
    const auto byte = static_cast<unsigned>(disk.bytes_of(name)[at]);
    for (unsigned bit = 0; bit != 8; ++bit) {
      if ((byte >> bit & 1) != 0) disk.flip(name, at, bit);
    }
  }

  [[nodiscard]] bool visited_all(std::uint64_t last) const { return visited_but({}, last); }
  [[nodiscard]] bool visited_but(std::vector<std::uint64_t> missing, std::uint64_t last) const {
    std::vector<std::uint64_t> wanted;
    for (std::uint64_t s = 1; s <= last; ++s) {
      if (std::find(missing.begin(), missing.end(), s) == missing.end()) wanted.push_back(s);
    }
    return intact && visited == wanted;
  }
};

}  // namespace millrace::test
