// Feeds many messages of any lengths through the lanes of one wide block function.
#include <algorithm>
#include <array>
#include <cstring>

#include <millrace/md5.hpp>
#include "base/md5_blocks.hpp"

namespace millrace {
inline namespace v1 {
namespace {

/// One lane's message: first its whole blocks where they lie, then its padded end.
struct lane {
  const std::uint8_t* at = nullptr;
  std::size_t blocks = 0;  // left at `at`
  const md5_job* job = nullptr;
  bool at_end = false;  // `at` points into `end`
  std::uint8_t end[128];

  void begin(const md5_job& next) noexcept {
    job = &next;
    at = reinterpret_cast<const std::uint8_t*>(next.bytes.data());
    blocks = next.bytes.size() / 64;
    at_end = false;
    if (blocks == 0) go_to_end();
  }
  void go_to_end() noexcept {
    const std::size_t size = job->bytes.size();
    const auto* const data = reinterpret_cast<const std::uint8_t*>(job->bytes.data());
    blocks = base::md5_pad(data + size / 64 * 64, size, end);
    at = end;
    at_end = true;
  }
};

template <std::size_t Lanes>
class lane_set {
 public:
  using blocks_function = void (*)(base::md5_lane_states<Lanes>&, const std::uint8_t* const*,
                                   std::size_t) noexcept;

  void run(std::span<const md5_job> jobs, blocks_function hash) noexcept {
    const md5_job* next = jobs.data();
    const md5_job* const last = next + jobs.size();
    for (std::size_t i = 0; i < Lanes; ++i) refill(i, next, last);
    while (active_ != 0) {
      std::size_t count = static_cast<std::size_t>(-1);
      const lane* some = nullptr;
      for (const lane& l : lanes_) {
        if (l.job == nullptr) continue;
        count = std::min(count, l.blocks);
        some = &l;
      }
      const std::uint8_t* from[Lanes];
      for (std::size_t i = 0; i < Lanes; ++i) {  // an empty lane hashes another's bytes in vain
        from[i] = lanes_[i].job != nullptr ? lanes_[i].at : some->at;
      }
      hash(states_, from, count);
      for (std::size_t i = 0; i < Lanes; ++i) {
        if (lanes_[i].job != nullptr) advance(i, count, next, last);
      }
    }
  }

 private:
  void refill(std::size_t i, const md5_job*& next, const md5_job* last) noexcept {
    if (next == last) return;
    lanes_[i].begin(*next++);
    for (std::size_t word = 0; word < 4; ++word) {
      states_.words[word][i] = base::md5_initial[word];
    }
    ++active_;
  }

  void advance(std::size_t i, std::size_t count, const md5_job*& next,
               const md5_job* last) noexcept {
    lane& l = lanes_[i];
    l.at += 64 * count;
    l.blocks -= count;
    if (l.blocks != 0) return;
    if (!l.at_end) {
      l.go_to_end();
      return;
    }
    base::md5_state state{};
    for (std::size_t word = 0; word < 4; ++word) state[word] = states_.words[word][i];
    base::md5_store(state, l.job->digest->data());
    l.job = nullptr;
    --active_;
    refill(i, next, last);
  }

  base::md5_lane_states<Lanes> states_{};
  std::array<lane, Lanes> lanes_;
  std::size_t active_ = 0;
};

#if defined(__x86_64__)
/// Hashes the first jobs together if they are messages of one block; how many those were.
std::size_t hash_short(std::span<const md5_job> jobs) noexcept {
  static const bool possible = __builtin_cpu_supports("avx512bw") != 0;
  if (!possible) return 0;
  std::size_t done = 0;
  while (done != jobs.size()) {
    const auto next = jobs.subspan(done, std::min(jobs.size() - done, base::md5_short_jobs_max));
    const auto fits = [](const md5_job& job) {
      return job.bytes.size() <= base::md5_short_bytes_max;
    };
    if (!std::all_of(next.begin(), next.end(), fits)) break;
    base::md5_short_avx512(next);
    done += next.size();
  }
  return done;
}
#endif

}  // namespace

md5_lanes md5_widest() noexcept {
#if defined(__x86_64__)
  static const md5_lanes widest = __builtin_cpu_supports("avx512f") ? md5_lanes::sixteen
                                  : __builtin_cpu_supports("avx2")  ? md5_lanes::eight
                                                                    : md5_lanes::one;
  return widest;
#else
  return md5_lanes::one;
#endif
}

void md5_many(std::span<const md5_job> jobs, md5_lanes width) noexcept {
#if defined(__x86_64__)
  if (width == md5_lanes::sixteen) {
    jobs = jobs.subspan(hash_short(jobs));
    if (!jobs.empty()) lane_set<16>().run(jobs, base::md5_blocks_avx512);
    return;
  }
  if (width == md5_lanes::eight) return lane_set<8>().run(jobs, base::md5_blocks_avx2);
#endif
  static_cast<void>(width);
  for (const md5_job& job : jobs) *job.digest = md5(job.bytes);
}

void md5_many(std::span<const md5_job> jobs) noexcept {
  // A wide block costs about as much as 2.5 plain ones with 16 lanes, 3.5 with 8: bench_md5.
  const md5_lanes widest = md5_widest();
  const std::size_t worth = widest == md5_lanes::sixteen ? 3 : 4;
  md5_many(jobs, jobs.size() >= worth ? widest : md5_lanes::one);
}

}  // namespace v1
}  // namespace millrace
