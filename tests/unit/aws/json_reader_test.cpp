// JSON requests of SQS into documents: what is read, what is refused, and where.
#include "aws/json_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/tables/sqs.hpp"
#include "padded.hpp"

namespace millrace::aws {
namespace {

using test::padded;
namespace send = sqs::send_message_request;
namespace batch = sqs::send_message_batch_request;
namespace entry = sqs::send_message_batch_request_entry;
namespace attribute = sqs::message_attribute_value;

struct reading {
  explicit reading(std::string_view json, shape_id shape = send::shape)
      : body(json), result(read_json(into, sqs::model, shape, body.view())) {}
  padded body;
  document into;
  decode_result result;
};

decode_status status_of(std::string_view json, shape_id shape = send::shape) {
  return reading(json, shape).result.status;
}

TEST(json_reader, reads_members_of_every_kind) {
  const reading r(R"({"QueueUrl":"http://h/q","MessageBody":"hello","DelaySeconds":-5,
      "MessageAttributes":{"n":{"DataType":"Number","StringValue":"1"},
                           "b":{"DataType":"Binary","BinaryValue":"AQID"}}})");
  ASSERT_TRUE(r.result);
  EXPECT_EQ(r.into[send::queue_url].text(), "http://h/q");
  EXPECT_EQ(r.into[send::message_body].text(), "hello");
  EXPECT_EQ(r.into[send::delay_seconds].integer(), -5);
  EXPECT_FALSE(r.into[send::message_group_id].present());
  EXPECT_EQ(r.into[send::message_group_id].text(), "");
  const auto attributes = r.into[send::message_attributes].entries();
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].key, "n");
  EXPECT_EQ(attributes[0].item[attribute::string_value].text(), "1");
  EXPECT_EQ(attributes[1].item[attribute::binary_value].text(), "\x01\x02\x03");
  EXPECT_EQ(r.into.missing(), nullptr);
}

TEST(json_reader, leaves_strings_without_escapes_in_the_body) {
  const reading r(R"({"QueueUrl":"q","MessageBody":"plain"})");
  const std::string_view text = r.into[send::message_body].text();
  EXPECT_GE(text.data(), r.body.view().data());
  EXPECT_LE(text.data() + text.size(), r.body.view().data() + r.body.view().size());
}

TEST(json_reader, undoes_every_escape) {
  const reading r(
      R"({"QueueUrl":"","MessageBody":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00\u0000"})");
  ASSERT_TRUE(r.result);
  EXPECT_EQ(r.into[send::message_body].text(),
            std::string_view("\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\0", 19));
}

TEST(json_reader, finds_escapes_and_quotes_at_every_place) {
  for (std::size_t at = 0; at < 300; ++at) {
    const std::string text(at, 'x');
    const reading r("{\"QueueUrl\":\"" + text + "\\\"" + text + "\",\"MessageBody\":\"" + text +
                    "\"}");
    ASSERT_TRUE(r.result) << at;
    EXPECT_EQ(r.into[send::queue_url].text(), text + "\"" + text);
    EXPECT_EQ(r.into[send::message_body].text(), text);
  }
}

TEST(json_reader, calls_a_text_plain_only_if_it_is) {
  for (std::size_t at = 0; at < 300; ++at) {
    const std::string before(at, 'x');
    const std::string after(300 - at, '~');
    const auto body_with = [&](std::string_view inside) {
      return reading("{\"MessageBody\":\"" + before + std::string(inside) + after + "\"}");
    };
    const auto plain = [&](std::string_view inside) {
      const reading r = body_with(inside);
      EXPECT_TRUE(r.result) << at;
      return r.into[send::message_body].plain();
    };
    EXPECT_TRUE(plain(" ")) << at;
    EXPECT_TRUE(plain("")) << at;
    EXPECT_FALSE(plain("\\n")) << at;
    EXPECT_FALSE(plain("\\u0001")) << at;
    EXPECT_FALSE(plain("\xef\xbf\xbe")) << at;
    EXPECT_EQ(body_with("\x01").result.status, decode_status::malformed) << at;
    EXPECT_EQ(body_with("\n").result.status, decode_status::malformed) << at;
    EXPECT_EQ(body_with("\xff").result.status, decode_status::invalid_utf8) << at;
  }
}

TEST(json_reader, reads_lists_of_structures) {
  std::string json = R"({"QueueUrl":"q","Entries":[)";
  for (int i = 0; i < 20; ++i) {
    json += (i == 0 ? "" : ",") + std::string(R"({"MessageBody":"m)") + std::to_string(i) +
            R"(","Id":"i"})";
  }
  const reading r(json + "]}", batch::shape);
  ASSERT_TRUE(r.result);
  const auto entries = r.into[batch::entries].elements();
  ASSERT_EQ(entries.size(), 20u);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(entries[static_cast<std::size_t>(i)][entry::message_body].text(),
              std::string("m").append(std::to_string(i)));
  }
}

TEST(json_reader, takes_the_members_of_each_structure_of_a_list_in_any_order) {
  const reading r(R"({"QueueUrl":"q","Entries":[
      {"Id":"a","MessageBody":"1","MessageGroupId":"g"},
      {"Id":"b","MessageBody":"2","MessageGroupId":"g"},
      {"MessageBody":"3","Id":"c"},
      {"Id" : "d", "Unknown":[1], "MessageGroupId":"h","MessageBody":"4"},
      {},
      {"Id":"e","MessageBody":"5"}]})",
                  batch::shape);
  ASSERT_TRUE(r.result);
  const auto entries = r.into[batch::entries].elements();
  ASSERT_EQ(entries.size(), 6u);
  std::string all;
  for (const value& e : entries) {
    for (const auto member : {entry::id, entry::message_body, entry::message_group_id}) {
      all += e[member].present() ? e[member].text() : "-";
    }
    all += ' ';
  }
  EXPECT_EQ(all, "a1g b2g c3- d4h --- e5- ");
  EXPECT_EQ(status_of(R"({"Entries":[{"Id":"a","Delay)", batch::shape), decode_status::malformed);
  EXPECT_EQ(status_of(R"({"Entries":[{"Id":"a"},{"Id":"b","Id":"b"}]})", batch::shape),
            decode_status::duplicate);
  EXPECT_EQ(status_of(R"({"Entries":[{"Id":"a"},{"Id"}]})", batch::shape),
            decode_status::malformed);
}

TEST(json_reader, takes_an_empty_body_for_an_empty_structure) {
  for (const std::string_view json : {"", " \r\n\t", "{}", " { } "}) {
    const reading r(json, sqs::list_queues_request::shape);
    EXPECT_TRUE(r.result) << json;
    EXPECT_EQ(r.into.missing(), nullptr);
    EXPECT_FALSE(r.into[sqs::list_queues_request::queue_name_prefix].present());
  }
  EXPECT_EQ(reading("").into.missing()->name(), "QueueUrl");
}

TEST(json_reader, ignores_unknown_members_but_checks_them) {
  const reading r(R"({"x":[1,-2.5e+3,{"y":[]},"z\n\ud83d\ude00",true,false,null],"QueueUrl":"q",
                      "queueurl":5,"MessageBody":"b"})");
  EXPECT_TRUE(r.result);
  for (const std::string_view wrong :
       {R"({"x":[1,]})", R"({"x":01})", R"({"x":tru})", R"({"x":"\x"})", R"({"x":"\u12"})",
        R"({"x":{"y"}})", R"({"x":1.})", R"({"x":-})", R"({"x":+1})", R"({"x":1e})",
        R"({"x":nulll})", R"({"x":.5})"}) {
    EXPECT_EQ(status_of(wrong), decode_status::malformed) << wrong;
  }
  EXPECT_EQ(status_of(R"({"x":"\ud83d"})"), decode_status::invalid_utf8);
  EXPECT_EQ(status_of(R"({"x":"\ud83d\ude0"})"), decode_status::invalid_utf8);
  EXPECT_EQ(status_of("{\"x\":\"\xff\"}"), decode_status::invalid_utf8);
}

TEST(json_reader, takes_null_for_absent) {
  const reading r(R"({"QueueUrl":null,"MessageBody":"b","DelaySeconds":null,
                      "MessageAttributes":{"a":null}})");
  ASSERT_TRUE(r.result);
  EXPECT_FALSE(r.into[send::queue_url].present());
  EXPECT_FALSE(r.into[send::delay_seconds].present());
  EXPECT_EQ(r.into[send::delay_seconds].integer(30), 30);
  EXPECT_TRUE(r.into[send::message_attributes].present());
  EXPECT_EQ(r.into[send::message_attributes].entries().size(), 0u);
  EXPECT_EQ(r.into.missing()->name(), "QueueUrl");
}

TEST(json_reader, reports_the_outermost_missing_member) {
  EXPECT_EQ(reading(R"({"QueueUrl":"q"})").into.missing()->name(), "MessageBody");
  EXPECT_EQ(reading(R"({"Entries":[{"Id":"i"}]})", batch::shape).into.missing()->name(),
            "QueueUrl");
  EXPECT_EQ(
      reading(R"({"QueueUrl":"q","Entries":[{"Id":"i"}]})", batch::shape).into.missing()->name(),
      "MessageBody");
  EXPECT_EQ(reading(R"({"QueueUrl":"q","MessageBody":"b"})").into.missing(), nullptr);
}

TEST(json_reader, refuses_wrong_types_and_says_which) {
  struct {
    std::string_view json, found, member;
    shape_kind expected;
  } cases[] = {
      {R"({"MessageBody":5})", "NUMBER_VALUE", "MessageBody", shape_kind::string},
      {R"({"MessageBody":true})", "TRUE_VALUE", "MessageBody", shape_kind::string},
      {R"({"MessageBody":false})", "FALSE_VALUE", "MessageBody", shape_kind::string},
      {R"({"MessageBody":{}})", "START_OBJECT", "MessageBody", shape_kind::string},
      {R"({"MessageBody":["a"]})", "START_ARRAY", "MessageBody", shape_kind::string},
      {R"({"DelaySeconds":"5"})", "STRING_VALUE", "DelaySeconds", shape_kind::integer},
      {R"({"DelaySeconds":1.0})", "DECIMAL_VALUE", "DelaySeconds", shape_kind::integer},
      {R"({"DelaySeconds":1e2})", "DECIMAL_VALUE", "DelaySeconds", shape_kind::integer},
      {R"({"MessageAttributes":[]})", "START_ARRAY", "MessageAttributes", shape_kind::map},
      {R"({"MessageAttributes":{"a":"b"}})", "STRING_VALUE", "MessageAttributes",
       shape_kind::structure},
      {R"([])", "START_ARRAY", "", shape_kind::structure},
      {R"("x")", "STRING_VALUE", "", shape_kind::structure},
      {R"(null)", "NULL_VALUE", "", shape_kind::structure},
  };
  for (const auto& c : cases) {
    const reading r(c.json);
    EXPECT_EQ(r.result.status, decode_status::wrong_type) << c.json;
    EXPECT_EQ(r.result.found, c.found) << c.json;
    EXPECT_EQ(r.result.member, c.member) << c.json;
    EXPECT_EQ(r.result.expected, c.expected) << c.json;
  }
  EXPECT_EQ(status_of(R"({"Entries":[null]})", batch::shape), decode_status::wrong_type);
  EXPECT_EQ(status_of(R"({"Entries":{}})", batch::shape), decode_status::wrong_type);
}

TEST(json_reader, refuses_numbers_that_do_not_fit) {
  EXPECT_EQ(status_of(R"({"DelaySeconds":2147483647})"), decode_status::ok);
  EXPECT_EQ(status_of(R"({"DelaySeconds":-2147483648})"), decode_status::ok);
  EXPECT_EQ(status_of(R"({"DelaySeconds":2147483648})"), decode_status::out_of_range);
  EXPECT_EQ(status_of(R"({"DelaySeconds":-2147483649})"), decode_status::out_of_range);
  EXPECT_EQ(status_of(R"({"DelaySeconds":99999999999999999999999999})"),
            decode_status::out_of_range);
}

TEST(json_reader, refuses_what_is_not_json) {
  for (const std::string_view wrong : {"{",
                                       "}",
                                       "{\"",
                                       "{\"MessageBody",
                                       "{\"MessageBody\"",
                                       "{\"MessageBody\":",
                                       "{\"MessageBody\":\"",
                                       "{\"MessageBody\":\"a",
                                       "{\"MessageBody\":\"a\"",
                                       "{\"MessageBody\":\"a\",",
                                       "{\"MessageBody\":\"a\",}",
                                       "{,}",
                                       "{'MessageBody':'a'}",
                                       "{MessageBody:1}",
                                       "{}{}",
                                       "{}x",
                                       "{\"MessageBody\" \"a\"}",
                                       "{\"MessageBody\":\"a\" \"b\"}",
                                       "{\"MessageBody\":\"a\nb\"}",
                                       "{\"MessageBody\":\"a\tb\"}",
                                       "{\"MessageBody\":\"\\x\"}",
                                       "{\"MessageBody\":\"\\u12g4\"}",
                                       "{\"MessageBody\":\"\\\"}",
                                       "\xef\xbb\xbf{}",
                                       "{\"DelaySeconds\":01}",
                                       "{\"DelaySeconds\":-}",
                                       "{\"DelaySeconds\":1.}",
                                       "{\"DelaySeconds\":0x1}",
                                       "{\"DelaySeconds\":nul}",
                                       "/**/{}",
                                       "{}//",
                                       "tru",
                                       "nan",
                                       "-"}) {
    EXPECT_EQ(status_of(wrong), decode_status::malformed) << wrong;
  }
  EXPECT_EQ(status_of(std::string_view("{\0}", 3)), decode_status::malformed);
  EXPECT_EQ(status_of(std::string_view("{}\0", 3)), decode_status::malformed);
}

TEST(json_reader, refuses_text_that_is_not_unicode) {
  for (const std::string_view wrong :
       {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\\ud800", "\\udc00",
        "\\ud800\\ud800", "\\ud800x", "\\ud83d\\u0041"}) {
    const std::string json = "{\"MessageBody\":\"" + std::string(wrong) + "\"}";
    EXPECT_EQ(status_of(json), decode_status::invalid_utf8) << wrong;
  }
}

TEST(json_reader, refuses_blobs_that_are_not_base64) {
  const auto status = [](std::string_view blob) {
    return status_of("{\"MessageAttributes\":{\"a\":{\"BinaryValue\":\"" + std::string(blob) +
                     "\"}}}");
  };
  EXPECT_EQ(status("AQID"), decode_status::ok);
  EXPECT_EQ(status("AQI\\u0044"), decode_status::ok);
  EXPECT_EQ(status("AQI"), decode_status::invalid_base64);
  EXPECT_EQ(status("!!!!"), decode_status::invalid_base64);
}

TEST(json_reader, refuses_names_that_come_twice) {
  EXPECT_EQ(status_of(R"({"MessageBody":"a","MessageBody":"b"})"), decode_status::duplicate);
  EXPECT_EQ(status_of(R"({"MessageBody":"a","Message\u0042ody":"b"})"), decode_status::duplicate);
  EXPECT_EQ(status_of(R"({"MessageAttributes":{"a":{},"a":{}}})"), decode_status::duplicate);
  EXPECT_EQ(status_of(R"({"x":1,"x":2})"), decode_status::ok);
}

TEST(json_reader, refuses_depth_and_numbers_of_things_beyond_bounds) {
  const auto nested = [](std::size_t depth) {
    return "{\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(status_of(nested(60)), decode_status::ok);
  EXPECT_EQ(status_of(nested(64)), decode_status::too_deep);
  EXPECT_EQ(status_of("{\"x\":" + std::string(1'000'000, '[')), decode_status::too_deep);
  std::string names = R"({"QueueUrl":"q","AttributeNames":["")";
  for (std::size_t i = 1; i <= list_elements_max; ++i) names += ",\"\"";
  EXPECT_EQ(status_of(names + "]}", sqs::get_queue_attributes_request::shape),
            decode_status::too_many);
  std::string tags = R"({"QueueUrl":"q","Tags":{"":"")";
  for (std::size_t i = 1; i <= map_entries_max; ++i) tags += ",\"" + std::to_string(i) + "\":\"\"";
  EXPECT_EQ(status_of(tags + "}}", sqs::tag_queue_request::shape), decode_status::too_many);
}

TEST(json_reader, every_prefix_of_a_request_is_refused_and_never_read_past) {
  const std::string json =
      R"({"QueueUrl":"q\u00e9","MessageBody":"b","DelaySeconds":12,"MessageAttributes":)"
      R"({"a":{"DataType":"Binary","BinaryValue":"AQID"}},"x":[true,null]})";
  for (std::size_t size = 1; size < json.size(); ++size) {
    EXPECT_FALSE(reading(std::string_view(json).substr(0, size)).result) << size;
  }
  EXPECT_TRUE(reading(json).result);
}

TEST(document, is_reused_without_growing) {
  document into;
  const padded body(
      R"({"QueueUrl":"q","MessageBody":"a\nb","MessageAttributes":{"a":{"DataType":"x"}}})");
  ASSERT_TRUE(read_json(into, sqs::model, send::shape, body.view()));
  const std::size_t held = into.memory().held_bytes();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(read_json(into, sqs::model, send::shape, body.view()));
  }
  EXPECT_EQ(into.memory().held_bytes(), held);
}

TEST(value_death, member_of_another_shape_stops_the_program) {
  const reading r(R"({"QueueUrl":"q","MessageBody":"b"})");
  EXPECT_DEATH(static_cast<void>(r.into[batch::entries]), "another shape");
}

}  // namespace
}  // namespace millrace::aws
