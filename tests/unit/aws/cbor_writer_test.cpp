// CBOR output byte for byte, and read again.
#include "aws/cbor_writer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/cbor_reader.hpp"
#include "aws/error.hpp"
#include "aws/reply_writer.hpp"
#include "aws/tables/sqs.hpp"
#include "every_kind.hpp"

namespace millrace::aws {
namespace {

namespace every = test::every_kind;

std::string hex_of(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(digits[c & 15]);
  }
  return hex;
}

template <class Write>
std::string written(Write&& write) {
  http::send_buffer out(1);
  cbor_writer w(out, every::model);
  write(w);
  return std::string(out.view());
}

std::string integer(std::int64_t number) {
  return hex_of(written([=](cbor_writer& w) { w.integer(number); }));
}

TEST(cbor_writer, writes_the_shortest_integers) {
  EXPECT_EQ(integer(0), "00");
  EXPECT_EQ(integer(23), "17");
  EXPECT_EQ(integer(24), "1818");
  EXPECT_EQ(integer(255), "18ff");
  EXPECT_EQ(integer(256), "190100");
  EXPECT_EQ(integer(65535), "19ffff");
  EXPECT_EQ(integer(65536), "1a00010000");
  EXPECT_EQ(integer(4294967295), "1affffffff");
  EXPECT_EQ(integer(4294967296), "1b0000000100000000");
  EXPECT_EQ(integer(-1), "20");
  EXPECT_EQ(integer(-1000), "3903e7");
  EXPECT_EQ(integer(INT64_MIN), "3b7fffffffffffffff");
}

TEST(cbor_writer, writes_scalars) {
  EXPECT_EQ(hex_of(written([](cbor_writer& w) { w.text("\xc3\xbc"); })), "62c3bc");
  EXPECT_EQ(hex_of(written([](cbor_writer& w) { w.blob(std::string_view("\0\xff", 2)); })),
            "4200ff");
  EXPECT_EQ(hex_of(written([](cbor_writer& w) { w.real(1.1); })), "fb3ff199999999999a");
  EXPECT_EQ(hex_of(written([](cbor_writer& w) { w.boolean(true); })), "f5");
  EXPECT_EQ(hex_of(written([](cbor_writer& w) { w.boolean(false); })), "f4");
  EXPECT_EQ(hex_of(written([](cbor_writer& w) { w.timestamp(1499998460955); })),
            "c11b0000015d3ee01c1b");
  EXPECT_EQ(written([](cbor_writer& w) { w.text(std::string(300, 'x')); }),
            std::string("\x79\x01\x2c").append(300, 'x'));
}

TEST(cbor_writer, writes_containers_without_counts) {
  EXPECT_EQ(hex_of(written([](cbor_writer& w) {
              w.begin_structure();
              w.member(every::list);
              w.begin_list();
              w.end_list();
              w.member(every::map);
              w.begin_map();
              w.key("k");
              w.begin_structure();
              w.end_structure();
              w.end_map();
              w.end_structure();
            })),
            "bf644c6973749fff634d6170bf616bbfffffff");
}

TEST(cbor_writer, is_what_reply_writer_writes_on_its_wire) {
  document into;
  const std::string body = written([](cbor_writer& w) {
    w.begin_structure();
    w.member(every::text);
    w.text("t");
    w.member(every::time);
    w.timestamp(1499998460955);
    w.member(every::bytes);
    w.blob("foobar");
    w.member(every::real);
    w.real(0.5);
    w.end_structure();
  });
  ASSERT_TRUE(read_cbor(into, every::model, every::thing, body));
  const auto on = [&](wire w) {
    http::send_buffer out;
    reply_writer writer(out, every::model, w, 0, "");
    every::write(writer, into.root(), every::thing);
    return std::string(out.view());
  };
  document again;
  const std::string cbor = on(wire::cbor_1_1);
  ASSERT_TRUE(read_cbor(again, every::model, every::thing, cbor));
  EXPECT_EQ(again[every::time].real(), 1499998460.955);
  EXPECT_EQ(again[every::bytes].text(), "foobar");
  EXPECT_EQ(on(wire::json_1_1),
            R"({"Text":"t","Bytes":"Zm9vYmFy","Real":0.5,"Time":1499998460.955})");
}

TEST(cbor_writer, errors_have_their_name_in_body_and_field) {
  http::send_buffer out;
  write_error(out, {sqs::errors::queue_does_not_exist, "Gone."}, wire::cbor_1_1, &sqs::model,
              {.request_id = "r"});
  EXPECT_EQ(out.view(),
            "HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: r\r\n"
            "Content-Type: application/x-amz-cbor-1.1\r\n"
            "x-amzn-ErrorType: QueueDoesNotExist\r\nContent-Length: 41\r\n\r\n"
            "\xbf\x66__type\x71QueueDoesNotExist\x67message\x65Gone.\xff");
}

}  // namespace
}  // namespace millrace::aws
