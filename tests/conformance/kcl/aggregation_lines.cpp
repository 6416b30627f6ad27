// Our side of the comparison with the Kinesis libraries: packs or unpacks aggregated records with
// <millrace/aggregation.hpp>, a line in, lines out. Called by test_producer_library.py.
//   unpack   in: key TAB data. Out, a line a user record: number of the line in TAB key TAB
//   explicit
//            hash or nothing TAB data
//   pack     in: key TAB explicit hash or nothing TAB data. Out: key TAB hash TAB data
// Data is in hexadecimal, hashes in decimal.
#include <array>
#include <charconv>
#include <iostream>
#include <millrace/aggregation.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using millrace::bytes_view;

[[noreturn]] void refuse(std::string_view why) {
  std::cerr << "aggregation_lines: " << why << '\n';
  std::exit(2);
}

std::vector<std::byte> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) refuse("half a byte");
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 2);
  for (; !text.empty(); text.remove_prefix(2)) {
    unsigned value = 0;
    const char* end = text.data() + 2;
    if (std::from_chars(text.data(), end, value, 16).ptr != end) refuse("not hexadecimal");
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

std::string to_hex(bytes_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    text += digits[std::to_integer<unsigned>(b) >> 4];
    text += digits[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

template <std::size_t N>
std::array<std::string_view, N> split(std::string_view line) {
  std::array<std::string_view, N> parts;
  for (std::size_t i = 0; i + 1 < N; ++i) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) refuse("too few parts in a line");
    parts[i] = line.substr(0, tab);
    line.remove_prefix(tab + 1);
  }
  parts[N - 1] = line;
  return parts;
}

void unpack_line(std::size_t number, std::string_view line) {
  const auto [key, hex] = split<2>(line);
  const std::vector<std::byte> data = from_hex(hex);
  std::vector<millrace::user_record> records;
  if (!millrace::disaggregate(data, records)) records.push_back({data, key});
  for (const millrace::user_record& r : records) {
    std::cout << number << '\t' << r.partition_key << '\t' << r.explicit_hash_key.value_or("")
              << '\t' << to_hex(r.data) << '\n';
  }
}

void print(const millrace::aggregated_record& pack) {
  std::cout << pack.partition_key << '\t' << millrace::to_text(pack.hash) << '\t'
            << to_hex(pack.data) << '\n';
}

void pack_line(millrace::record_aggregator& packer, std::string_view line) {
  const auto [key, hash_text, hex] = split<3>(line);
  const std::optional<millrace::hash_key> hash =
      hash_text.empty() ? std::nullopt : millrace::parse_hash_key(hash_text);
  if (!hash && !hash_text.empty()) refuse("not a hash key");
  const std::vector<std::byte> data = from_hex(hex);
  const millrace::hash_key* given = hash ? &*hash : nullptr;
  if (packer.add(key, data, given)) return;
  print(packer.take());
  if (!packer.add(key, data, given)) refuse("no room in an empty pack");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc == 2 ? argv[1] : "";
  if (verb != "unpack" && verb != "pack") refuse("say pack or unpack");
  std::ios::sync_with_stdio(false);
  millrace::record_aggregator packer;
  std::size_t number = 0;
  for (std::string line; std::getline(std::cin, line); ++number) {
    if (verb == "unpack") {
      unpack_line(number, line);
    } else {
      pack_line(packer, line);
    }
  }
  if (packer.size() > 0) print(packer.take());
  return 0;
}
