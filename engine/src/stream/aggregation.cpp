// The protobuf message inside: 1 and 2 are tables of partition keys and explicit hash keys, 3 the
// records: index of the key, index of the hash key if any, data.
#include <millrace/aggregation.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <millrace/md5.hpp>

#include "base/assert.hpp"

namespace millrace {
inline namespace v1 {
namespace {

constexpr std::array<std::uint8_t, 4> magic{0xf3, 0x89, 0x9a, 0xc2};
constexpr std::size_t digest_bytes = sizeof(md5_digest);

constexpr unsigned key_table = 1;
constexpr unsigned hash_table = 2;
constexpr unsigned record_field = 3;
constexpr unsigned key_index = 1;
constexpr unsigned hash_index = 2;
constexpr unsigned data_field = 3;

enum wire_type : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

void put_varint(std::string& to, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) to += static_cast<char>(n | 0x80);
  to += static_cast<char>(n);
}
void put_number(std::string& to, unsigned field, std::uint64_t n) {
  put_varint(to, field << 3 | varint);
  put_varint(to, n);
}
void put_bytes(std::string& to, unsigned field, std::string_view text) {
  put_varint(to, field << 3 | bytes);
  put_varint(to, text.size());
  to += text;
}

/// Fields of a message, one after the other. Not good any more: it is none.
class fields {
 public:
  explicit fields(std::string_view message) : left_(message) {}
  bool next() noexcept {
    if (left_.empty() || !good_) return false;
    const std::uint64_t key = take_varint();
    number = static_cast<unsigned>(key >> 3);
    switch (key & 7) {
      case varint: value = take_varint(); break;
      case fixed64: text = take(8); break;
      case bytes: text = take(take_varint()); break;
      case fixed32: text = take(4); break;
      default: good_ = false;
    }
    return good_;
  }
  [[nodiscard]] bool good() const noexcept { return good_; }

  unsigned number = 0;
  std::uint64_t value = 0;
  std::string_view text;

 private:
  std::uint64_t take_varint() noexcept {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) break;
      const auto byte = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      out |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return out;
    }
    good_ = false;
    return 0;
  }
  std::string_view take(std::uint64_t count) noexcept {
    if (count > left_.size()) {
      good_ = false;
      return {};
    }
    const std::string_view out = left_.substr(0, count);
    left_.remove_prefix(count);
    return out;
  }

  std::string_view left_;
  bool good_ = true;
};

struct tables {
  std::vector<std::string_view> keys;
  std::vector<std::string_view> hashes;
};

bool read_record(std::string_view message, const tables& in, user_record& out) {
  std::optional<std::uint64_t> key;
  std::optional<std::uint64_t> hash;
  fields f(message);
  while (f.next()) {
    if (f.number == key_index) key = f.value;
    if (f.number == hash_index) hash = f.value;
    if (f.number == data_field) out.data = as_bytes(f.text);
  }
  if (!f.good() || !key || *key >= in.keys.size() || (hash && *hash >= in.hashes.size())) {
    return false;
  }
  out.partition_key = in.keys[*key];
  if (hash) out.explicit_hash_key = in.hashes[*hash];
  return true;
}

/// The message between magic and digest; empty: it is none.
std::string_view message_of(bytes_view data) noexcept {
  const std::string_view text = as_text(data);
  if (text.size() < magic.size() + digest_bytes) return {};
  if (std::memcmp(text.data(), magic.data(), magic.size()) != 0) return {};
  const std::string_view message =
      text.substr(magic.size(), text.size() - magic.size() - digest_bytes);
  const md5_digest hashed = md5(message);
  const bool good = std::memcmp(hashed.data(), message.data() + message.size(), digest_bytes) == 0;
  return good ? message : std::string_view();
}

}  // namespace

bool disaggregate(bytes_view data, std::vector<user_record>& out) {
  out.clear();
  const std::string_view message = message_of(data);
  if (message.empty()) return false;
  tables found;
  std::vector<std::string_view> records;
  fields f(message);
  while (f.next()) {
    if (f.number == key_table) found.keys.push_back(f.text);
    if (f.number == hash_table) found.hashes.push_back(f.text);
    if (f.number == record_field) records.push_back(f.text);
  }
  bool good = f.good();
  for (const std::string_view record : records) {
    good = good && read_record(record, found, out.emplace_back());
  }
  if (!good) out.clear();
  return good;
}

std::uint64_t record_aggregator::place_in(table& t, unsigned field, std::string_view text) {
  const auto known = t.index.find(text);
  if (known != t.index.end()) return known->second;
  const std::uint64_t place = t.index.size();
  t.index.emplace(text, place);
  put_bytes(t.encoded, field, text);
  return place;
}

std::size_t record_aggregator::bytes() const noexcept {
  return magic.size() + keys_.encoded.size() + hashes_.encoded.size() + records_.size() +
         digest_bytes;
}

bool record_aggregator::add(std::string_view partition_key, bytes_view data,
                            const hash_key* explicit_hash) {
  constexpr std::size_t longest_hash = 39;
  constexpr std::size_t around = 32;  // tags, lengths and indexes
  const std::size_t more = partition_key.size() + data.size() + longest_hash + around;
  if (count_ != 0 && bytes() + more > bytes_max_) return false;
  std::string record;
  put_number(record, key_index, place_in(keys_, key_table, partition_key));
  if (explicit_hash != nullptr) {
    put_number(record, hash_index, place_in(hashes_, hash_table, to_text(*explicit_hash)));
  }
  put_bytes(record, data_field, as_text(data));
  put_bytes(records_, record_field, record);
  if (count_++ == 0) {
    first_key_ = partition_key;
    first_hash_ = explicit_hash != nullptr ? *explicit_hash : hash_of(partition_key);
    first_data_.assign(data.begin(), data.end());
  }
  return true;
}

aggregated_record record_aggregator::take() {
  MR_ASSERT(count_ != 0);
  aggregated_record out;
  out.user_records = count_;
  out.hash = first_hash_;
  if (count_ == 1) {
    out.partition_key = std::move(first_key_);
    out.data = std::move(first_data_);
  } else {
    const std::string message = keys_.encoded + hashes_.encoded + records_;
    const md5_digest hashed = md5(message);
    out.partition_key = "a";
    const auto append = [&](const void* from, std::size_t count) {
      const auto* p = static_cast<const std::byte*>(from);
      out.data.insert(out.data.end(), p, p + count);
    };
    append(magic.data(), magic.size());
    append(message.data(), message.size());
    append(hashed.data(), hashed.size());
  }
  *this = record_aggregator(bytes_max_);
  return out;
}

}  // namespace v1
}  // namespace millrace
