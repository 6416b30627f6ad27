// MD5 of message bodies: one at a time, 8 and 16 lanes, and OpenSSL beside them. Read the column
// time_per_message; the argument is the body's size, batches are of 16 messages.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <millrace/md5.hpp>

#if defined(MILLRACE_BENCH_OPENSSL)
#include <openssl/evp.h>
#endif

namespace {

using namespace millrace;

/// `count` messages of about `size` bytes: equal, or spread evenly between 1/2 and 3/2 of it.
struct batch {
  batch(std::size_t count, std::size_t size, bool equal) : digests(count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t spread = equal || count < 2 ? size : size / 2 + size * i / (count - 1);
      bodies.emplace_back(spread, static_cast<char>('a' + i % 26));
    }
    for (std::size_t i = 0; i < count; ++i) jobs.push_back({bodies[i], &digests[i]});
  }
  std::vector<std::string> bodies;
  std::vector<md5_digest> digests;
  std::vector<md5_job> jobs;
};

void report(benchmark::State& state, const batch& b) {
  const auto messages =
      static_cast<double>(state.iterations()) * static_cast<double>(b.jobs.size());
  state.counters["time_per_message"] =
      benchmark::Counter(messages, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void md5_lanes_of(benchmark::State& state, md5_lanes width, bool equal) {
  if (width > md5_widest()) return state.SkipWithError("not on this processor");
  batch b(16, static_cast<std::size_t>(state.range(0)), equal);
  for (auto _ : state) {
    md5_many(b.jobs, width);
    benchmark::DoNotOptimize(b.digests.data());
    benchmark::ClobberMemory();
  }
  report(state, b);
}

void md5_few(benchmark::State& state) {
  batch b(static_cast<std::size_t>(state.range(0)), 1024, true);
  for (auto _ : state) {
    md5_many(b.jobs);
    benchmark::DoNotOptimize(b.digests.data());
    benchmark::ClobberMemory();
  }
  report(state, b);
}

/// Partition keys of a batch of records.
void md5_keys(benchmark::State& state) {
  batch b(static_cast<std::size_t>(state.range(0)), 7, true);
  for (auto _ : state) {
    md5_many(b.jobs);
    benchmark::DoNotOptimize(b.digests.data());
    benchmark::ClobberMemory();
  }
  report(state, b);
}

#if defined(MILLRACE_BENCH_OPENSSL)
void md5_openssl(benchmark::State& state) {
  batch b(16, static_cast<std::size_t>(state.range(0)), true);
  EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  for (auto _ : state) {
    for (std::size_t i = 0; i < b.bodies.size(); ++i) {
      EVP_DigestInit_ex2(context, md5, nullptr);
      EVP_DigestUpdate(context, b.bodies[i].data(), b.bodies[i].size());
      EVP_DigestFinal_ex(context, b.digests[i].data(), nullptr);
    }
    benchmark::ClobberMemory();
  }
  EVP_MD_CTX_free(context);
  EVP_MD_free(md5);
  report(state, b);
}
BENCHMARK(md5_openssl)->Arg(64)->Arg(1024)->Arg(16384);
#endif

BENCHMARK_CAPTURE(md5_lanes_of, one, md5_lanes::one, true)->Arg(64)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(md5_lanes_of, eight, md5_lanes::eight, true)->Arg(64)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(md5_lanes_of, sixteen, md5_lanes::sixteen, true)->Arg(64)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(md5_lanes_of, sixteen_mixed, md5_lanes::sixteen, false)->Arg(1024);
BENCHMARK(md5_few)->DenseRange(1, 4)->Arg(8)->Arg(16)->Arg(64)->Arg(256);
BENCHMARK(md5_keys)->Arg(3)->Arg(4)->Arg(8)->Arg(16)->Arg(20)->Arg(64)->Arg(500);

}  // namespace

BENCHMARK_MAIN();
