// The V2 encoding: a header of big-endian fields, then the counts up to the largest value in zigzag
// LEB128 of at most nine bytes, a run of n empty buckets written as -n.

#include "hist/hlog.hpp"

#include <zlib.h>

#include <array>
#include <bit>
#include <cstdio>
#include <ctime>
#include <stdexcept>

namespace millrace::perf {

namespace {

constexpr std::uint32_t cookie_plain = 0x1c849313;
constexpr std::uint32_t cookie_compressed = 0x1c849314;
constexpr std::uint32_t significant_digits = 2;

template <class Integer>
void put_big_endian(std::string& out, Integer value) {
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xff);
  }
}

void put_zigzag(std::string& out, std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (int byte = 0; byte < 8; ++byte) {
    if (bits < 0x80) {
      out += static_cast<char>(bits);
      return;
    }
    out += static_cast<char>((bits & 0x7f) | 0x80);
    bits >>= 7;
  }
  out += static_cast<char>(bits);  // the ninth byte holds eight bits
}

std::string counts_payload(const histogram& values) {
  std::string out;
  const auto& counts = values.counts();
  const std::size_t end = values.count() == 0 ? 0 : histogram::index_of(values.max()) + 1;
  for (std::size_t i = 0; i < end;) {
    if (counts[i] != 0) {
      put_zigzag(out, static_cast<std::int64_t>(counts[i++]));
      continue;
    }
    const std::size_t first = i;
    while (i < end && counts[i] == 0) ++i;
    put_zigzag(out, -static_cast<std::int64_t>(i - first));
  }
  return out;
}

std::string encode_plain(const histogram& values) {
  const std::string counts = counts_payload(values);
  std::string out;
  put_big_endian(out, cookie_plain);
  put_big_endian(out, static_cast<std::uint32_t>(counts.size()));
  put_big_endian(out, std::uint32_t{0});  // normalising offset
  put_big_endian(out, significant_digits);
  put_big_endian(out, std::uint64_t{1});  // lowest discernible value
  put_big_endian(out, histogram::value_max);
  put_big_endian(out, std::bit_cast<std::uint64_t>(1.0));  // integer to double ratio
  return out + counts;
}

std::string base64(const std::string& bytes) {
  static constexpr char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= have ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

}  // namespace

std::string encode_hdr_v2(const histogram& values) {
  const std::string plain = encode_plain(values);
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                               reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 6);
  if (status != Z_OK) throw std::runtime_error("zlib cannot compress a histogram");
  std::string out;
  put_big_endian(out, cookie_compressed);
  put_big_endian(out, static_cast<std::uint32_t>(size));
  return base64(out + packed.substr(0, size));
}

hlog_writer::hlog_writer(double start_s) {
  const auto seconds = static_cast<std::time_t>(start_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> when{};
  std::strftime(when.data(), when.size(), "%a %b %d %H:%M:%S UTC %Y", &parts);
  std::array<char, 200> header{};
  std::snprintf(
      header.data(), header.size(),
      "#[Histogram log format version 1.3]\n#[StartTime: %.3f (seconds since epoch), %s]\n",
      start_s, when.data());
  text_ = header.data();
  text_ +=
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
}

void hlog_writer::add(double offset_s, double length_s, const histogram& values,
                      const std::string& tag) {
  if (!tag.empty()) {
    text_ += "Tag=";
    for (const char c : tag) text_ += c == ',' || c == ' ' || c == '\n' || c == '\r' ? '_' : c;
    text_ += ',';
  }
  std::array<char, 96> numbers{};
  const double max_ms = static_cast<double>(values.max()) / 1e6;
  std::snprintf(numbers.data(), numbers.size(), "%.3f,%.3f,%.3f,", offset_s, length_s, max_ms);
  text_ += numbers.data() + encode_hdr_v2(values) + "\n";
}

}  // namespace millrace::perf
