// XML output byte for byte.
#include "aws/xml_writer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/tables/sqs.hpp"

namespace millrace::aws {
namespace {

std::string text_of(std::string_view text) {
  http::send_buffer out(1);
  append_xml_text(out, text);
  return std::string(out.view());
}

/// What stands within the result of an operation's answer.
template <class Write>
std::string result_of(sqs::operation operation, Write&& write) {
  http::send_buffer out;
  xml_writer w(out, sqs::model, static_cast<std::size_t>(operation), "r");
  w.begin_structure();
  write(w);
  w.end_structure();
  std::string all(out.view());
  const std::size_t first = all.find("Result>") + 7;
  return all.substr(first, all.rfind("</", all.rfind("Result>")) - first);
}

// Shows: wire.query-answer
TEST(xml_writer, puts_the_result_into_the_envelope_of_its_operation) {
  http::send_buffer out;
  xml_writer w(out, sqs::model, static_cast<std::size_t>(sqs::operation::send_message), "r<1>");
  w.begin_structure();
  w.member(sqs::send_message_result::message_id);
  w.text("m");
  w.end_structure();
  EXPECT_EQ(out.view(),
            "<?xml version=\"1.0\"?>"
            "<SendMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
            "<SendMessageResult><MessageId>m</MessageId></SendMessageResult>"
            "<ResponseMetadata><RequestId>r&lt;1&gt;</RequestId></ResponseMetadata>"
            "</SendMessageResponse>");
}

TEST(xml_writer, answers_an_operation_that_returns_nothing) {
  http::send_buffer out;
  xml_writer(out, sqs::model, static_cast<std::size_t>(sqs::operation::delete_queue), "r")
      .empty_answer();
  EXPECT_EQ(out.view(),
            "<?xml version=\"1.0\"?>"
            "<DeleteQueueResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
            "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DeleteQueueResponse>");
}

// Shows: wire.empty-result
TEST(xml_writer, closes_a_result_of_nothing_where_it_opens) {
  http::send_buffer out;
  out.append("before");
  xml_writer w(out, sqs::model, static_cast<std::size_t>(sqs::operation::receive_message), "r");
  w.begin_structure();
  w.end_structure();
  EXPECT_EQ(
      out.view(),
      "before<?xml version=\"1.0\"?>"
      "<ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
      "<ReceiveMessageResult/>"
      "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ReceiveMessageResponse>");
}

// Shows: wire.query-names
TEST(xml_writer, flattens_lists_and_maps_as_the_model_says) {
  namespace row = sqs::message_attribute_value;
  const std::string one =
      "<Message><MessageId>m</MessageId>"
      "<Attribute><Name>a</Name><Value>1</Value></Attribute>"
      "<Attribute><Name>b</Name><Value>2</Value></Attribute>"
      "<MessageAttribute><Name>n</Name><Value><BinaryValue>AAE=</BinaryValue>"
      "<StringListValue>x</StringListValue><StringListValue>y</StringListValue>"
      "<DataType>Binary</DataType></Value></MessageAttribute><Body>b</Body></Message>";
  EXPECT_EQ(result_of(sqs::operation::receive_message,
                      [](xml_writer& w) {
                        w.member(sqs::receive_message_result::messages);
                        w.begin_list();
                        for (int i = 0; i < 2; ++i) {
                          w.begin_structure();
                          w.member(sqs::message::message_id);
                          w.text("m");
                          w.member(sqs::message::attributes);
                          w.begin_map();
                          w.key("a");
                          w.integer(1);
                          w.key("b");
                          w.text("2");
                          w.end_map();
                          w.member(sqs::message::message_attributes);
                          w.begin_map();
                          w.key("n");
                          w.begin_structure();
                          w.member(row::binary_value);
                          w.blob(std::string_view("\0\1", 2));
                          w.member(row::string_list_values);
                          w.begin_list();
                          w.text("x");
                          w.text("y");
                          w.end_list();
                          w.member(row::data_type);
                          w.text("Binary");
                          w.end_structure();
                          w.end_map();
                          w.member(sqs::message::body);
                          w.text("b");
                          w.end_structure();
                        }
                        w.end_list();
                      }),
            one + one);
}

TEST(xml_writer, writes_nothing_for_empty_lists_and_truths_as_words) {
  EXPECT_EQ(result_of(sqs::operation::delete_message_batch,
                      [](xml_writer& w) {
                        namespace out = sqs::delete_message_batch_result;
                        w.member(out::successful);
                        w.begin_list();
                        w.end_list();
                        w.member(out::failed);
                        w.begin_list();
                        w.begin_structure();
                        w.member(sqs::batch_result_error_entry::sender_fault);
                        w.boolean(true);
                        w.end_structure();
                        w.end_list();
                      }),
            "<BatchResultErrorEntry><SenderFault>true</SenderFault></BatchResultErrorEntry>");
}

// A service whose lists and maps are not flattened, as those of SNS are not.
namespace other {
constexpr operation_row operations[] = {{"Get", no_shape, {0}}};
constexpr shape_row shapes[] = {
    {"GetResult", shape_kind::structure, 2, {0}, no_shape},
    {"Map", shape_kind::map, 0, {0}, {3}},
    {"List", shape_kind::list, 0, {0}, {0}},
    {"String", shape_kind::string, 0, {0}, no_shape},
};
constexpr member_row members[] = {{R"("Map":)", {1}, false}, {R"("List":)", {2}, false}};
constexpr query_member_row query_members[] = {{"Map", false}, {"List", false}};
constexpr query_shape_row query_shapes[] = {
    {"", "", ""}, {"entry", "key", "value"}, {"member", "", ""}, {"", "", ""}};
constexpr query_rows query{"urn:x", query_members, query_shapes};
constexpr service_model model{"other", "", "", false, operations, shapes, members, {}, &query};
}  // namespace other

TEST(xml_writer, gives_other_lists_and_maps_a_level_of_their_own) {
  http::send_buffer out;
  xml_writer w(out, other::model, 0, "r");
  w.begin_structure();
  w.member(member_id{1});
  w.begin_list();
  w.begin_structure();
  w.member(member_id{0});
  w.begin_map();
  w.key("k");
  w.text("v");
  w.end_map();
  w.end_structure();
  w.end_list();
  w.end_structure();
  EXPECT_NE(out.view().find("<GetResult><List><member><Map><entry><key>k</key><value>v</value>"
                            "</entry></Map></member></List></GetResult>"),
            std::string::npos)
      << out.view();
}

TEST(xml_text, escapes_so_that_every_parser_gives_it_back) {
  EXPECT_EQ(text_of("a&b<c>d\"e'f"), "a&amp;b&lt;c&gt;d&quot;e'f");
  EXPECT_EQ(text_of("\t\n\r\r\n"), "\t\n&#xd;&#xd;\n");
  EXPECT_EQ(text_of("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x7f"),
            "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\x7f");
  EXPECT_EQ(text_of("]]>"), "]]&gt;");
  EXPECT_EQ(text_of(""), "");
}

TEST(xml_text, replaces_what_xml_cannot_hold) {
  EXPECT_EQ(text_of(std::string_view("\0a\x1f", 3)),
            "\xef\xbf\xbd"
            "a"
            "\xef\xbf\xbd");
  EXPECT_EQ(text_of("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xef\xbb\xbf"),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf");
}

}  // namespace
}  // namespace millrace::aws
