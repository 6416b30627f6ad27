// Streams under kill -9 and power cuts: a process works with them (stream_victim) until it is
// killed; then all that it was answered, and all that a cursor showed, must be there, in the order
// in which it was put; the shards must cover the hash space; and streams that came and went must
// be there or not, as was answered.
// usage: stream_crash kill|power_cut CYCLES [--seed N] [--trust FILE]. Exit code 1: a promise was
// broken; 2: bad use, or the test itself failed; 3: void, too little happened; 77: not run.
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "ext4_image.hpp"
#include "scratch_folder.hpp"
#include "stream/hash_space.hpp"
#include "stream_victim.hpp"
#include "trust_row.hpp"

namespace {

using namespace millrace;
using namespace millrace::crash;

constexpr std::uint64_t disk_bytes = std::uint64_t{256} << 20;
constexpr std::uint64_t afterlife_us_max = 8'000;
constexpr int cycles_of_a_stream = 20;
constexpr const char* records_promise = "S1";
constexpr const char* shards_promise = "S2";

/// A promise was broken.
struct broken : std::runtime_error {
  broken(const char* which, const std::string& why) : runtime_error(why), promise(which) {}
  const char* promise;
};

std::uint64_t now_ns() { return static_cast<std::uint64_t>(base::monotonic_ns()); }

class trial {
 public:
  trial(bool power, std::uint64_t seed) : dice_(seed), path_(folder_.path() + "/data") {
    if (!power) return;
    disk_.emplace(folder_.path(), disk_bytes);
    disk_->cut();
    disk_->remount();
    path_ = disk_->mount_point() + "/data";
  }

  void run(std::uint64_t cycles) {
    for (; crashes_ < cycles; ++crashes_) {
      one_life();
      check((crashes_ + 1) % cycles_of_a_stream == 0);
    }
    std::printf(
        "%llu crashes; %llu records acknowledged, %llu seen by cursors, %llu not answered and "
        "there; %llu streams came and went; none lost, none out of order\n",
        static_cast<unsigned long long>(crashes_), static_cast<unsigned long long>(acked_),
        static_cast<unsigned long long>(seen_), static_cast<unsigned long long>(unanswered_),
        static_cast<unsigned long long>(short_ones_));
  }
  /// Too little happened to prove anything.
  [[nodiscard]] bool is_void() const {
    return acked_ < crashes_ || seen_ < crashes_ || short_ones_ == 0;
  }
  [[nodiscard]] std::vector<trust_row> rows(const std::string& test, const std::string& unit,
                                            const char* broken_promise) const {
    std::vector<trust_row> out;
    for (const char* id : {records_promise, shards_promise}) {
      const bool is_broken = broken_promise != nullptr && std::string(id) == broken_promise;
      out.push_back({id,
                     test,
                     unit,
                     crashes_,
                     is_broken ? 1U : 0U,
                     {{"records", static_cast<double>(acked_)},
                      {"streams", static_cast<double>(short_ones_)}}});
    }
    return out;
  }

 private:
  void one_life() {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    const std::uint64_t seed = dice_();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no fork");
    if (child == 0) {
      close(ends[0]);
      try {
        stream_victim(path_, ends[1], next_, seed).run();
      } catch (const std::exception& e) {
        std::fprintf(stderr, "victim: %s\n", e.what());
        _exit(2);
      }
    }
    close(ends[1]);
    if (dice_() % 4 != 0) await_first(ends[0]);  // of the others some end while they open
    const std::uint64_t until = now_ns() + (5 + dice_() % 100) * 1'000'000;
    std::uint64_t struck = UINT64_MAX;
    listen(ends[0], until, struck);
    if (disk_) {
      disk_->cut();
      struck = now_ns();
      usleep(static_cast<useconds_t>(dice_() % afterlife_us_max));
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) throw std::runtime_error("the victim ended by itself");
    listen(ends[0], UINT64_MAX, struck);
    close(ends[0]);
    if (disk_) disk_->remount();
  }

  /// Waits until the victim has something to tell: on a busy machine it may take long to open.
  static void await_first(int from) {
    constexpr int patience_ms = 20'000;
    pollfd one{from, POLLIN, 0};
    if (poll(&one, 1, patience_ms) == 0) throw std::runtime_error("the victim does nothing");
  }

  /// Takes news until then, or until the pipe's end.
  void listen(int from, std::uint64_t until, std::uint64_t struck) {
    news n;
    while (now_ns() < until) {
      if (read(from, &n, sizeof n) != sizeof n) return;
      if (n.asked_ns > struck) {
        throw broken(records_promise, "asked after the power was cut, and answered");
      }
      switch (n.is) {
        case news::what::acked:
        case news::what::seen:
          next_.record = std::max(next_.record, n.number + 1);
          ++(n.is == news::what::seen ? seen_ : acked_);
          known_[n.number] = n;
          break;
        case news::what::created:
        case news::what::deleted:
          next_.stream = std::max(next_.stream, n.number);
          if (n.is == news::what::deleted) ++short_ones_;
          short_[n.number] = n.is;
          break;
      }
    }
  }

  /// Everything that is known is where it was said to be, and what one producer put is in order.
  void check(bool last_of_stream) {
    engine e = open_engine(path_);
    if (e.recovered().damaged) throw broken(records_promise, "the journal calls itself damaged");
    client c = e.connect().value();
    stream_client streams(c);
    const auto shards = streams.list_shards(long_stream);
    if (!shards && !known_.empty()) throw broken(records_promise, "the stream is gone");
    if (shards) {
      await_active(streams, long_stream);
      check_records(streams, *shards);
      check_ranges(*shards);
    }
    next_.record += 1 + batch_records_max;  // what was not answered may be there under these
    check_short_ones(streams);
    if (!last_of_stream || !shards) return;
    streams.delete_stream(long_stream).value();
    known_.clear();
    usleep(2 * 1'000 * stream_change_ms);
  }

  void await_active(stream_client& streams, const std::string& name) {
    const std::uint64_t until = now_ns() + std::uint64_t{5} * 1'000'000'000;
    while (streams.describe_stream(name).value().status != stream_status::active) {
      if (now_ns() > until) throw broken(shards_promise, name + " does not become active");
      usleep(500);
    }
  }

  void check_records(stream_client& streams, const std::vector<shard_description>& shards) {
    std::uint64_t found = 0;
    std::map<std::uint32_t, std::uint64_t> last;  // record of each shard
    for (const shard_description& one : shards) {
      std::uint64_t before = 0;
      for (const auto& parent : {one.parent, one.adjacent_parent}) {
        if (parent) before = std::max(before, last[*parent]);
      }
      last[one.number] = check_shard(streams, one.number, before, found);
    }
    if (found == known_.size()) return;
    throw broken(records_promise, std::to_string(known_.size() - found) +
                                      " records were acknowledged or seen, and lost");
  }
  /// Records come behind the number `before`; returns the last one's.
  std::uint64_t check_shard(stream_client& streams, std::uint32_t shard, std::uint64_t before,
                            std::uint64_t& found) {
    shard_position at{shard, 0};
    while (true) {
      const records some = streams.read(long_stream, {.from = at}).value();
      for (const record_view& r : some) {
        const std::string data(as_text(r.data));
        const std::uint64_t number = std::strtoull(data.c_str(), nullptr, 10);
        if (data != data_of(number)) throw broken(records_promise, "a record with other data");
        if (number <= before) throw broken(records_promise, "records out of order, or twice");
        before = number;
        const auto known = known_.find(number);
        if (known == known_.end()) {
          ++unanswered_;
          continue;
        }
        ++found;
        const bool same = known->second.shard == shard && known->second.index == r.sequence.index;
        if (!same) throw broken(records_promise, "a record is not where its answer said");
      }
      at = some.summary().next;
      if (some.empty() || some.summary().end_of_shard) return before;
    }
  }

  /// The open shards are the whole hash space, once; a child is younger than its parents.
  static void check_ranges(const std::vector<shard_description>& shards) {
    std::vector<shard_description> open;
    for (const shard_description& one : shards) {
      if (one.closed_at_ms == 0) open.push_back(one);
      for (const shard_description& other : shards) {
        const bool child = one.parent == other.number || one.adjacent_parent == other.number;
        if (child && one.starting.created_s <= other.starting.created_s) {
          throw broken(shards_promise, "a child's numbers are not above its parent's");
        }
      }
    }
    std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) {
      return stream::number_of(a.first) < stream::number_of(b.first);
    });
    stream::wide covered = 0;
    for (const shard_description& one : open) {
      if (stream::number_of(one.first) != covered) {
        throw broken(shards_promise, "the open shards leave a gap, or overlap");
      }
      covered = stream::number_of(one.last) + 1;
    }
    if (open.empty() || covered != 0) {  // behind the last key it begins again
      throw broken(shards_promise, "the open shards do not reach the end");
    }
  }

  /// Of the last one alone more may have happened than was answered. None is left behind.
  void check_short_ones(stream_client& streams) {
    const std::uint64_t last = next_.stream;
    for (const std::uint64_t number : {last, last + 1}) short_.try_emplace(number, doubt);
    for (const auto& [number, was] : short_) {
      const std::string name = short_name(number);
      const auto found = streams.describe_stream(name);
      const bool there = found.has_value();
      const bool sure = was == news::what::deleted || (was == news::what::created && number < last);
      if (sure && there != (was == news::what::created)) {
        throw broken(shards_promise, name + (there ? " was deleted and is there" : " is gone"));
      }
      if (!there) continue;
      await_active(streams, name);
      const put_entry entry{as_bytes("x"), "k"};
      if (streams.put_record(name, entry).value().status != errc::ok) {
        throw broken(shards_promise, name + " takes no record");
      }
      streams.delete_stream(name).value();
    }
    short_.clear();
    next_.stream = last + 2;
  }

  /// Nothing was answered.
  static constexpr auto doubt = news::what::acked;

  std::mt19937_64 dice_;
  scratch_folder folder_;
  std::optional<ext4_image> disk_;
  std::string path_;
  std::map<std::uint64_t, news> known_;
  std::map<std::uint64_t, news::what> short_;
  numbers next_;
  std::uint64_t crashes_ = 0;
  std::uint64_t acked_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t unanswered_ = 0;
  std::uint64_t short_ones_ = 0;
};

struct wishes {
  std::string kind;
  std::uint64_t cycles = 0;
  std::uint64_t seed = std::random_device{}();
  std::string trust_file;
};

int run(const wishes& wanted) {
  const bool power = wanted.kind == "power_cut";
  const std::string unit = power ? "power cuts" : "kills";
  const std::uint64_t began = now_ns();
  std::optional<trial> one;
  trust_run about{.seed = wanted.seed};
  try {
    one.emplace(power, wanted.seed);
  } catch (const std::exception& e) {
    if (!power) throw;
    std::fprintf(stderr, "not run: %s\n", e.what());
    return 77;
  }
  const char* broken_promise = nullptr;
  try {
    one->run(wanted.cycles);
  } catch (const broken& e) {
    std::fprintf(stderr, "%s is broken: %s\n", e.promise, e.what());
    broken_promise = e.promise;
  }
  about.duration_s = static_cast<double>(now_ns() - began) * 1e-9;
  about.is_void = broken_promise == nullptr && one->is_void();
  if (!wanted.trust_file.empty()) {
    write_trust(wanted.trust_file, about,
                one->rows("streams_" + wanted.kind, unit, broken_promise));
  }
  if (broken_promise != nullptr) return 1;
  if (!about.is_void) return 0;
  std::fprintf(stderr, "void: too little happened to prove anything\n");
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  wishes wanted;
  CLI::App app("Kills a process that works with streams, and looks at what is left of them.");
  app.add_option("kind", wanted.kind, "How it ends")
      ->required()
      ->check(CLI::IsMember({"kill", "power_cut"}));
  app.add_option("cycles", wanted.cycles, "How many times")
      ->required()
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--seed", wanted.seed, "Of the dice");
  app.add_option("--trust", wanted.trust_file, "Where what it says of the promises goes");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  std::printf("seed %llu\n", static_cast<unsigned long long>(wanted.seed));
  try {
    return run(wanted);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stream_crash: %s\n", error.what());
    return 2;
  }
}
