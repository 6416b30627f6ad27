#include "net/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace millrace::net {

descriptor catch_signals() noexcept {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return descriptor(signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC));
}

caught next_signal(const descriptor& from) noexcept {
  signalfd_siginfo info;
  if (::read(from.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) {
    return caught::none;
  }
  return info.ssi_signo == SIGHUP ? caught::reload : caught::stop;
}

}  // namespace millrace::net
