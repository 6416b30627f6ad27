// hot_paths: repeats one hot path so many times, for cachegrind to count (scripts/instructions).
//   hot_paths            lists them: name and the rounds that are counted
//   hot_paths NAME N     does N rounds of one
// Exit codes: 0 fine, 1 it went wrong, 2 bad use.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string_view>
#include <vector>

#include "hot_path.hpp"

namespace {

using namespace millrace::bench;

std::vector<hot_path> all() {
  std::vector<hot_path> paths;
  for (const auto& some :
       {ring_paths(), engine_paths(), topic_paths(), journal_paths(), wire_paths()}) {
    paths.insert(paths.end(), some.begin(), some.end());
  }
  return paths;
}

int bad_use(const char* why) {
  std::fprintf(stderr, "hot_paths: %s; usage: hot_paths [NAME ROUNDS]\n", why);
  return 2;
}

int run(std::string_view name, std::string_view count) {
  std::size_t rounds = 0;
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), rounds);
  if (error != std::errc{} || end != count.data() + count.size()) return bad_use("no number");
  for (const hot_path& each : all()) {
    if (name != each.name) continue;
    each.run(rounds);
    return 0;
  }
  return bad_use("no such path");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    for (const hot_path& each : all()) std::printf("%s %zu\n", each.name, each.rounds);
    return 0;
  }
  if (argc != 3) return bad_use("two words or none");
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hot_paths: %s: %s\n", argv[1], error.what());
    return 1;
  }
}
