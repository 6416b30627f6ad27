#include "load/transport.hpp"

#include <stdexcept>
#include <utility>

namespace millrace::perf {

std::unique_ptr<transport> open_transport(std::vector<socket_handle> sockets,
                                          std::optional<transport_kind> kind) {
  if (kind != transport_kind::epoll) {
    if (auto made = open_uring_transport(sockets)) return made;
    if (kind) throw std::runtime_error("this system has no io_uring for us");
  }
  return open_epoll_transport(std::move(sockets));
}

}  // namespace millrace::perf
