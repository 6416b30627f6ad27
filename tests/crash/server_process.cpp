// A child is made by vfork: copying the page tables of a driver that remembers millions of messages
// would take longer than the server needs to start.

#include "server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include "process/cpu_time.hpp"

extern char** environ;

namespace millrace::crash {

namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::string_view address_prefix = "http://127.0.0.1:";

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& each : texts) all.push_back(const_cast<char*>(each.c_str()));
  all.push_back(nullptr);
  return all;
}

struct outputs {
  int out = -1, err = -1;
};

/// The child dies with the thread that made it.
pid_t spawn(const std::vector<std::string>& command, const std::vector<std::string>& environment,
            outputs to) {
  const auto arguments = pointers(command);
  std::vector<std::string> whole = environment;
  for (char** each = environ; *each != nullptr; ++each) {
    if (!std::string_view(*each).starts_with("MILLRACE_")) whole.emplace_back(*each);
  }
  const auto variables = pointers(whole);
  const pid_t child = vfork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(to.out, STDOUT_FILENO);
  dup2(to.err, STDERR_FILENO);
  execvpe(arguments[0], arguments.data(), variables.data());
  _exit(127);
}

/// The port in "http://127.0.0.1:PORT" followed by something; 0: not there yet.
std::uint16_t port_in(std::string_view text) {
  const std::size_t at = text.find(address_prefix);
  if (at == text.npos) return 0;
  text.remove_prefix(at + address_prefix.size());
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ptr == text.data() + text.size() ? 0 : port;
}

}  // namespace

server_process::server_process(const settings& wanted) : wanted_(wanted) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) perf::throw_errno("pipe2");
  output_ = ends[0];
  const int log = open(wanted.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  std::vector<std::string> command = {wanted.program, "--port", "0"};
  command.insert(command.end(), wanted.arguments.begin(), wanted.arguments.end());
  const std::uint64_t began = perf::monotonic_ns();
  process_ = spawn(command, wanted.environment, {.out = ends[1], .err = log});
  ::close(ends[1]);
  ::close(log);
  const std::uint64_t deadline = began + static_cast<std::uint64_t>(wanted.patience_s * 1e9);
  try {
    if (process_ < 0) perf::throw_errno("vfork");
    await_address(deadline);
    await_ready(deadline);
  } catch (...) {
    end();
    throw;
  }
  start_ns_ = perf::monotonic_ns() - began;
}

server_process::~server_process() { end(); }

void server_process::end() noexcept {
  if (process_ > 0) {
    kill();
    wait();
  }
  ::close(output_);
}

void server_process::give_up(const std::string& why) {
  throw std::runtime_error(wanted_.program + " " + why + "; see " + wanted_.log_file);
}

void server_process::await_address(std::uint64_t deadline) {
  std::string text;
  std::array<char, 4096> chunk;
  // Its four lines come in one write or several; the address is in the second.
  while (at_.port = port_in(text), at_.port == 0) {
    pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
    const std::uint64_t now = perf::monotonic_ns();
    if (now > deadline) give_up("names no address");
    poll(&waiting, 1, static_cast<int>((deadline - now) / ns_per_ms) + 1);
    const ssize_t got = ::read(output_, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) give_up("ended without an address");
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

void server_process::await_ready(std::uint64_t deadline) {
  const std::string question = "GET /_millrace/ready HTTP/1.1\r\nHost: " + at_.host() + "\r\n\r\n";
  for (;;) {
    try {
      if (perf::exchange(at_, question).status == 200) return;
    } catch (const std::runtime_error&) {
      int status = 0;
      if (waitpid(process_, &status, WNOHANG) == process_) {
        process_ = -1;
        give_up("ended before it was ready");
      }
    }
    if (perf::monotonic_ns() > deadline) give_up("does not become ready");
    usleep(500);
  }
}

void server_process::kill() noexcept {
  if (process_ > 0) ::kill(process_, SIGKILL);
}

int server_process::wait() noexcept {
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  return status;
}

void server_process::stop() {
  ::kill(process_, SIGTERM);
  for (int i = 0; i < 20'000; ++i) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = -1;
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
      give_up("did not end with success after SIGTERM");
    }
    usleep(500);
  }
  give_up("does not end after SIGTERM");
}

finished_program run_program(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) perf::throw_errno("pipe2");
  const pid_t child = spawn(command, {}, {.out = ends[1], .err = ends[1]});
  ::close(ends[1]);
  finished_program done;
  std::array<char, 4096> chunk;
  ssize_t got = 0;
  while ((got = ::read(ends[0], chunk.data(), chunk.size())) > 0 || (got < 0 && errno == EINTR)) {
    if (got > 0) done.output.append(chunk.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  done.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return done;
}

}  // namespace millrace::crash
