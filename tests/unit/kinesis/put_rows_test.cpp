// Each row must be what the writer makes of it member by member, whatever came before it.
#include "kinesis/put_rows.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kinesis/call.hpp"
#include "kinesis/names.hpp"

namespace millrace::kinesis {
namespace {

namespace row = shapes::put_records_result_entry;

put_result put(std::uint32_t shard, std::uint64_t index) {
  put_result out;
  out.shard = shard;
  out.sequence.index = index;
  out.sequence.shard = shard;
  out.sequence.arrived_s = 1'700'000'123;
  out.sequence.created_s = 1'700'000'000;
  return out;
}

put_result refused() {
  put_result out;
  out.status = errc::throughput_exceeded;
  return out;
}

void write_refused(aws::reply_writer& writer) {
  writer.begin_structure();
  writer.text(row::error_code, "Refused");
  writer.end_structure();
}

template <class Each>
std::string list_of(aws::wire wire, const std::vector<put_result>& all, Each&& each) {
  http::send_buffer out(1);
  aws::reply_writer writer(out, shapes::model, wire, 0, {});
  put_rows rows(out, writer);
  writer.begin_list();
  for (const put_result& one : all) each(one, writer, rows);
  writer.end_list();
  return std::string(out.view());
}

std::string expected(aws::wire wire, const std::vector<put_result>& all) {
  return list_of(wire, all, [](const put_result& one, aws::reply_writer& writer, put_rows&) {
    if (one.status != errc::ok) return write_refused(writer);
    writer.begin_structure();
    writer.text(row::sequence_number, to_text(one.sequence));
    writer.text(row::shard_id, shard_id(one.shard));
    writer.end_structure();
  });
}

std::string written(aws::wire wire, const std::vector<put_result>& all) {
  return list_of(wire, all, [](const put_result& one, aws::reply_writer& writer, put_rows& rows) {
    if (one.status == errc::ok) return rows.write(one);
    write_refused(writer);
    rows.wrote_other();
  });
}

void expect_same(const std::vector<put_result>& all) {
  for (const aws::wire wire : {aws::wire::json_1_1, aws::wire::cbor_1_1}) {
    EXPECT_EQ(written(wire, all), expected(wire, all));
  }
}

TEST(put_rows, of_several_shards_are_as_written_by_members) {
  expect_same({put(0, 1), put(0, 2), put(12, 7), put(0, 3), put(2'147'483'647, 1), put(12, 8),
               put(0, 999'999'999'999), put(12, 9)});
}

TEST(put_rows, of_more_shards_than_are_kept) {
  std::vector<put_result> all;
  for (std::uint32_t i = 0; i < 400; ++i) all.push_back(put(i % 40, 7 + i / 40));
  for (std::uint32_t i = 0; i < 40; ++i) all.push_back(put(3 + i % 2 * 16, 50 + i / 2));
  expect_same(all);
}

TEST(put_rows, stand_beside_refused_ones) {
  expect_same({refused(), put(3, 1), put(3, 2), refused(), put(4, 1), put(3, 3), refused()});
  expect_same({put(3, 1), refused(), refused(), put(3, 2), put(3, 3)});
}

TEST(put_rows, of_one_record_or_none) {
  expect_same({});
  expect_same({put(5, 1)});
  expect_same({refused()});
}

TEST(put_rows, of_five_hundred_go_through_a_buffer_that_grows) {
  std::vector<put_result> all;
  for (std::uint32_t i = 0; i < 500; ++i) all.push_back(put(i % 4, 98 + i / 4));
  expect_same(all);
}

}  // namespace
}  // namespace millrace::kinesis
