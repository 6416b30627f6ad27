// Runs the committed corpus of one fuzz target, and every prefix of each small input.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz.hpp"

namespace {

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(fuzz_corpus, replays_without_a_broken_promise) {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MILLRACE_CORPUS)) {
    const std::vector<std::uint8_t> bytes = bytes_of(entry.path());
    SCOPED_TRACE(entry.path().filename().string());
    EXPECT_EQ(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()), 0);
    for (std::size_t size = 0; size < std::min<std::size_t>(bytes.size(), 512); ++size) {
      const std::vector<std::uint8_t> prefix(bytes.begin(),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(LLVMFuzzerTestOneInput(prefix.data(), prefix.size()), 0);
    }
    ++inputs;
  }
  EXPECT_GE(inputs, 5u) << "the corpus in " MILLRACE_CORPUS " is gone";
}

}  // namespace
