// Entries into a batch and out of it, as lanes, the committer and recovery do it.
#include <array>
#include <vector>

#include "hot_path.hpp"
#include "journal/format.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t entries_of_a_batch = 64;
constexpr std::size_t body_bytes = 1024;
constexpr std::uint32_t salt = 0x1234567;

struct batch {
  batch() : body(body_bytes, std::byte{'x'}) {
    one.used = 48;
    one.extra = body;
    for (std::size_t i = 0; i < one.used; ++i) one.payload[i] = static_cast<std::byte>(i);
    memory.resize(entries_of_a_batch * journal::format::encoded_bytes(one) / sizeof(block));
  }
  std::byte* begin() noexcept { return memory.front().bytes.data(); }
  void encode() noexcept {
    std::byte* at = begin();
    for (std::uint32_t i = 0; i < entries_of_a_batch; ++i) {
      at += journal::format::encode(one, i, salt, at);
    }
    journal::format::sign(begin(), entries_of_a_batch, salt);
  }

  struct alignas(8) block {
    std::array<std::byte, 8> bytes;
  };
  std::vector<std::byte> body;
  journal::entry one;
  std::vector<block> memory;
};

void encode(std::size_t rounds) {
  batch into;
  for (std::size_t i = 0; i < rounds; ++i) {
    into.encode();
    keep(into.begin());
  }
}

void decode(std::size_t rounds) {
  batch from;
  from.encode();
  const std::size_t bytes = journal::format::encoded_bytes(from.one);
  for (std::size_t i = 0; i < rounds; ++i) {
    for (std::size_t k = 0; k < entries_of_a_batch; ++k) {
      const auto read = journal::format::decode_entry({from.begin() + k * bytes, bytes}, salt);
      expect(read.has_value() && read->index == k, "an entry cannot be read");
    }
  }
}

constexpr std::array paths = {
    hot_path{"journal.encode_64_entries", 300, encode},
    hot_path{"journal.decode_64_entries", 300, decode},
};

}  // namespace

std::span<const hot_path> journal_paths() { return paths; }

}  // namespace millrace::bench
