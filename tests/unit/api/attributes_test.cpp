// Message attributes: encoding, reading, measuring; malformed bytes are refused.
#include <gtest/gtest.h>

#include <millrace/attributes.hpp>
#include <string>

#include "base/random.hpp"

namespace {

using namespace millrace;

std::vector<std::byte> two_attributes() {
  std::vector<std::byte> out;
  EXPECT_EQ(append_attribute(out, {"a", "String", as_bytes("x")}), errc::ok);
  EXPECT_EQ(append_attribute(out, {"bb", "Binary.zip", as_bytes("yz")}), errc::ok);
  return out;
}

TEST(message_attributes, are_read_as_they_were_written) {
  const auto bytes = two_attributes();
  attribute_reader reader(bytes);
  message_attribute a;
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.name, "a");
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.name, "bb");
  EXPECT_EQ(a.data_type, "Binary.zip");
  EXPECT_EQ(as_text(a.value), "yz");
  EXPECT_FALSE(reader.next(a));
  EXPECT_TRUE(reader.at_end());
}

TEST(message_attributes, count_names_types_and_values) {
  const attribute_size size = measure_attributes(two_attributes());
  EXPECT_EQ(size.status, errc::ok);
  EXPECT_EQ(size.bytes, 1U + 6U + 1U + 2U + 10U + 2U);
  EXPECT_EQ(measure_attributes({}).bytes, 0U);
}

TEST(message_attributes, without_a_name_type_or_value_or_with_too_long_ones_are_refused) {
  std::vector<std::byte> out;
  const std::string long_text(257, 'x');
  for (const message_attribute& bad :
       {message_attribute{"", "String", as_bytes("x")}, message_attribute{"a", "", as_bytes("x")},
        message_attribute{"a", "String", {}}, message_attribute{long_text, "S", as_bytes("x")},
        message_attribute{"a", long_text, as_bytes("x")}}) {
    EXPECT_EQ(append_attribute(out, bad), errc::invalid_message_attributes);
  }
  EXPECT_TRUE(out.empty());
}

TEST(message_attributes, ten_are_allowed_and_eleven_are_not) {
  std::vector<std::byte> out;
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(append_attribute(out, {"n" + std::to_string(i), "S", as_bytes("x")}), errc::ok);
  }
  EXPECT_EQ(measure_attributes(out).status, errc::ok);
  append_attribute(out, {"n", "S", as_bytes("x")});
  EXPECT_EQ(measure_attributes(out).status, errc::invalid_message_attributes);
}

TEST(message_attributes, cut_off_or_garbled_are_refused_or_read_within_bounds) {
  const auto whole = two_attributes();
  const std::size_t first = 8 + 1 + 6 + 1;
  for (std::size_t n = 1; n < whole.size(); ++n) {
    const auto status = measure_attributes(bytes_view(whole).first(n)).status;
    EXPECT_EQ(status == errc::ok, n == first) << n;
  }
  base::random r(1);
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = whole;
    bytes[r.below(bytes.size())] = static_cast<std::byte>(r.next());
    attribute_reader reader(bytes);
    message_attribute a;
    while (reader.next(a)) {
      ASSERT_LE(as_text(a.value).data() + a.value.size(), as_text(bytes).data() + bytes.size());
    }
  }
}

TEST(message_id, is_shown_as_a_uuid) {
  message_id id;
  for (std::size_t i = 0; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(i * 17);
  char text[36];
  id.to_text(text);
  EXPECT_EQ(std::string_view(text, 36), "00112233-4455-6677-8899-aabbccddeeff");
}

}  // namespace
