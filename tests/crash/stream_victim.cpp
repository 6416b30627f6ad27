#include "stream_victim.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "base/clock.hpp"

namespace millrace::crash {
namespace {

std::uint64_t now_ns() { return static_cast<std::uint64_t>(base::monotonic_ns()); }

}  // namespace

std::string data_of(std::uint64_t number) {
  return std::to_string(number) + ":" +
         std::string(number * 7919 % 3'000, static_cast<char>('a' + number % 26));
}

std::string short_name(std::uint64_t number) { return "short-" + std::to_string(number); }

engine open_engine(const std::string& path) {
  options wanted;
  wanted.data_dir = path;
  wanted.stream_change_ms = stream_change_ms;
  std::string why;
  result<engine> e = engine::open(wanted, &why);
  if (!e) throw std::runtime_error("open: " + std::string(to_string(e.error())) + ", " + why);
  return std::move(e).value();
}

stream_victim::stream_victim(const std::string& path, int to, const numbers& next,
                             std::uint64_t seed)
    : engine_(open_engine(path)),
      client_(engine_.connect().value()),
      to_(to),
      next_(next),
      dice_(seed) {
  stream_settings wanted;
  wanted.shard_count = 3;
  static_cast<void>(streams().create_stream(long_stream, wanted, given_shard_count));
  await_active();
}

void stream_victim::run() {
  while (put_batch()) {
    if (dice_() % 16 == 0) reshard();
    if (dice_() % 3 == 0) come_or_go();
    if (dice_() % 2 == 0) look();
  }
  while (true) pause();
}

void stream_victim::tell(const news& n) const {
  if (write(to_, &n, sizeof n) != sizeof n) _exit(0);
}

/// Its time passes by itself; of a dead device nothing comes, and put_batch() finds out.
void stream_victim::await_active() {
  while (true) {
    const auto found = streams().describe_stream(long_stream);
    if (!found || found->status != stream_status::creating) return;
    usleep(500);
  }
}

bool stream_victim::put_batch() {
  const std::size_t count = dice_() % batch_records_max + 1;
  std::vector<std::string> data;
  std::vector<std::string> keys;
  std::vector<put_entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    data.push_back(data_of(next_.record + i));
    keys.push_back(std::to_string(dice_() % 100));
  }
  for (std::size_t i = 0; i < count; ++i) entries.push_back({as_bytes(data[i]), keys[i]});
  std::vector<put_result> results(count);
  const std::uint64_t asked_ns = now_ns();
  if (!streams().put_records(long_stream, entries, results)) return false;
  for (const put_result& r : results) {
    if (r.status != errc::ok) return false;
    tell({news::what::acked, r.shard, next_.record++, r.sequence.index, asked_ns});
  }
  return true;
}

/// Refused while the last change still shows.
void stream_victim::reshard() {
  const auto open = streams().describe_stream(long_stream);
  if (!open) return;
  const std::uint32_t wanted = open->open_shards > 4 ? 2 : open->open_shards + 1;
  static_cast<void>(streams().update_shard_count(long_stream, wanted));
}

void stream_victim::come_or_go() {
  const std::string name = short_name(next_.stream);
  const std::uint64_t asked_ns = now_ns();
  if (!short_one_) {
    if (!streams().create_stream(name)) return;
    tell({.is = news::what::created, .number = next_.stream, .asked_ns = asked_ns});
    short_one_ = true;
  } else if (streams().delete_stream(name)) {
    tell({.is = news::what::deleted, .number = next_.stream++, .asked_ns = asked_ns});
    short_one_ = false;
  }
}

void stream_victim::look() {
  const auto shards = streams().list_shards(long_stream);
  if (!shards) return;
  for (const shard_description& one : *shards) {
    if (cursors_.contains(one.number)) continue;
    auto made = streams().open_cursor(long_stream, {one.number, 0});
    if (!made) return;
    cursors_.emplace(one.number, std::move(made).value());
  }
  for (auto& [number, from] : cursors_) {
    const auto some = from.next();
    if (!some) return;
    for (const record_view& r : *some) {
      const std::string text(as_text(r.data));
      tell({news::what::seen, number, std::strtoull(text.c_str(), nullptr, 10), r.sequence.index,
            0});
    }
  }
}

}  // namespace millrace::crash
