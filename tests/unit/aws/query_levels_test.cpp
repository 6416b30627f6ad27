// Lists and maps that are not flattened, as SNS has them: a level of its own between a member's
// name and the numbers, spelled as the service's rows say. Forms are read and XML is written by the
// same rows.
#include <gtest/gtest.h>

#include <string>

#include "aws/query_reader.hpp"
#include "aws/xml_writer.hpp"
#include "every_kind_query.hpp"

namespace millrace::aws {
namespace {

namespace kind = test::every_kind;

constexpr const service_model& default_model = kind::query_model;
constexpr const service_model& other_model = kind::other_query_model;

struct reading {
  explicit reading(std::string_view text, const service_model& model = default_model)
      : form(text), result(read_query(into, model, kind::thing, form)) {}
  std::string form;
  document into;
  decode_result result;
};

std::string written(const reading& r, const service_model& model) {
  http::send_buffer out;
  xml_writer to(out, model, 0, "r");
  kind::write(to, r.into.root(), kind::thing);
  const std::string all(out.view());
  const std::size_t first = all.find("<DoResult>") + 10;
  return all.substr(first, all.find("</DoResult>") - first);
}

TEST(query_levels, elements_stand_behind_member) {
  const reading r("List.member.2.Text=b&List.member.1.Text=a&List.member.10.Small=3");
  ASSERT_TRUE(r.result);
  const auto elements = r.into[kind::list].elements();
  ASSERT_EQ(elements.size(), 3u);
  EXPECT_EQ(elements[0][kind::text].text(), "a");
  EXPECT_EQ(elements[1][kind::text].text(), "b");
  EXPECT_EQ(elements[2][kind::small].integer(), 3);
  EXPECT_EQ(written(r, default_model),
            "<List><member><Text>a</Text></member><member><Text>b</Text></member>"
            "<member><Small>3</Small></member></List>");
}

TEST(query_levels, entries_stand_behind_entry) {
  const reading r(
      "Map.entry.1.key=x&Map.entry.1.value.Text=a&Map.entry.3.value.Text=b&Map.entry.3.key=y");
  ASSERT_TRUE(r.result);
  const auto entries = r.into[kind::map].entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].key, "x");
  EXPECT_EQ(entries[1].item[kind::text].text(), "b");
  EXPECT_EQ(written(r, default_model),
            "<Map><entry><key>x</key><value><Text>a</Text></value></entry>"
            "<entry><key>y</key><value><Text>b</Text></value></entry></Map>");
}

TEST(query_levels, the_rows_say_how_elements_keys_and_values_are_called) {
  const reading r("List.Thing.1.Map.entry.1.Name=n&List.Thing.1.Map.entry.1.Value.Bytes=AQI%3D",
                  other_model);
  ASSERT_TRUE(r.result);
  const auto entries = r.into[kind::list].elements()[0][kind::map].entries();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].item[kind::bytes].text(), "\x01\x02");
  EXPECT_EQ(
      written(r, other_model),
      "<List><Thing><Map><entry><Name>n</Name><Value><Bytes>AQI=</Bytes></Value></entry></Map>"
      "</Thing></List>");
}

TEST(query_levels, lists_of_structures_of_lists_are_read_whole) {
  const reading r(
      "Inner.List.member.1.List.member.1.Text=a&Inner.List.member.1.List.member.2.Text=b"
      "&Inner.List.member.2.Truth=true&Inner.Text=c");
  ASSERT_TRUE(r.result);
  const auto outer = r.into[kind::inner][kind::list].elements();
  ASSERT_EQ(outer.size(), 2u);
  ASSERT_EQ(outer[0][kind::list].elements().size(), 2u);
  EXPECT_EQ(outer[0][kind::list].elements()[1][kind::text].text(), "b");
  EXPECT_TRUE(outer[1][kind::truth].boolean());
  EXPECT_EQ(r.into[kind::inner][kind::text].text(), "c");
}

TEST(query_levels, one_element_or_entry_may_come_without_its_number) {
  const reading r("List.member.Text=a&Map.entry.key=k&Map.entry.value.Text=v");
  ASSERT_TRUE(r.result);
  ASSERT_EQ(r.into[kind::list].elements().size(), 1u);
  EXPECT_EQ(r.into[kind::list].elements()[0][kind::text].text(), "a");
  ASSERT_EQ(r.into[kind::map].entries().size(), 1u);
  EXPECT_EQ(r.into[kind::map].entries()[0].key, "k");
}

TEST(query_levels, a_list_named_with_nothing_is_empty) {
  for (const std::string_view form : {"List=", "List=&Map="}) {
    const reading r(form);
    ASSERT_TRUE(r.result);
    EXPECT_TRUE(r.into[kind::list].present());
    EXPECT_TRUE(r.into[kind::list].elements().empty());
  }
  EXPECT_EQ(written(reading("List=&Map="), default_model), "<List></List><Map></Map>");
}

TEST(query_levels, numbers_without_the_level_are_refused) {
  for (const std::string_view form :
       {"List.1.Text=a", "Map.1.key=k&Map.1.value.Text=v", "List.Thing.1.Text=a", "List=a",
        "List.member.1.Text=a&List.1.Text=b"}) {
    const reading r(form);
    EXPECT_EQ(r.result.status, decode_status::wrong_type) << form;
  }
}

TEST(query_levels, the_envelope_has_the_namespace_of_its_service) {
  http::send_buffer out;
  xml_writer(out, other_model, 0, "r").empty_answer();
  EXPECT_EQ(out.view(),
            "<?xml version=\"1.0\"?><DoResponse xmlns=\"urn:other\"><ResponseMetadata>"
            "<RequestId>r</RequestId></ResponseMetadata></DoResponse>");
}

}  // namespace
}  // namespace millrace::aws
