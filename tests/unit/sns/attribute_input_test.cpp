#include "sns/attribute_input.hpp"

#include <gtest/gtest.h>

#include <millrace/attributes.hpp>

#include "aws/query_reader.hpp"

namespace millrace::sns {
namespace {

std::string about_name(std::string_view name) {
  const auto wrong = check_attribute_name(name);
  if (!wrong) return {};
  EXPECT_EQ(wrong->row().query_code, "ParameterValueInvalid");
  return wrong->message();
}

TEST(attribute_names, are_of_few_characters) {
  EXPECT_EQ(about_name("Color_1-b.c"), "");
  EXPECT_EQ(about_name(std::string(256, 'a')), "");
  EXPECT_EQ(about_name(std::string(257, 'a')),
            "Length of message attribute name must be less than 256 bytes.");
  EXPECT_EQ(about_name("a^*?"),
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots.");
  EXPECT_TRUE(about_name("a\xc3\xb6").find("'#xF6'") != std::string::npos);
  EXPECT_TRUE(about_name("\xf0\x9f\x98\x80").find("'#x1F600'") != std::string::npos);
  EXPECT_NE(about_name(""), "");
}

TEST(attribute_names, have_dots_inside_and_one_by_one) {
  EXPECT_EQ(about_name(".abc"),
            "Invalid message attribute name starting with character '.' was found.");
  EXPECT_EQ(about_name("abc."),
            "Invalid message attribute name ending with character '.' was found.");
  EXPECT_EQ(about_name("a..bc"), "Message attribute name can not have successive '.' character.");
}

/// What is wrong with the only attribute, a, of a request with these fields.
std::string about(std::string_view fields) {
  std::string form = "Message=m&MessageAttributes.entry.1.Name=a";
  for (std::size_t at = 0; at < fields.size();) {
    const std::size_t end = std::min(fields.find(' ', at), fields.size());
    form.append("&MessageAttributes.entry.1.Value.").append(fields.substr(at, end - at));
    at = end + 1;
  }
  aws::service_context context;
  call c;
  c.context = &context;
  EXPECT_TRUE(aws::read_query(c.input, shapes::model, shapes::publish_input::shape, form)) << form;
  bytes_view encoded;
  const auto wrong =
      encode_attributes(c, c.input[shapes::publish_input::message_attributes], encoded);
  if (wrong) return wrong->message();
  attribute_reader reader(encoded);
  message_attribute a;
  EXPECT_TRUE(reader.next(a) && reader.at_end());
  return std::string(a.name).append("/").append(a.data_type).append("/").append(as_text(a.value));
}

TEST(attributes, are_encoded_with_their_types) {
  EXPECT_EQ(about("DataType=String StringValue=blue"), "a/String/blue");
  EXPECT_EQ(about("DataType=Number StringValue=-1.5e3"), "a/Number/-1.5e3");
  EXPECT_EQ(about("DataType=Binary BinaryValue=AgME"), "a/Binary/\x02\x03\x04");
  EXPECT_EQ(about("DataType=String.Array StringValue=[]"), "a/String.Array/[]");
  EXPECT_EQ(about("DataType=String.++prefixed. StringValue=b"), "a/String.  prefixed./b");
}

TEST(attributes, use_the_field_of_their_type) {
  EXPECT_EQ(about("DataType=String BinaryValue=MTIz"),
            "The message attribute 'a' with type 'String' must use field 'String'.");
  EXPECT_EQ(about("DataType=Number BinaryValue=MTIz"),
            "The message attribute 'a' with type 'Number' must use field 'String'.");
  EXPECT_EQ(about("DataType=Binary StringValue=123"),
            "The message attribute 'a' with type 'Binary' must use field 'Binary'.");
}

TEST(attributes, are_not_empty) {
  for (const std::string type : {"String", "Binary", "Number"}) {
    const std::string why =
        "The message attribute 'a' must contain non-empty message attribute value for message "
        "attribute type '" +
        type + "'.";
    EXPECT_EQ(about("DataType=" + type), why);
    EXPECT_EQ(about("DataType=" + type + (type == "Binary" ? " BinaryValue=" : " StringValue=")),
              why);
  }
}

TEST(attributes, have_one_of_three_types) {
  for (const char* const type : {"InvalidType", "String.", "Stringprefixed", "string", ""}) {
    EXPECT_EQ(about(std::string("StringValue=1 DataType=") + type),
              "The message attribute 'a' has an invalid message attribute type, the set of "
              "supported type prefixes is Binary, Number, and String.")
        << type;
  }
}

TEST(attributes, that_are_numbers_can_be_read_as_such) {
  EXPECT_EQ(about("DataType=Number StringValue=12a"),
            "Could not cast message attribute 'a' value to number.");
  EXPECT_EQ(about("DataType=Number.int StringValue=%2B7"), "a/Number.int/+7");
}

}  // namespace
}  // namespace millrace::sns
