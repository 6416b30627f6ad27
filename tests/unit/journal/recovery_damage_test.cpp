// What recovery makes of a log that was synced and then damaged.
#include "recovery_bench.hpp"

using namespace millrace;
using namespace millrace::journal;
using namespace millrace::test;

namespace {

class recovery_damage : public testing::Test, public recovery_bench {
 protected:
  void SetUp() override {
    ASSERT_TRUE(writer->start());
    write_groups(60);
    ASSERT_TRUE(writer->seal());
    last = writer->last_sequence();
  }
  recovery_report damaged_once() {
    auto report = recover();
    EXPECT_TRUE(report.damaged());
    EXPECT_EQ(report.findings.size(), 1u);
    for (std::size_t i = 1; i < report.findings.size(); ++i) {
      ADD_FAILURE() << report.findings[i].text();
    }
    return report;
  }
  void flip(const written& what, std::uint64_t within) {
    ASSERT_TRUE(disk.flip(segment_name(what.segment), what.offset + within, 3));
  }
  void wipe_headers(const written& batch) {
    written part = batch;
    part.bytes = 64;
    wipe(part);
    part.offset = batch.offset + batch.bytes - 64;
    wipe(part);
  }
  std::uint64_t last = 0;
};

TEST_F(recovery_damage, costs_the_entry_that_it_hits) {
  for (const std::size_t nth : {0U, 3U, 4U, 6U, 100U, 300U}) {
    const written entry = writer->entries()[nth];
    flip(entry, entry.bytes / 2);
    const auto report = damaged_once();
    EXPECT_EQ(report.findings[0].kind, finding_kind::damaged_entry);
    EXPECT_EQ(report.findings[0].segment, entry.segment);
    EXPECT_EQ(report.findings[0].offset, entry.offset);
    EXPECT_EQ(report.findings[0].first_sequence, entry.first_sequence);
    EXPECT_EQ(report.findings[0].entries, 1u);
    EXPECT_TRUE(visited_but({entry.first_sequence}, last));
    flip(entry, entry.bytes / 2);
  }
}

TEST_F(recovery_damage, of_a_length_costs_one_entry_too) {
  const written entry = writer->entries()[101];
  flip(entry, 6);
  const auto report = damaged_once();
  EXPECT_TRUE(visited_but({entry.first_sequence}, last));
}

TEST_F(recovery_damage, of_a_header_costs_nothing) {
  for (const std::size_t nth : {0U, 1U, 7U, 60U, 119U}) {
    const written batch = writer->batches()[nth];
    flip(batch, 20);
    const auto report = damaged_once();
    EXPECT_EQ(report.findings[0].kind, finding_kind::damaged_header);
    EXPECT_EQ(report.findings[0].segment, batch.segment);
    EXPECT_EQ(report.findings[0].offset, batch.offset);
    EXPECT_TRUE(visited_all(last));
    EXPECT_TRUE(report.end.clean);
    flip(batch, 20);
  }
}

TEST_F(recovery_damage, of_the_seal_costs_nothing) {
  flip(writer->batches().back(), 20);
  const auto report = recover();
  EXPECT_TRUE(visited_all(last));
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].kind, finding_kind::torn_tail);
}

TEST_F(recovery_damage, of_header_and_trailer_costs_the_batch) {
  const written batch = writer->batches()[6];
  wipe_headers(batch);
  const auto report = damaged_once();
  EXPECT_EQ(report.findings[0].kind, finding_kind::damaged_batch);
  EXPECT_EQ(report.findings[0].offset, batch.offset);
  EXPECT_EQ(report.findings[0].first_sequence, batch.first_sequence);
  EXPECT_EQ(report.findings[0].entries, batch.entries);
  std::vector<std::uint64_t> missing;
  for (std::uint64_t i = 0; i != batch.entries; ++i) missing.push_back(batch.first_sequence + i);
  EXPECT_TRUE(visited_but(missing, last));
}

TEST_F(recovery_damage, of_the_last_batch_of_a_segment_costs_that_batch) {
  std::size_t nth = 0;
  while (writer->batches()[nth + 1].segment == 1) ++nth;
  const written batch = writer->batches()[nth];
  wipe(batch);
  const auto report = damaged_once();
  EXPECT_EQ(report.findings[0].kind, finding_kind::damaged_batch);
  EXPECT_EQ(report.findings[0].segment, 1u);
  EXPECT_EQ(report.findings[0].entries, batch.entries);
  EXPECT_EQ(visited.size(), last - batch.entries);
}

TEST_F(recovery_damage, of_the_first_batch_of_a_segment_costs_that_batch) {
  std::size_t nth = 0;
  while (writer->batches()[nth].segment == 1) ++nth;
  for (const std::size_t first : {std::size_t{0}, nth}) {
    recovery_bench& bench = *this;
    const written batch = bench.writer->batches()[first];
    wipe_headers(batch);
    const auto report = recover();
    EXPECT_TRUE(report.damaged());
    EXPECT_EQ(report.findings.back().kind, finding_kind::damaged_batch);
    EXPECT_EQ(report.findings.back().segment, batch.segment);
    EXPECT_EQ(report.findings.back().offset, batch.offset);
    EXPECT_EQ(report.findings.back().entries, batch.entries);
  }
}

TEST_F(recovery_damage, of_a_segments_header_costs_nothing) {
  ASSERT_TRUE(disk.flip(segment_name(2), 20, 1));
  const auto report = damaged_once();
  EXPECT_EQ(report.findings[0].kind, finding_kind::damaged_segment);
  EXPECT_TRUE(visited_all(last));
}

TEST_F(recovery_damage, of_a_missing_segment_costs_what_it_held) {
  ASSERT_EQ(storage->remove(segment_name(2)), io_status::ok);
  const auto report = damaged_once();
  EXPECT_EQ(report.findings[0].kind, finding_kind::missing_segment);
  EXPECT_EQ(report.findings[0].segment, 2u);
  EXPECT_EQ(report.findings[0].entries, last - visited.size());
  EXPECT_TRUE(intact);
}

TEST_F(recovery_damage, of_the_oldest_segment_is_told) {
  ASSERT_EQ(storage->remove(segment_name(1)), io_status::ok);
  const auto report = damaged_once();
  EXPECT_EQ(report.findings[0].kind, finding_kind::missing_segment);
  EXPECT_EQ(report.findings[0].segment, 1u);
  EXPECT_EQ(visited.back(), last);
}

TEST_F(recovery_damage, of_a_spare_leaves_it_alone) {
  const std::uint64_t spare = writer->segment() + 1;
  ASSERT_TRUE(writer->roll());
  ASSERT_TRUE(disk.flip(segment_name(spare), 9, 0));
  const auto report = damaged_once();
  EXPECT_EQ(report.findings[0].segment, spare);
  EXPECT_TRUE(report.segments.back().used);
}

// Behind damage the log goes on where it ended; what was found then is found again.
TEST_F(recovery_damage, is_told_again_at_the_next_start) {
  const written entry = writer->entries()[50];
  flip(entry, 41);
  const auto first = damaged_once();
  EXPECT_TRUE(first.end.clean);
  restart();
  go_on(first);
  write_groups(3);
  ASSERT_TRUE(writer->seal());
  const auto second = damaged_once();
  EXPECT_EQ(second.findings[0].text(), first.findings[0].text());
  EXPECT_TRUE(visited_but({entry.first_sequence}, writer->last_sequence()));
}

// A restart left a torn tail behind and went on elsewhere; then its own first batch is destroyed.
TEST_F(recovery_damage, of_a_restarts_first_batch_does_not_bring_back_what_it_left_behind) {
  writer->add(0, 20);
  writer->add(1, 20);
  ASSERT_TRUE(writer->commit(durability::disk));
  const std::size_t torn = writer->entries().size() - 30;
  const std::uint64_t kept = writer->entries()[torn].first_sequence - 1;
  wipe(writer->entries()[torn]);
  const auto report = recover();
  EXPECT_TRUE(visited_all(kept));
  go_on(report);
  write_groups(4);
  ASSERT_TRUE(writer->seal());
  wipe_headers(writer->batches()[0]);
  const auto later = recover();
  EXPECT_TRUE(later.damaged());
  std::vector<std::uint64_t> missing;
  for (std::uint64_t s = kept + 1; s <= kept + 5; ++s) missing.push_back(s);
  EXPECT_TRUE(visited_but(missing, writer->last_sequence()));
}

TEST_F(recovery_damage, of_every_kind_at_once_ends_somewhere_and_shows_only_true_entries) {
  base::random random(7);
  for (int round = 0; round != 300; ++round) {
    const auto names = disk.names();
    const std::string& name = names[random.below(names.size())];
    const std::uint64_t at = random.below(disk.bytes_of(name).size());
    for (int i = 0; i != 64; ++i) {
      disk.flip(name, at + random.below(8192), static_cast<unsigned>(random.below(8)));
    }
    recover();
    ASSERT_TRUE(intact);
    ASSERT_TRUE(std::is_sorted(visited.begin(), visited.end()));
  }
}

}  // namespace
