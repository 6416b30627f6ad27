#include "journal/recovery.hpp"

#include "recovery_bench.hpp"

using namespace millrace;
using namespace millrace::journal;
using namespace millrace::test;

namespace {

class recovery : public testing::Test, public recovery_bench {
 protected:
  void SetUp() override { ASSERT_TRUE(writer->start()); }
};

TEST_F(recovery, of_an_empty_directory_finds_nothing) {
  sim::sim_disk empty(1);
  sim::sim_storage nothing(empty);
  const auto report = journal::recover(nothing, options.directory, [](const auto&, auto) {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(report->end.segment, 0u);
  EXPECT_TRUE(report->end.clean);
  EXPECT_EQ(report->end.next_sequence, 1u);
}

TEST_F(recovery, of_spares_alone_finds_nothing) {
  const auto report = recover();
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.end.segment, 0u);
  ASSERT_EQ(report.segments.size(), 1u);
  EXPECT_FALSE(report.segments[0].used);
}

TEST_F(recovery, visits_everything_in_order_over_several_segments) {
  write_groups(60);
  const auto report = recover();
  EXPECT_TRUE(visited_all(writer->last_sequence()));
  EXPECT_TRUE(report.findings.empty());
  EXPECT_FALSE(report.damaged());
  EXPECT_GT(report.segments.size(), 2u);
  EXPECT_TRUE(report.end.clean);
  EXPECT_EQ(report.end.segment, writer->segment());
  EXPECT_EQ(report.end.offset, writer->offset());
  EXPECT_EQ(report.end.next_sequence, writer->last_sequence() + 1);
  EXPECT_EQ(report.last_ms, static_cast<std::int64_t>(writer->last_sequence()));
}

TEST_F(recovery, goes_on_in_the_same_segment_after_a_clean_end) {
  write_groups(3);
  for (int life = 0; life != 5; ++life) {
    restart();
    const auto report = recover();
    EXPECT_TRUE(report.findings.empty());
    EXPECT_TRUE(report.end.clean);
    go_on(report);
    write_groups(3);
  }
  recover();
  EXPECT_TRUE(visited_all(writer->last_sequence()));
}

TEST_F(recovery, keeps_os_writes_over_a_kill) {
  writer->add(0, 4);
  ASSERT_TRUE(writer->commit(durability::os));
  writer->add(0, 4);
  ASSERT_TRUE(writer->commit(durability::os));
  restart();
  const auto report = recover();
  EXPECT_TRUE(report.findings.empty());
  EXPECT_TRUE(visited_all(8));
}

// The first of three os groups is gone, the others are there: what depends on it is not shown.
TEST_F(recovery, ends_at_the_first_hole_of_an_unsynced_tail) {
  write_groups(2);
  const std::uint64_t synced = writer->last_sequence();
  for (int i = 0; i != 3; ++i) {
    writer->add(0, 3);
    ASSERT_TRUE(writer->commit(durability::os));
  }
  wipe(writer->batches()[4]);
  const auto report = recover();
  EXPECT_TRUE(visited_all(synced));
  EXPECT_FALSE(report.damaged());
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].kind, finding_kind::torn_tail);
  EXPECT_EQ(report.findings[0].entries, 9u);
  EXPECT_FALSE(report.end.clean);

  // And it stays that way for those who come later.
  go_on(report);
  write_groups(4);
  ASSERT_TRUE(writer->seal());
  const auto later = recover();
  EXPECT_TRUE(visited_all(writer->last_sequence()));
  EXPECT_FALSE(later.damaged());
}

TEST_F(recovery, replays_a_torn_batch_up_to_the_tear_and_goes_on_behind_it) {
  write_groups(2, 20);
  writer->add(0, 20);
  ASSERT_TRUE(writer->commit(durability::disk));
  const written& torn = writer->entries()[writer->entries().size() - 5];
  wipe(torn);
  for (int life = 0; life != 3; ++life) {
    const auto report = recover();
    EXPECT_FALSE(report.damaged()) << report.findings[0].text();
    if (life == 0) {
      ASSERT_EQ(report.findings.size(), 1u);
      EXPECT_EQ(report.findings[0].offset, torn.offset);
      EXPECT_EQ(report.findings[0].first_sequence, torn.first_sequence);
      EXPECT_EQ(report.findings[0].entries, 5u);
      EXPECT_TRUE(visited_all(torn.first_sequence - 1));
    } else {
      EXPECT_TRUE(visited_all(writer->last_sequence()));
    }
    go_on(report);
    write_groups(2);
    ASSERT_TRUE(writer->seal());
  }
}

TEST_F(recovery, of_a_group_without_its_last_batch_keeps_the_others) {
  write_groups(3);
  wipe(writer->batches().back());
  const auto report = recover();
  EXPECT_TRUE(visited_all(writer->last_sequence() - 2));
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].kind, finding_kind::torn_tail);
  EXPECT_FALSE(report.end.clean);
}

TEST_F(recovery, takes_the_last_of_several_restarts_that_all_tore) {
  write_groups(2);
  const std::uint64_t kept = writer->last_sequence();
  for (int life = 0; life != 3; ++life) {
    writer->add(0, 6);
    ASSERT_TRUE(writer->commit(durability::disk));
    wipe(writer->entries()[writer->entries().size() - 6]);
    const auto report = recover();
    EXPECT_FALSE(report.damaged());
    EXPECT_TRUE(visited_all(kept));
    go_on(report);
  }
  write_groups(2);
  ASSERT_TRUE(writer->seal());
  const auto report = recover();
  EXPECT_FALSE(report.damaged());
  EXPECT_TRUE(visited_all(writer->last_sequence()));
}

TEST_F(recovery, starts_at_the_oldest_segment_that_is_needed) {
  write_groups(60);
  const std::uint64_t last_old = writer->segment();
  ASSERT_GE(last_old, 3u);
  ASSERT_TRUE(writer->roll());
  const std::uint64_t first_new = writer->last_sequence() + 1;
  writer->let_go(writer->segment());
  write_groups(1);
  ASSERT_TRUE(writer->recycle(2));
  const auto report = recover();
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.end.oldest_segment, last_old + 1);
  ASSERT_FALSE(visited.empty());
  EXPECT_EQ(visited.front(), first_new);
  EXPECT_EQ(visited.back(), writer->last_sequence());
  EXPECT_TRUE(intact);
}

TEST_F(recovery, does_not_take_a_recycled_segments_earlier_life_for_the_log) {
  write_groups(30);
  const std::uint64_t reused = writer->segment();
  ASSERT_TRUE(writer->roll());
  writer->let_go(writer->segment());
  write_groups(1);
  ASSERT_TRUE(writer->recycle(reused));
  ASSERT_TRUE(writer->roll());
  write_groups(1);
  const auto report = recover();
  EXPECT_TRUE(report.findings.empty());
  EXPECT_TRUE(report.end.clean);
  EXPECT_TRUE(intact);
  EXPECT_EQ(visited.size(), 14u);
}

TEST_F(recovery, visits_the_same_once_more) {
  write_groups(20);
  const auto report = recover();
  std::vector<std::uint64_t> again;
  const auto second = revisit(
      *storage, report, [&](const auto&, std::uint64_t sequence) { again.push_back(sequence); });
  EXPECT_TRUE(second);
  EXPECT_EQ(again, visited);
  write_groups(1);
  EXPECT_FALSE(revisit(*storage, report, [](const auto&, auto) {}));
}

TEST_F(recovery, fails_where_it_cannot_read) {
  write_groups(3);
  for (std::uint64_t nth = 1; nth != 5; ++nth) {
    disk.fail_nth(sim::disk_call::read, nth, io_status::failed);
    const auto report = journal::recover(*storage, options.directory, [](const auto&, auto) {});
    EXPECT_EQ(report.error(), errc::system);
  }
}

TEST_F(recovery, finds_nothing_in_another_directorys_segments) {
  write_groups(3);
  const auto report = journal::recover(*storage, {7}, [](const auto&, auto) { FAIL(); });
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->findings.empty());
  EXPECT_EQ(report->findings[0].kind, finding_kind::foreign_segment);
  EXPECT_TRUE(report->segments[0].used);
}

TEST(finding, says_in_words_what_and_where) {
  EXPECT_EQ((finding{finding_kind::damaged_entry, 3, 81920, 1234, 1, 0}.text()),
            "damaged entry: segment 3, offset 81920, sequence 1234");
  EXPECT_EQ((finding{finding_kind::damaged_batch, 3, 4096, 10, 5, 0}.text()),
            "damaged batch: segment 3, offset 4096, sequence 10 to 14");
  EXPECT_EQ((finding{finding_kind::missing_segment, 3, 0, 0, 0, 4}.text()),
            "missing segment: segment 3 to 4");
  EXPECT_EQ((finding{finding_kind::torn_tail, 1, 0, 0, 0, 0}.text()), "torn tail: segment 1");
}

}  // namespace
