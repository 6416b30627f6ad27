// The attribute digest against digests that AWS itself returned.
#include "aws/message_attributes_md5.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "aws/base64.hpp"

namespace millrace::aws {
namespace {

std::string digest_of(std::vector<message_attribute> attributes) {
  std::string text(32, '?');
  hex_encode(message_attributes_md5(attributes), text.data());
  return text;
}

// Shows: digest.vectors
TEST(message_attributes_md5, matches_recorded_digests) {
  EXPECT_EQ(digest_of({{"MyAttribute", "String", "foobar", false}}),
            "adb59cd4678ea5a855436b949cd07ab6");
  EXPECT_EQ(digest_of({{"Foo", "String", "Bar"}}), "ae7155c6026991b6d54b11589678bf9c");
  EXPECT_EQ(digest_of({{"General", "String", "Kenobi"},
                       {"Hello", "String", "There"},
                       {"Help.Me", "String", "Me"}}),
            "4c360f3fdafd970e05fae2f149d997f5");
  EXPECT_EQ(digest_of({{"attr1", "Binary",
                        "traceparent\x1e"
                        "00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
                        true}}),
            "8cbe4db156db8a94db8b801b7addb984");
  EXPECT_EQ(digest_of({{"a", "String", "x"}, {"b", "Binary", "\x01\x02", true}}),
            "3e9b4c785db2deb306cf4009ae214dab");
}

// Shows: digest.layout
TEST(message_attributes_md5, does_not_depend_on_the_order) {
  EXPECT_EQ(digest_of({{"Help.Me", "String", "Me"},
                       {"General", "String", "Kenobi"},
                       {"Hello", "String", "There"}}),
            "4c360f3fdafd970e05fae2f149d997f5");
}

// Shows: digest.layout
TEST(message_attributes_md5, covers_name_type_value_and_kind) {
  const std::string base = digest_of({{"a", "Number", "1"}});
  EXPECT_NE(digest_of({{"b", "Number", "1"}}), base);
  EXPECT_NE(digest_of({{"a", "Number.int", "1"}}), base);
  EXPECT_NE(digest_of({{"a", "Number", "2"}}), base);
  EXPECT_NE(digest_of({{"a", "Number", "1", true}}), base);
}

}  // namespace
}  // namespace millrace::aws
