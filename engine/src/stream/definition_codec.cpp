#include "stream/definition_codec.hpp"

#include <charconv>
#include <cstring>

namespace millrace::stream {
namespace {

constexpr std::uint32_t no_parent = UINT32_MAX;

constexpr std::string_view retention = "RetentionPeriodHours";
constexpr std::string_view record_size = "MaxRecordSizeInKiB";
constexpr std::string_view warm = "WarmThroughputMiBps";
constexpr std::string_view mode = "StreamMode";
constexpr std::string_view level = "millrace:durability";
constexpr std::string_view metrics = "ShardLevelMetrics";
constexpr std::string_view key_id = "KeyId";

class writer {
 public:
  template <class Number>
  void number(Number n) {
    const auto* p = reinterpret_cast<const std::byte*>(&n);
    out_.insert(out_.end(), p, p + sizeof n);
  }
  void text(std::string_view t) {
    number(static_cast<std::uint32_t>(t.size()));
    const bytes_view bytes = as_bytes(t);
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void setting(std::string_view key, std::uint64_t value) {
    text(key);
    text(std::to_string(value));
  }
  std::vector<std::byte> take() { return std::move(out_); }

 private:
  std::vector<std::byte> out_;
};

class reader {
 public:
  explicit reader(bytes_view from) : left_(from) {}
  template <class Number>
  Number number() {
    Number n{};
    if (left_.size() < sizeof n) {
      good_ = false;
      return n;
    }
    std::memcpy(&n, left_.data(), sizeof n);
    left_ = left_.subspan(sizeof n);
    return n;
  }
  std::string_view text() {
    const auto length = number<std::uint32_t>();
    if (!good_ || left_.size() < length) {
      good_ = false;
      return {};
    }
    const std::string_view t = as_text(left_.first(length));
    left_ = left_.subspan(length);
    return t;
  }
  /// Calls one() as often as a count says that stands here.
  template <class One>
  void each(One&& one) {
    for (auto n = number<std::uint32_t>(); n != 0 && good_; --n) one();
  }
  void fail() noexcept { good_ = false; }
  [[nodiscard]] bool done() const noexcept { return good_ && left_.empty(); }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  bytes_view left_;
  bool good_ = true;
};

void put(writer& to, const stream_settings& s) {
  to.number(static_cast<std::uint32_t>(7 + s.stored.size()));
  to.setting(retention, s.retention_hours);
  to.setting(record_size, s.record_kib_max);
  to.setting(warm, s.warm_throughput_mibps);
  to.setting(mode, static_cast<std::uint64_t>(s.mode));
  to.setting(level, static_cast<std::uint64_t>(s.level));
  to.setting(metrics, s.metrics);
  to.text(key_id);
  to.text(s.encryption_key);
  for (const auto& [key, value] : s.stored) {
    to.text(key);
    to.text(value);
  }
}

template <class Number>
bool assign(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

template <class Enum>
bool assign_enum(std::string_view text, Enum highest, Enum& out) {
  unsigned value = 0;
  if (!assign(text, value) || value > static_cast<unsigned>(highest)) return false;
  out = static_cast<Enum>(value);
  return true;
}

bool assign(stream_settings& s, std::string_view key, std::string_view value) {
  if (key == retention) return assign(value, s.retention_hours);
  if (key == record_size) return assign(value, s.record_kib_max);
  if (key == warm) return assign(value, s.warm_throughput_mibps);
  if (key == mode) return assign_enum(value, stream_mode::on_demand, s.mode);
  if (key == level) return assign_enum(value, durability::replicated, s.level);
  if (key == metrics) return assign(value, s.metrics);
  if (key == key_id) {
    s.encryption_key = value;
  } else {
    s.stored.emplace_back(key, value);
  }
  return true;
}

void put(writer& to, const shard_definition& s) {
  to.number(s.number);
  to.number(s.parent.value_or(no_parent));
  to.number(s.adjacent_parent.value_or(no_parent));
  for (const hash_key& key : {s.first, s.last}) {
    to.number(key.high);
    to.number(key.low);
  }
  to.number(s.created_at_ms);
  to.number(s.created_s);
  to.number(s.closed_at_ms);
  to.number(s.next_index);
  to.number(s.trimmed_below);
}

std::optional<std::uint32_t> take_parent(reader& from) {
  const auto number = from.number<std::uint32_t>();
  return number == no_parent ? std::nullopt : std::optional(number);
}

shard_definition take_shard(reader& from) {
  shard_definition s;
  s.number = from.number<std::uint32_t>();
  s.parent = take_parent(from);
  s.adjacent_parent = take_parent(from);
  for (hash_key* key : {&s.first, &s.last}) {
    key->high = from.number<std::uint64_t>();
    key->low = from.number<std::uint64_t>();
  }
  s.created_at_ms = from.number<base::time_ms>();
  s.created_s = from.number<std::uint64_t>();
  s.closed_at_ms = from.number<base::time_ms>();
  s.next_index = from.number<std::uint64_t>();
  s.trimmed_below = from.number<std::uint64_t>();
  return s;
}

}  // namespace

std::vector<std::byte> encode(const definition& d) {
  writer to;
  to.text(d.name);
  put(to, d.settings);
  to.number(d.created_at_ms);
  to.number(d.next_shard);
  to.number(static_cast<std::uint32_t>(d.shards.size()));
  for (const shard_definition& s : d.shards) put(to, s);
  to.number(static_cast<std::uint32_t>(d.consumers.size()));
  for (const consumer_description& c : d.consumers) {
    to.text(c.name);
    to.number(c.created_at_ms);
  }
  return to.take();
}

std::vector<std::byte> encode(const reshard& r) {
  writer to;
  to.number(static_cast<std::uint32_t>(r.closed.size()));
  for (const std::uint32_t number : r.closed) to.number(number);
  to.number(static_cast<std::uint32_t>(r.made.size()));
  for (const shard_definition& s : r.made) put(to, s);
  return to.take();
}

std::vector<std::byte> encode(const account_settings& a) {
  writer to;
  to.number(static_cast<std::uint32_t>(a.stored.size()));
  for (const auto& [key, value] : a.stored) {
    to.text(key);
    to.text(value);
  }
  return to.take();
}

bool decode(bytes_view encoded, definition& out) {
  reader from(encoded);
  out = {};
  out.name = from.text();
  from.each([&] {
    const std::string_view key = from.text();
    if (!assign(out.settings, key, from.text())) from.fail();
  });
  out.created_at_ms = from.number<base::time_ms>();
  out.next_shard = from.number<std::uint32_t>();
  from.each([&] { out.shards.push_back(take_shard(from)); });
  from.each([&] {
    consumer_description c{std::string(from.text())};
    c.created_at_ms = from.number<base::time_ms>();
    out.consumers.push_back(std::move(c));
  });
  return from.done();
}

bool decode(bytes_view encoded, reshard& out) {
  reader from(encoded);
  out = {};
  from.each([&] { out.closed.push_back(from.number<std::uint32_t>()); });
  from.each([&] { out.made.push_back(take_shard(from)); });
  return from.done();
}

/// The revision stays as it was: it is no part of what is stored.
bool decode(bytes_view encoded, account_settings& out) {
  reader from(encoded);
  out.stored.clear();
  from.each([&] {
    std::string key(from.text());
    out.stored.emplace_back(std::move(key), from.text());
  });
  return from.done();
}

}  // namespace millrace::stream
