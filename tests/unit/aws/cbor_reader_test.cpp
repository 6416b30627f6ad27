// CBOR requests into documents: what is read, what is refused, and where. The encodings are those
// of RFC 8949, appendix A.
#include "aws/cbor_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/tables/sqs.hpp"
#include "every_kind.hpp"

namespace millrace::aws {
namespace {

namespace every = test::every_kind;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  unsigned half = 0;
  unsigned digits = 0;
  for (const char c : hex) {
    if (c == ' ') continue;
    const auto digit = static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    half = half << 4 | digit;
    if (++digits % 2 == 0) bytes.push_back(static_cast<char>(half));
  }
  return bytes;
}

std::string text(std::string_view t) {
  return std::string(1, static_cast<char>(0x60 + t.size())).append(t);
}

struct reading {
  explicit reading(std::string bytes, shape_id shape = every::thing,
                   const service_model& model = every::model)
      : body(std::move(bytes)), result(read_cbor(into, model, shape, body)) {}
  std::string body;
  document into;
  decode_result result;
};

/// A map of one member.
reading member(std::string_view name, std::string_view hex) {
  return reading(bytes_of("a1") + text(name) + bytes_of(hex));
}

decode_status status_of(std::string_view name, std::string_view hex) {
  return member(name, hex).result.status;
}

std::int64_t large(std::string_view hex) {
  const reading r = member("Large", hex);
  EXPECT_TRUE(r.result) << hex;
  return r.into[every::large].integer();
}

double real(std::string_view hex) {
  const reading r = member("Real", hex);
  EXPECT_TRUE(r.result) << hex;
  return r.into[every::real].real();
}

TEST(cbor_reader, reads_what_the_java_sdk_sends) {
  // bf "StreamName" ... ff, as seen on the wire: here a queue's name.
  namespace in = sqs::get_queue_url_request;
  const reading r(bytes_of("bf") + text("QueueName") + text("q") + bytes_of("ff"), in::shape,
                  sqs::model);
  ASSERT_TRUE(r.result);
  EXPECT_EQ(r.into[in::queue_name].text(), "q");
  EXPECT_EQ(r.into.missing(), nullptr);
}

TEST(cbor_reader, reads_integers_of_every_width) {
  EXPECT_EQ(large("00"), 0);
  EXPECT_EQ(large("17"), 23);
  EXPECT_EQ(large("1818"), 24);
  EXPECT_EQ(large("1903e8"), 1000);
  EXPECT_EQ(large("1a000f4240"), 1000000);
  EXPECT_EQ(large("1b000000e8d4a51000"), 1000000000000);
  EXPECT_EQ(large("1b7fffffffffffffff"), INT64_MAX);
  EXPECT_EQ(large("1b0000000000000001"), 1) << "longer than needed is well-formed";
  EXPECT_EQ(large("20"), -1);
  EXPECT_EQ(large("3863"), -100);
  EXPECT_EQ(large("3b7fffffffffffffff"), INT64_MIN);
}

TEST(cbor_reader, refuses_integers_that_do_not_fit) {
  for (const char* const hex : {"1a80000000", "3a80000000", "1b0000000100000000"}) {
    EXPECT_EQ(status_of("Small", hex), decode_status::out_of_range) << hex;
  }
  EXPECT_EQ(member("Small", "1a7fffffff").into[every::small].integer(), INT32_MAX);
  EXPECT_EQ(member("Small", "3a7fffffff").into[every::small].integer(), INT32_MIN);
  EXPECT_EQ(status_of("Large", "1b8000000000000000"), decode_status::out_of_range);
  EXPECT_EQ(status_of("Large", "3bffffffffffffffff"), decode_status::out_of_range);
}

TEST(cbor_reader, reads_floats_of_every_width) {
  EXPECT_EQ(real("f90000"), 0.0);
  EXPECT_EQ(real("f93c00"), 1.0);
  EXPECT_EQ(real("f93e00"), 1.5);
  EXPECT_EQ(real("f97bff"), 65504.0);
  EXPECT_EQ(real("f90001"), 5.960464477539063e-8);
  EXPECT_EQ(real("f90400"), 0.00006103515625);
  EXPECT_EQ(real("f9c400"), -4.0);
  EXPECT_EQ(real("fa47c35000"), 100000.0);
  EXPECT_EQ(real("fa7f7fffff"), 3.4028234663852886e+38);
  EXPECT_EQ(real("fb3ff199999999999a"), 1.1);
  EXPECT_EQ(real("fbc010666666666666"), -4.1);
  EXPECT_EQ(real("1818"), 24.0) << "an integer is a number";
  EXPECT_EQ(real("3863"), -100.0);
  for (const char* const hex : {"f97c00", "f9fc00", "f97e00", "fa7f800000", "fb7ff8000000000000"}) {
    EXPECT_EQ(status_of("Real", hex), decode_status::out_of_range) << hex;
  }
}

TEST(cbor_reader, reads_timestamps_as_milliseconds) {
  EXPECT_EQ(member("Time", "c1 1b0000015d3ee01c1b").into[every::time].real(), 1499998460.955);
  EXPECT_EQ(member("Time", "1b0000015d3ee01c1b").into[every::time].real(), 1499998460.955);
  EXPECT_EQ(member("Time", "c1 fb40c3880000000000").into[every::time].real(), 10.0);
  EXPECT_EQ(member("Time", "c1 29").into[every::time].real(), -0.01);
  EXPECT_EQ(status_of("Time", "c0 00"), decode_status::wrong_type);
  EXPECT_EQ(status_of("Time", "c1 c1 00"), decode_status::wrong_type);
  EXPECT_EQ(status_of("Time", "c1 6130"), decode_status::wrong_type);
  EXPECT_EQ(status_of("Time", "c1"), decode_status::malformed);
}

TEST(cbor_reader, leaves_strings_of_one_piece_in_the_body) {
  for (const char* const hex : {"43 010203", "58 03 010203", "5b 0000000000000003 010203"}) {
    const reading r = member("Bytes", hex);
    ASSERT_TRUE(r.result);
    const std::string_view bytes = r.into[every::bytes].text();
    EXPECT_EQ(bytes, "\x01\x02\x03");
    EXPECT_EQ(bytes.data() + bytes.size(), r.body.data() + r.body.size());
  }
}

TEST(cbor_reader, joins_strings_of_several_pieces) {
  EXPECT_EQ(member("Bytes", "5f 42 0102 40 43 030405 ff").into[every::bytes].text(),
            "\x01\x02\x03\x04\x05");
  EXPECT_EQ(member("Text", "7f 65 7374726561 64 6d696e67 ff").into[every::text].text(),
            "streaming");
  EXPECT_TRUE(member("Text", "7f ff").into[every::text].present());
  EXPECT_EQ(status_of("Text", "7f 42 0102 ff"), decode_status::malformed) << "another kind";
  EXPECT_EQ(status_of("Text", "7f 7f 6161 ff ff"), decode_status::malformed) << "nested";
  EXPECT_EQ(status_of("Text", "7f 6161"), decode_status::malformed) << "no end";
  EXPECT_EQ(status_of("Text", "7f 61 c3 61 a9 ff"), decode_status::invalid_utf8)
      << "a character in two pieces";
}

TEST(cbor_reader, takes_text_for_text_and_bytes_for_bytes) {
  EXPECT_EQ(member("Text", "64 f0908591").into[every::text].text(), "\xf0\x90\x85\x91");
  EXPECT_EQ(status_of("Text", "61 ff"), decode_status::invalid_utf8);
  EXPECT_EQ(member("Text", "41 61").result.found, "BINARY_VALUE");
  EXPECT_EQ(member("Bytes", "61 61").result.found, "STRING_VALUE");
  EXPECT_EQ(member("Truth", "f5").into[every::truth].boolean(), true);
  EXPECT_EQ(member("Truth", "f4").into[every::truth].boolean(true), false);
}

TEST(cbor_reader, finds_what_is_not_utf8_at_every_place_of_a_text_of_any_length) {
  const auto read = [](const std::string& content) {
    const char head[] = {'\x78', static_cast<char>(content.size())};
    return reading(bytes_of("a1") + text("Text") + std::string(head, 2) + content);
  };
  for (std::size_t length = 1; length <= 80; ++length) {
    const std::string plain(length, 'a');
    EXPECT_EQ(read(plain).into[every::text].text(), plain);
    for (std::size_t place = 0; place < length; ++place) {
      std::string wrong = plain;
      wrong[place] = '\x80';  // goes on with a character that has not begun
      EXPECT_EQ(read(wrong).result.status, decode_status::invalid_utf8)
          << place << " of " << length;
      if (place + 1 == length) continue;
      std::string accented = plain;
      accented[place] = '\xc3';
      accented[place + 1] = '\xa9';
      EXPECT_EQ(read(accented).into[every::text].text(), accented) << place << " of " << length;
    }
  }
}

TEST(cbor_reader, tells_what_it_found_instead) {
  struct {
    const char* hex;
    const char* found;
  } cases[] = {{"00", "NUMBER_VALUE"},  {"20", "NUMBER_VALUE"},       {"40", "BINARY_VALUE"},
               {"80", "START_ARRAY"},   {"a0", "START_OBJECT"},       {"f5", "TRUE_VALUE"},
               {"f4", "FALSE_VALUE"},   {"f9 3c00", "DECIMAL_VALUE"}, {"c1 00", "TAG"},
               {"9fff", "START_ARRAY"}, {"bfff", "START_OBJECT"}};
  for (const auto& c : cases) {
    const reading r = member("Text", c.hex);
    EXPECT_EQ(r.result.status, decode_status::wrong_type) << c.hex;
    EXPECT_EQ(r.result.found, c.found) << c.hex;
    EXPECT_EQ(r.result.member, "Text");
    EXPECT_EQ(r.result.offset, 6u);
  }
  EXPECT_EQ(member("Inner", "80").result.expected, shape_kind::structure);
  EXPECT_EQ(status_of("List", "a0"), decode_status::wrong_type);
  EXPECT_EQ(status_of("Map", "80"), decode_status::wrong_type);
  EXPECT_EQ(status_of("Small", "f9 3c00"), decode_status::wrong_type);
  EXPECT_EQ(status_of("Truth", "00"), decode_status::wrong_type);
  EXPECT_EQ(reading(bytes_of("80")).result.status, decode_status::wrong_type);
  EXPECT_EQ(reading(bytes_of("a1 01 02")).result.status, decode_status::wrong_type) << "a key";
}

TEST(cbor_reader, reads_lists_and_maps_of_both_lengths) {
  const std::string thing = bytes_of("a1") + text("Text") + text("t");
  for (const auto& [begin, end] : {std::pair{"82", ""}, {"9f", "ff"}, {"9a00000002", ""}}) {
    const reading r(bytes_of("bf") + text("List") + bytes_of(begin) + thing + thing +
                    bytes_of(end) + bytes_of("ff"));
    ASSERT_TRUE(r.result);
    ASSERT_EQ(r.into[every::list].elements().size(), 2u);
    EXPECT_EQ(r.into[every::list].elements()[1][every::text].text(), "t");
  }
  const reading r(bytes_of("a1") + text("Map") + bytes_of("a3") + text("a") + thing + text("b") +
                  bytes_of("f6") + text("c") + thing);
  ASSERT_TRUE(r.result);
  ASSERT_EQ(r.into[every::map].entries().size(), 2u) << "null is none";
  EXPECT_EQ(r.into[every::map].entries()[1].key, "c");
}

TEST(cbor_reader, takes_null_and_undefined_for_absent) {
  for (const char* const hex : {"f6", "f7"}) {
    const reading r = member("Text", hex);
    ASSERT_TRUE(r.result);
    EXPECT_FALSE(r.into[every::text].present());
    ASSERT_NE(r.into.missing(), nullptr);
    EXPECT_EQ(r.into.missing()->name(), "Text");
  }
}

TEST(cbor_reader, takes_an_empty_body_for_an_empty_structure) {
  for (const char* const hex : {"", "a0", "bfff", "d9d9f7 a0"}) {
    const reading r(bytes_of(hex));
    EXPECT_TRUE(r.result) << hex;
    EXPECT_EQ(r.into.missing()->name(), "Text");
  }
}

TEST(cbor_reader, ignores_unknown_members_but_checks_them) {
  for (const char* const hex :
       {"00", "f6", "f0", "f8 ff", "f9 7e00", "c2 49 010000000000000000", "d8 20 63 612e62",
        "83 01 82 02 03 9f 04 05 ff", "bf 61 61 01 02 80 ff", "5f 41 00 ff", "c1 c1 c1 a1 01 02",
        "1bffffffffffffffff", "a1 80 a0"}) {
    const reading r(bytes_of("a2") + text("x") + bytes_of(hex) + text("Text") + text("t"));
    ASSERT_TRUE(r.result) << hex;
    EXPECT_EQ(r.into[every::text].text(), "t");
  }
  for (const char* const hex : {"ff", "1c", "fc", "f8 00", "f8 1f", "1f", "3f", "df", "82 01",
                                "9f 01", "bf 01 ff", "a1 01", "c1", "43 0102", "5f 01 ff"}) {
    EXPECT_EQ(status_of("x", hex), decode_status::malformed) << hex;
  }
  EXPECT_EQ(status_of("x", "61 ff"), decode_status::invalid_utf8);
}

TEST(cbor_reader, refuses_what_is_cut_or_longer) {
  const std::string whole = bytes_of("bf") + text("Text") + text("hello") + text("Bytes") +
                            bytes_of("43 010203") + text("List") + bytes_of("81 a0") +
                            text("Time") + bytes_of("c1 1b0000015d3ee01c1b ff");
  EXPECT_TRUE(reading(whole).result);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const reading r(whole.substr(0, size));
    EXPECT_EQ(r.result.status, decode_status::malformed) << size;
    EXPECT_LE(r.result.offset, size);
  }
  EXPECT_EQ(reading(whole + '\0').result.status, decode_status::malformed);
}

TEST(cbor_reader, believes_no_length_before_it_has_come) {
  for (const char* const hex :
       {"5b ffffffffffffffff 00", "7b 7fffffffffffffff 61", "5a ffffffff 00"}) {
    EXPECT_EQ(status_of("x", hex), decode_status::malformed) << hex;
  }
  EXPECT_EQ(status_of("x", "9b ffffffffffffffff 00"), decode_status::malformed);
  EXPECT_EQ(status_of("List", "9b ffffffffffffffff a0"), decode_status::malformed);
  EXPECT_EQ(status_of("Map", "bb ffffffffffffffff 61 61 a0"), decode_status::malformed);
}

TEST(cbor_reader, refuses_duplicates) {
  const std::string twice = text("Text") + text("a") + text("Text") + text("b");
  EXPECT_EQ(reading(bytes_of("a2") + twice).result.status, decode_status::duplicate);
  EXPECT_EQ(status_of("Map", "a2 61 61 a0 61 61 a0"), decode_status::duplicate);
  EXPECT_TRUE(member("x", "a2 61 61 a0 61 61 a0").result) << "of what it does not know";
}

TEST(cbor_reader, limits_depth_and_counts) {
  const auto nested = [](std::string_view open, std::string_view close, unsigned levels) {
    std::string bytes = bytes_of("a1") + text("x");
    for (unsigned i = 0; i < levels; ++i) bytes += bytes_of(open);
    bytes += bytes_of("00");
    for (unsigned i = 0; i < levels; ++i) bytes += bytes_of(close);
    return reading(bytes).result.status;
  };
  EXPECT_EQ(nested("81", "", depth_max - 1), decode_status::ok);
  EXPECT_EQ(nested("81", "", depth_max), decode_status::too_deep);
  EXPECT_EQ(nested("bf 00", "ff", 100'000), decode_status::too_deep);
  EXPECT_EQ(nested("c1", "", 100'000), decode_status::ok) << "tags are no depth";

  std::string inner = bytes_of("a1") + text("Inner");
  std::string deep;
  for (unsigned i = 0; i < depth_max; ++i) deep += inner;
  EXPECT_EQ(reading(deep + bytes_of("a0")).result.status, decode_status::too_deep);

  const std::string many(list_elements_max, '\xa0');
  EXPECT_TRUE(
      reading(bytes_of("a1") + text("List") + bytes_of("9f") + many + bytes_of("ff")).result);
  EXPECT_EQ(reading(bytes_of("a1") + text("List") + bytes_of("9f a0") + many + bytes_of("ff"))
                .result.status,
            decode_status::too_many);
}

}  // namespace
}  // namespace millrace::aws
