#include "workload/payload.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "stats/samples.hpp"
#include "workload/workload.hpp"

namespace millrace::perf {

namespace {

constexpr std::string_view letters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
constexpr std::uint8_t no_letter = 64;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_letter);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    values[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto letter_values = make_values();

constexpr std::size_t sequence_at = 0, intended_at = 8, key_at = 16, mark_at = 20;

void put(char* to, std::size_t count, std::uint64_t value) noexcept {
  for (std::size_t i = count; i-- > 0; value >>= 6) to[i] = letters[value & 63];
}

/// UINT64_MAX when a letter is none of ours.
std::uint64_t get(const char* from, std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t digit = letter_values[static_cast<unsigned char>(from[i])];
    if (digit == no_letter) return UINT64_MAX;
    value = value << 6 | digit;
  }
  return value;
}

std::string read_payload(const std::string& path, std::uint64_t bytes, bool text_only) {
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw std::runtime_error("payloadFile: cannot read " + path);
  if (content.size() != bytes) {
    throw std::runtime_error("payloadFile: " + path + " has " + std::to_string(content.size()) +
                             " bytes, messageSize says " + std::to_string(bytes));
  }
  for (const char c : content) {
    if (text_only && (c < ' ' || c > '~' || c == '"' || c == '\\')) {
      throw std::runtime_error("payloadFile: " + path +
                               " has bytes that a queue's message would have to escape; use "
                               "--service stream, or a file of printable ASCII without \" and \\");
    }
  }
  return content;
}

}  // namespace

payload_pool::payload_pool(const bench_workload& plan, std::uint64_t seed, std::uint32_t mark)
    : mark_(mark & 0xffffff) {
  const std::uint64_t bytes = plan.size.largest();
  if (!plan.randomized_payloads) {
    if (!plan.payload_file.empty()) {
      fillers_.push_back(
          read_payload(plan.payload_file, bytes, plan.service != service_kind::stream));
      return;
    }
    std::string& constant = fillers_.emplace_back(bytes, ' ');
    for (std::size_t i = 0; i < bytes; ++i) constant[i] = letters[i % letters.size()];
    return;
  }
  if (plan.payload_pool_size * bytes > pool_bytes_max) {
    throw std::runtime_error("randomizedPayloadPoolSize: more than 1 GiB of payloads");
  }
  sample_generator random(seed);
  const auto random_bytes =
      static_cast<std::size_t>(plan.random_bytes_ratio * static_cast<double>(bytes));
  for (std::uint32_t i = 0; i < plan.payload_pool_size; ++i) {
    std::string& made = fillers_.emplace_back(bytes, 'x');
    for (std::size_t at = 0; at < random_bytes; ++at) made[at] = letters[random.next() & 63];
  }
}

void payload_pool::write(std::span<char> to, const message_head& head) const noexcept {
  put(to.data() + sequence_at, 8, head.sequence);
  put(to.data() + intended_at, 8, head.intended_ns);
  put(to.data() + key_at, 4, head.key);
  put(to.data() + mark_at, 4, mark_);
  std::memcpy(to.data() + header_bytes, filler(head.sequence).data() + header_bytes,
              to.size() - header_bytes);
}

std::optional<message_head> payload_pool::read(std::string_view body) const noexcept {
  if (body.size() < header_bytes || body.size() > fillers_.front().size()) return std::nullopt;
  if (get(body.data() + mark_at, 4) != mark_) return std::nullopt;
  const message_head head{.sequence = get(body.data() + sequence_at, 8),
                          .intended_ns = get(body.data() + intended_at, 8),
                          .key = static_cast<std::uint32_t>(get(body.data() + key_at, 4))};
  if (head.sequence == UINT64_MAX || head.intended_ns == UINT64_MAX || head.key == UINT32_MAX) {
    return std::nullopt;
  }
  return head;
}

bool payload_pool::is_intact(std::string_view body, std::uint64_t sequence) const noexcept {
  return body.substr(header_bytes) ==
         std::string_view(filler(sequence)).substr(header_bytes, body.size() - header_bytes);
}

}  // namespace millrace::perf
