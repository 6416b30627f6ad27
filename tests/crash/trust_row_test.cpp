// What a row of trust says of the command that made it.
#include "trust_row.hpp"

#include <gtest/gtest.h>

namespace millrace::crash {
namespace {

std::string shown(const std::vector<std::string>& words) { return without_places(words); }

TEST(trust_row, a_command_is_shown_without_places_and_their_options) {
  EXPECT_EQ(shown({"/b/crash_driver", "kill", "--server", "/b/millraced", "--cycles", "20",
                   "--quiet", "--lanes", "1,4,2", "--trust", "x/y.jsonl"}),
            "crash_driver kill --cycles 20 --quiet --lanes 1,4,2");
  EXPECT_EQ(shown({"sim", "--trust=/b/sim.jsonl", "--trace"}), "sim --trace");
  EXPECT_EQ(shown({}), "");
}

}  // namespace
}  // namespace millrace::crash
