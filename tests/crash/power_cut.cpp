#include "power_cut.hpp"

#include <unistd.h>

#include "process/cpu_time.hpp"

namespace millrace::crash {

namespace {
/// How long the server lives on after its device; long enough for an answer that must not come.
constexpr std::uint64_t afterlife_us_max = 8'000;
}  // namespace

power_cut::power_cut(const std::string& folder, std::uint64_t bytes, std::uint64_t seed)
    : disk_(folder, bytes), data_dir_(disk_.mount_point() + "/data"), dice_(seed) {
  disk_.cut();  // whether it may
  disk_.remount();
}

void power_cut::strike(server_process& server, recorder& notes) {
  disk_.cut();
  notes.struck(perf::monotonic_ns(), true);
  usleep(static_cast<useconds_t>(dice_() % afterlife_us_max));
  server.kill();
}

}  // namespace millrace::crash
