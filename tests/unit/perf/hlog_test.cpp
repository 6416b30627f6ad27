// The encoding against a vector made by another implementation (npm hdr-histogram-js 3.0.1: lowest
// 1, highest 2^42-1, two digits, 64-bit buckets), compared after inflating, and the log's lines.

#include "hist/hlog.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>
#include <string>

namespace millrace::perf {
namespace {

std::string from_base64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0, have = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(digits.find(c));
    have += 6;
    if (have >= 8) out += static_cast<char>(bits >> (have -= 8) & 0xff);
  }
  return out;
}

/// The plain V2 encoding inside a compressed one; checks the outer header.
std::string inflate_payload(const std::string& base64) {
  const std::string packed = from_base64(base64);
  EXPECT_EQ(packed.substr(0, 4), std::string("\x1c\x84\x93\x14", 4));
  EXPECT_EQ(static_cast<std::size_t>(static_cast<unsigned char>(packed[7])) +
                256u * static_cast<unsigned char>(packed[6]),
            packed.size() - 8);
  std::string plain(1 << 20, '\0');
  uLongf size = plain.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(plain.data()), &size,
                       reinterpret_cast<const Bytef*>(packed.data() + 8), packed.size() - 8),
            Z_OK);
  plain.resize(size);
  return plain;
}

TEST(hlog, payload_equals_that_of_another_implementation) {
  auto values = std::make_unique<histogram>();
  struct entry {
    std::uint64_t value;
    int times;
  };
  for (const entry& e : {entry{0, 1},
                         {1, 2},
                         {127, 3},
                         {128, 1},
                         {255, 1},
                         {256, 4},
                         {1000, 70},
                         {123456, 300},
                         {99999999, 1},
                         {3600000000000, 2}}) {
    for (int i = 0; i < e.times; ++i) values->record(e.value);
  }
  const std::string theirs =
      "HISTFAAAADx4nJNpmSzMwMAgwcDAwMjAwMDEAAGMDAzM/"
      "0EAxmdi+cnIxvSbkYnjI3MP42veGyzThZkWy7EAAFhdDTY=";
  // That library writes 1 as normalising offset and an integer as ratio and reads neither; the
  // original format has 0 and the double 1.0 there. All else must be equal.
  const std::string ours = inflate_payload(encode_hdr_v2(*values));
  const std::string other = inflate_payload(theirs);
  EXPECT_EQ(ours.substr(0, 8), other.substr(0, 8));
  EXPECT_EQ(ours.substr(8, 4), std::string(4, '\0'));
  EXPECT_EQ(ours.substr(12, 20), other.substr(12, 20));
  EXPECT_EQ(ours.substr(32, 8), std::string("\x3f\xf0\0\0\0\0\0\0", 8));
  EXPECT_EQ(ours.substr(40), other.substr(40));
}

TEST(hlog, an_empty_histogram_is_a_header_without_counts) {
  const std::string plain = inflate_payload(encode_hdr_v2(histogram()));
  EXPECT_EQ(plain.size(), 40u);
  EXPECT_EQ(plain.substr(4, 4), std::string(4, '\0'));
}

TEST(hlog, a_log_has_its_header_and_one_line_an_interval) {
  histogram values;
  values.record(2'500'000);
  hlog_writer log(1'700'000'000.25);
  log.add(1, 0.5, values, "send, 64");
  log.add(1.5, 0.5, values, "");
  const std::string& text = log.text();
  EXPECT_EQ(text.find("#[Histogram log format version 1.3]\n"), 0u);
  EXPECT_NE(text.find("#[StartTime: 1700000000.250 (seconds since epoch), Tue Nov 14 22:13:20 UTC "
                      "2023]\n"),
            std::string::npos);
  EXPECT_NE(text.find("\nTag=send__64,1.000,0.500,2.500,HIST"), std::string::npos);
  EXPECT_NE(text.find("\n1.500,0.500,2.500,HIST"), std::string::npos);
}

}  // namespace
}  // namespace millrace::perf
