// Definitions survive their encoding, and nothing else is taken for one.
#include "stream/definition_codec.hpp"

#include <gtest/gtest.h>

namespace millrace::stream {
namespace {

definition example() {
  definition d;
  d.name = "clicks";
  d.settings.retention_hours = 48;
  d.settings.record_kib_max = 2'048;
  d.settings.mode = stream_mode::on_demand;
  d.settings.level = durability::os;
  d.settings.metrics = 5;
  d.settings.encryption_key = "alias/aws/kinesis";
  d.settings.stored = {{"Policy", "{}"}, {"tag:a", ""}};
  d.created_at_ms = 1'700'000'000'123;
  d.next_shard = 3;
  d.shards.push_back({.number = 0, .first = {1, 2}, .last = {3, 4}, .closed_at_ms = 9});
  d.shards.push_back({.number = 2, .parent = 0, .adjacent_parent = 1, .next_index = 77});
  d.consumers = {{"one", 1}, {"two", 2}};
  return d;
}

TEST(stream_definition, survives_its_encoding) {
  definition back;
  ASSERT_TRUE(decode(encode(example()), back));
  EXPECT_EQ(back, example());
}

TEST(stream_definition, no_beginning_of_one_is_taken_for_one) {
  const std::vector<std::byte> whole = encode(example());
  definition back;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(decode(bytes_view(whole).first(n), back)) << n;
  }
}

TEST(account, survives_its_encoding) {
  const account_settings is{{{"StreamMode", "7"}, {"", "no key"}, {"no value", ""}}};
  account_settings back{{{"from", "before"}}};
  const std::vector<std::byte> bytes = encode(is);
  ASSERT_TRUE(decode(bytes, back));
  EXPECT_EQ(back.stored, is.stored);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(decode(bytes_view(bytes).first(i), back)) << i << " bytes of it";
  }
}

TEST(reshard, survives_its_encoding) {
  const reshard change{{1, 2}, {{.number = 3, .parent = 1, .adjacent_parent = 2}}};
  reshard back;
  ASSERT_TRUE(decode(encode(change), back));
  EXPECT_EQ(back, change);
}

}  // namespace
}  // namespace millrace::stream
