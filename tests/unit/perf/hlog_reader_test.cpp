// Logs are read back as they were written; damaged and foreign ones are refused.

#include "hist/hlog_reader.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "hist/hlog.hpp"
#include "stats/samples.hpp"

namespace millrace::perf {
namespace {

histogram example() {
  histogram values;
  sample_generator random(5);
  for (int i = 0; i < 20000; ++i) values.record(random.next() >> (24 + random.below(40)));
  values.record(0);
  values.record(histogram::value_max);
  return values;
}

TEST(hlog_reader, counts_are_those_that_were_written) {
  const histogram written = example();
  const histogram read = decode_hdr_v2(encode_hdr_v2(written));
  EXPECT_EQ(read.counts(), written.counts());
  EXPECT_EQ(read.count(), written.count());
  EXPECT_EQ(read.percentile(99), written.percentile(99));
  EXPECT_EQ(read.max(), histogram::value_max);
}

TEST(hlog_reader, an_empty_histogram_stays_empty) {
  EXPECT_EQ(decode_hdr_v2(encode_hdr_v2(histogram())).count(), 0u);
}

TEST(hlog_reader, intervals_have_their_times_and_tags) {
  hlog_writer log(1'700'000'000);
  log.add(0, 1, example(), "send");
  log.add(1, 1.5, histogram(), "");
  const auto intervals = parse_hlog(log.text());
  ASSERT_EQ(intervals.size(), 2u);
  EXPECT_EQ(intervals[0].tag, "send");
  EXPECT_EQ(intervals[0].values.count(), example().count());
  EXPECT_EQ(intervals[1].tag, "");
  EXPECT_EQ(intervals[1].offset_s, 1);
  EXPECT_EQ(intervals[1].length_s, 1.5);
}

TEST(hlog_reader, every_cut_and_many_changes_of_a_payload_are_refused_or_read_without_harm) {
  const std::string payload = encode_hdr_v2(example());
  for (std::size_t end = 0; end + 4 < payload.size(); ++end) {
    EXPECT_THROW((void)decode_hdr_v2(payload.substr(0, end)), std::runtime_error) << end;
  }
  for (std::size_t at = 0; at < payload.size(); at += 3) {
    std::string changed = payload;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    try {
      (void)decode_hdr_v2(changed);
    } catch (const std::runtime_error&) {
      continue;
    }
  }
}

TEST(hlog_reader, what_is_no_log_is_refused_with_its_line) {
  for (const std::string text : {"#x\n0,1,2\n", "#x\n0,1,2,????\n", "#x\nTag=a\n"}) {
    try {
      (void)parse_hlog(text);
      FAIL() << text;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace millrace::perf
