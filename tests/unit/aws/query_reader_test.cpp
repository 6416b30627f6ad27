// Forms of SQS into documents: what is read, what is refused, and where.
#include "aws/query_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "aws/error.hpp"
#include "aws/tables/sqs.hpp"

namespace millrace::aws {
namespace {

namespace send = sqs::send_message_request;
namespace batch = sqs::send_message_batch_request;
namespace entry = sqs::send_message_batch_request_entry;
namespace attribute = sqs::message_attribute_value;
namespace receive = sqs::receive_message_request;
namespace create = sqs::create_queue_request;

struct reading {
  explicit reading(std::string_view text, shape_id shape = send::shape)
      : form(text), result(read_query(into, sqs::model, shape, form)) {}
  std::string form;
  document into;
  decode_result result;
};

decode_status status_of(std::string_view form, shape_id shape = send::shape) {
  return reading(form, shape).result.status;
}

TEST(query_reader, reads_members_of_every_kind) {
  const reading r(
      "Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fh%2Fq&MessageBody=a+b%0D%0A"
      "&DelaySeconds=-5&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Number"
      "&MessageAttribute.1.Value.StringValue=1&MessageAttribute.2.Name=b"
      "&MessageAttribute.2.Value.DataType=Binary&MessageAttribute.2.Value.BinaryValue=AQID");
  ASSERT_TRUE(r.result);
  EXPECT_EQ(r.into[send::queue_url].text(), "http://h/q");
  EXPECT_EQ(r.into[send::message_body].text(), "a b\r\n");
  EXPECT_EQ(r.into[send::delay_seconds].integer(), -5);
  EXPECT_FALSE(r.into[send::message_group_id].present());
  const auto attributes = r.into[send::message_attributes].entries();
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].key, "n");
  EXPECT_EQ(attributes[0].item[attribute::string_value].text(), "1");
  EXPECT_EQ(attributes[1].item[attribute::binary_value].text(), "\x01\x02\x03");
  EXPECT_EQ(r.into.missing(), nullptr);
}

// Shows: wire.query-names
TEST(query_reader, reads_what_lists_and_maps_are_called_in_sqs) {
  const reading names(
      "AttributeName.1=All&MessageAttributeName.1=a&MessageAttributeName.2=b.%2A"
      "&MessageSystemAttributeName.1=SenderId",
      receive::shape);
  ASSERT_TRUE(names.result);
  EXPECT_EQ(names.into[receive::attribute_names].elements()[0].text(), "All");
  EXPECT_EQ(names.into[receive::message_attribute_names].elements()[1].text(), "b.*");
  EXPECT_EQ(names.into[receive::message_system_attribute_names].elements().size(), 1u);
  const reading queue(
      "QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5"
      "&Tag.1.Key=k&Tag.1.Value=",
      create::shape);
  ASSERT_TRUE(queue.result);
  EXPECT_EQ(queue.into[create::attributes].entries()[0].item.text(), "5");
  EXPECT_EQ(queue.into[create::tags].entries()[0].key, "k");
  EXPECT_TRUE(queue.into[create::tags].entries()[0].item.present());
  const reading untag("TagKey.1=a&TagKey.2=b", sqs::untag_queue_request::shape);
  EXPECT_EQ(untag.into[sqs::untag_queue_request::tag_keys].elements().size(), 2u);
}

TEST(query_reader, puts_list_elements_in_the_order_of_their_numbers) {
  std::string form;
  for (int i = 20; i > 0; --i) {
    const std::string prefix = "&SendMessageBatchRequestEntry." + std::to_string(i * 7);
    form += prefix + ".MessageBody=m" + std::to_string(i) + prefix + ".Id=i";
    form += prefix + ".MessageAttribute.1.Name=a" + prefix + ".MessageAttribute.1.Value.DataType=x";
  }
  const reading r(form, batch::shape);
  ASSERT_TRUE(r.result);
  const auto entries = r.into[batch::entries].elements();
  ASSERT_EQ(entries.size(), 20u);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i][entry::message_body].text(), "m" + std::to_string(i + 1));
    EXPECT_EQ(entries[i][entry::message_attributes].entries().size(), 1u);
  }
}

TEST(query_reader, takes_one_element_or_entry_without_its_number) {
  EXPECT_EQ(
      reading("AttributeName=All", receive::shape).into[receive::attribute_names].elements().size(),
      1u);
  const reading r("Attribute.Name=DelaySeconds&Attribute.Value=5", create::shape);
  ASSERT_TRUE(r.result);
  ASSERT_EQ(r.into[create::attributes].entries().size(), 1u);
  EXPECT_EQ(r.into[create::attributes].entries()[0].key, "DelaySeconds");
  const reading both("AttributeName=a&AttributeName.1=b", receive::shape);
  EXPECT_EQ(both.into[receive::attribute_names].elements().size(), 2u);
}

TEST(query_reader, takes_a_list_named_with_nothing_as_empty) {
  const reading r("AttributeName=", receive::shape);
  ASSERT_TRUE(r.result);
  EXPECT_TRUE(r.into[receive::attribute_names].present());
  EXPECT_TRUE(r.into[receive::attribute_names].elements().empty());
}

TEST(query_reader, ignores_what_the_input_does_not_know) {
  std::string signature = "&X-Amz-Signature=";
  signature.append(1000, 'f').append("&").append(2000, 'n').append("=1");
  const reading r("MessageBody=b&messagebody=c&AWSAccessKeyId=1%zz&MessageBodyX.1=2" + signature);
  ASSERT_TRUE(r.result);
  EXPECT_EQ(r.into[send::message_body].text(), "b");
  EXPECT_EQ(r.into.missing()->name(), "QueueUrl");
}

TEST(query_reader, leaves_texts_without_escapes_in_the_form) {
  const reading r("MessageBody=plain");
  const std::string_view text = r.into[send::message_body].text();
  EXPECT_EQ(text.data(), r.form.data() + 12);
}

TEST(query_reader, refuses_what_could_be_read_two_ways) {
  EXPECT_EQ(status_of("MessageBody=a&MessageBody=a"), decode_status::duplicate);
  EXPECT_EQ(status_of("MessageBody=a&Message%42ody=b"), decode_status::duplicate);
  EXPECT_EQ(status_of("Attribute.1.Name=a&Attribute.1.Value=1&Attribute.2.Name=a&Attribute.2.Value="
                      "2",
                      create::shape),
            decode_status::duplicate);
}

TEST(query_reader, takes_fields_in_any_order) {
  std::vector<std::string> fields;
  for (const char* const number : {"1", "3", "10", "999999999"}) {
    const std::string entry = std::string("SendMessageBatchRequestEntry.") + number + ".";
    fields.push_back(entry + "Id=i" + number);
    fields.push_back(entry + "MessageBody=b");
    fields.push_back(entry + "MessageAttribute.2.Name=n");
    fields.push_back(entry + "MessageAttribute.2.Value.DataType=String");
    fields.push_back(entry + "MessageAttribute.2.Value.StringValue=" + number);
  }
  std::minstd_rand random(7);
  for (int round = 0; round < 50; ++round) {
    std::string form;
    for (const std::string& field : fields) form += field + "&";
    const reading r(form, batch::shape);
    ASSERT_TRUE(r.result) << form;
    const auto entries = r.into[batch::entries].elements();
    ASSERT_EQ(entries.size(), 4u) << form;
    EXPECT_EQ(entries[3][entry::id].text(), "i999999999") << form;
    EXPECT_EQ(entries[2][entry::id].text(), "i10") << form;
    const auto attributes = entries[1][entry::message_attributes].entries();
    ASSERT_EQ(attributes.size(), 1u) << form;
    EXPECT_EQ(attributes[0].item[attribute::string_value].text(), "3") << form;
    std::shuffle(fields.begin(), fields.end(), random);
  }
}

TEST(query_reader, refuses_a_name_that_comes_again_later) {
  for (const std::string_view form :
       {"Attribute.1.Name=a&Attribute.1.Value=1&Attribute.2.Name=b&Attribute.2.Value=2"
        "&Attribute.1.Name=a",
        "Attribute.1.Name=a&Attribute.1.Value=1&Attribute.1.Name=b",
        "Attribute.Name=a&Attribute.Value=1&Attribute.Name=b", "QueueName=q&Tag=&QueueName=q",
        "Tag=&Tag="}) {
    EXPECT_EQ(status_of(form, create::shape), decode_status::duplicate) << form;
  }
  EXPECT_EQ(status_of("AttributeName=a&AttributeName=b", receive::shape), decode_status::duplicate);
  EXPECT_EQ(status_of("AttributeName.1=a&AttributeName.2=b&AttributeName.1=a", receive::shape),
            decode_status::duplicate);
}

TEST(query_reader, an_element_without_number_is_one_wherever_it_stands) {
  for (const std::string_view form :
       {"Attribute.Name=a&Attribute.12345.Name=b&Attribute.12345.Value=2&Attribute.Value=1",
        "Attribute.12345.Value=2&Attribute.Value=1&Attribute.Name=a&Attribute.12345.Name=b"}) {
    const reading r(form, create::shape);
    ASSERT_TRUE(r.result) << form;
    const auto entries = r.into[create::attributes].entries();
    ASSERT_EQ(entries.size(), 2u) << form;
    EXPECT_EQ(entries[0].key, "a");
    EXPECT_EQ(entries[1].key, "b");
  }
}

TEST(query_reader, knows_texts_that_need_no_further_look) {
  EXPECT_TRUE(reading("MessageBody=plain").into[send::message_body].plain());
  EXPECT_TRUE(reading("MessageBody=%7B+%7D").into[send::message_body].plain());
  EXPECT_FALSE(reading("MessageBody=a%0A").into[send::message_body].plain());
  EXPECT_FALSE(reading("MessageBody=%C3%A9").into[send::message_body].plain());
}

TEST(query_reader, refuses_values_of_another_type) {
  for (const std::string_view form :
       {"DelaySeconds=", "DelaySeconds=x", "DelaySeconds=1.0", "DelaySeconds=+1",
        "DelaySeconds=0x1", "DelaySeconds=1%20", "DelaySeconds.1=1", "MessageBody.1=a",
        "MessageBody=a&MessageBody.x=b", "MessageBody.=a", "MessageAttribute=a",
        "MessageAttribute.1=a", "MessageAttribute.1.Value=a"}) {
    EXPECT_EQ(status_of(form), decode_status::wrong_type) << form;
  }
  EXPECT_EQ(status_of("DelaySeconds=2147483648"), decode_status::out_of_range);
  EXPECT_EQ(status_of("DelaySeconds=99999999999999999999"), decode_status::out_of_range);
  EXPECT_EQ(status_of("MessageBody=%ff"), decode_status::invalid_utf8);
  EXPECT_EQ(status_of("MessageBody=a%zz"), decode_status::malformed);
  EXPECT_EQ(status_of("Message%zzBody=a"), decode_status::malformed);
  EXPECT_EQ(status_of("MessageAttribute.1.Name=n&MessageAttribute.1.Value.BinaryValue=A"),
            decode_status::invalid_base64);
}

TEST(query_reader, refuses_map_entries_without_key_or_value) {
  for (const std::string_view form :
       {"Attribute.1.Name=a", "Attribute.1.Value=a", "Attribute.1.X=a",
        "Attribute.01.Name=a&Attribute.1.Value=b"}) {
    EXPECT_EQ(status_of(form, create::shape), decode_status::incomplete) << form;
  }
}

TEST(query_reader, counts_before_it_takes_memory) {
  std::string form;
  while (form.size() < 2 * form_fields_max) form += "a&";
  EXPECT_EQ(status_of(form), decode_status::ok);
  form += "a";
  const reading r(form);
  EXPECT_EQ(r.result.status, decode_status::too_many);
}

TEST(query_reader, says_where_it_stopped) {
  const reading r("QueueUrl=q&MessageBody=a%2");
  EXPECT_EQ(r.result.offset, 23u);
  EXPECT_EQ(r.result.member, "MessageBody");
  EXPECT_EQ(query_error_of(r.result).row().query_code, "MalformedQueryString");
  EXPECT_EQ(query_error_of(reading("DelaySeconds=x").result).message(),
            "The text cannot be converted to an Integer for DelaySeconds.");
  EXPECT_EQ(query_error_of(reading("Attribute.1.Name=a", create::shape).result).row().query_code,
            "MissingParameter");
}

TEST(query_reader, reads_every_operation_of_nothing) {
  for (const operation_row& operation : sqs::model.operations) {
    EXPECT_EQ(status_of("", operation.input), decode_status::ok) << operation.name;
  }
}

}  // namespace
}  // namespace millrace::aws
