#include "target/server_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <filesystem>
#include <stdexcept>

#include "process/cpu_time.hpp"

extern char** environ;

namespace millrace::perf {

namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

std::uint16_t free_port() {
  const socket_handle probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(probe.get(), generic, size) != 0 || getsockname(probe.get(), generic, &size) != 0) {
    throw_errno("no free port");
  }
  return ntohs(address.sin_port);
}

}  // namespace

server_process::server_process(const std::string& program,
                               const std::vector<std::string>& arguments) {
  endpoint_.port = free_port();
  output_ = memfd_create("millraced", MFD_CLOEXEC);
  if (output_ < 0) throw_errno("memfd_create");
  try {
    start(program, arguments);
    const std::uint64_t give_up = monotonic_ns() + 10 * second_ns;
    while (!answers()) {
      if (waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = -1;
        throw std::runtime_error(program + " ended: " + said());
      }
      if (monotonic_ns() > give_up) {
        throw std::runtime_error(program + " does not answer: " + said());
      }
      usleep(2000);
    }
  } catch (...) {
    stop();
    throw;
  }
}

server_process::~server_process() { stop(); }

void server_process::start(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {program, "--host", "127.0.0.1", "--port",
                                    std::to_string(endpoint_.port)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& each : words) argv.push_back(each.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output_, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output_, STDERR_FILENO);
  const int failed =
      posix_spawnp(&process_, program.c_str(), &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed == 0) return;
  process_ = -1;
  errno = failed;
  throw_errno("cannot start " + program);
}

bool server_process::answers() const {
  try {
    return exchange(endpoint_,
                    "GET /_millrace/health HTTP/1.1\r\nHost: " + endpoint_.host() + "\r\n\r\n")
               .status == 200;
  } catch (const std::runtime_error&) {
    return false;  // it does not listen yet
  }
}

std::string server_process::said() const {
  std::array<char, 1000> text{};
  const ssize_t got = pread(output_, text.data(), text.size(), 0);
  return {text.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

void server_process::stall() noexcept {
  if (process_ > 0) kill(process_, SIGSTOP);
}

void server_process::resume() noexcept {
  if (process_ > 0) kill(process_, SIGCONT);
}

void server_process::stop() noexcept {
  if (process_ > 0) {
    resume();
    kill(process_, SIGTERM);
    const std::uint64_t give_up = monotonic_ns() + 5 * second_ns;
    while (waitpid(process_, nullptr, WNOHANG) == 0) {
      if (monotonic_ns() > give_up) kill(process_, SIGKILL);
      usleep(1000);
    }
    process_ = -1;
  }
  if (output_ >= 0) close(output_);
  output_ = -1;
}

std::string find_millraced() {
  std::error_code none;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
  for (const auto& each : {here / "millraced", here / ".." / "server" / "millraced"}) {
    if (std::filesystem::exists(each, none)) return each.lexically_normal().string();
  }
  return "millraced";
}

}  // namespace millrace::perf
