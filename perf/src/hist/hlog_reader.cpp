// Every length is checked before it is believed: a log may come from anywhere.

#include "hist/hlog_reader.hpp"

#include <zlib.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace millrace::perf {

namespace {

constexpr std::uint32_t cookie_plain = 0x1c849313;
constexpr std::uint32_t cookie_compressed = 0x1c849314;
constexpr std::size_t outer_header_bytes = 8;
constexpr std::size_t header_bytes = 40;
constexpr std::size_t plain_bytes_max = header_bytes + 9 * histogram::bucket_count;

[[noreturn]] void refuse(const std::string& why) { throw std::runtime_error("histogram: " + why); }

int digit_of(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::string from_base64(const std::string& text) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text.substr(0, text.find('='))) {
    const int digit = digit_of(c);
    if (digit < 0) refuse("not base64");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
  return out;
}

/// A big-endian number of `size` bytes at `at`; the caller has checked that they are there.
std::uint64_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

std::string inflate(const std::string& packed) {
  if (packed.size() < outer_header_bytes) refuse("too short");
  if (number_at(packed, 0, 4) != cookie_compressed) refuse("not a compressed V2 payload");
  if (number_at(packed, 4, 4) != packed.size() - outer_header_bytes) refuse("its length is wrong");
  std::string plain(plain_bytes_max, '\0');
  uLongf size = plain.size();
  const int status = uncompress(reinterpret_cast<Bytef*>(plain.data()), &size,
                                reinterpret_cast<const Bytef*>(packed.data() + outer_header_bytes),
                                static_cast<uLong>(packed.size() - outer_header_bytes));
  if (status != Z_OK) refuse("does not inflate to one of our size");
  plain.resize(size);
  return plain;
}

std::int64_t next_zigzag(const std::string& bytes, std::size_t& at) {
  std::uint64_t bits = 0;
  for (unsigned byte = 0;; ++byte) {
    if (at >= bytes.size()) refuse("ends within a count");
    const auto part = static_cast<unsigned char>(bytes[at++]);
    if (byte == 8) {
      bits |= std::uint64_t{part} << 56;
      break;
    }
    bits |= std::uint64_t{part & 0x7fu} << (7 * byte);
    if ((part & 0x80) == 0) break;
  }
  return static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
}

void check_header(const std::string& plain) {
  if (plain.size() < header_bytes) refuse("too short");
  if (number_at(plain, 0, 4) != cookie_plain) refuse("not a V2 encoding");
  if (number_at(plain, 4, 4) != plain.size() - header_bytes) refuse("its length is wrong");
  if (number_at(plain, 8, 4) != 0 || number_at(plain, 12, 4) != 2 || number_at(plain, 16, 8) != 1 ||
      number_at(plain, 24, 8) != histogram::value_max) {
    refuse("its buckets are not those of two digits from 1 to 2^42-1");
  }
}

}  // namespace

histogram decode_hdr_v2(const std::string& base64) {
  const std::string plain = inflate(from_base64(base64));
  check_header(plain);
  histogram values;
  std::size_t index = 0;
  for (std::size_t at = header_bytes; at < plain.size();) {
    const std::int64_t count = next_zigzag(plain, at);
    const std::uint64_t room = histogram::bucket_count - index;
    if (count < 0) {
      if (static_cast<std::uint64_t>(-(count + 1)) >= room) refuse("more buckets than ours");
      index += static_cast<std::size_t>(-count);
      continue;
    }
    if (room == 0) refuse("more buckets than ours");
    values.record_bucket(index++, static_cast<std::uint64_t>(count));
  }
  return values;
}

std::vector<hlog_interval> parse_hlog(const std::string& text) {
  std::vector<hlog_interval> intervals;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty() || line[0] == '#' || line[0] == '"') continue;
    try {
      hlog_interval made;
      if (line.starts_with("Tag=")) {
        const std::size_t end = line.find(',');
        if (end == std::string::npos) refuse("a tag and nothing else");
        made.tag = line.substr(4, end - 4);
        line.erase(0, end + 1);
      }
      std::istringstream cells(line);
      std::string offset, length, greatest, payload;
      std::getline(cells, offset, ',');
      std::getline(cells, length, ',');
      std::getline(cells, greatest, ',');
      if (!std::getline(cells, payload)) refuse("a line has four cells");
      made.offset_s = std::atof(offset.c_str());
      made.length_s = std::atof(length.c_str());
      made.values = decode_hdr_v2(payload);
      intervals.push_back(std::move(made));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("line " + std::to_string(number) + ": " + error.what());
    }
  }
  return intervals;
}

}  // namespace millrace::perf
