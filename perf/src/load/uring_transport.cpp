// One receive a connection stays armed for the whole run and takes its buffers from a common ring;
// sends gather until the next turn, which passes them on and waits in a single call.

#include <liburing.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "load/transport.hpp"

namespace millrace::perf {

namespace {

constexpr unsigned submissions_max = 1024;
constexpr unsigned completions_max = 4096;
constexpr int buffer_group = 1;
constexpr std::uint64_t send_mark = 1ull << 63;  ///< in a send's user data, beside the connection

[[noreturn]] void throw_error(const char* what, int negative_errno) {
  errno = -negative_errno;
  throw_errno(what);
}

/// Owns an instance of io_uring.
class uring {
 public:
  uring() {
    io_uring_params wanted{};
    wanted.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    wanted.cq_entries = completions_max;
    permitted_ = io_uring_queue_init_params(submissions_max, &ring_, &wanted) == 0;
    if (permitted_) (void)io_uring_register_ring_fd(&ring_);  // a cheaper call where it is known
  }
  ~uring() {
    if (permitted_) io_uring_queue_exit(&ring_);
  }
  uring(const uring&) = delete;
  uring& operator=(const uring&) = delete;

  explicit operator bool() const noexcept { return permitted_; }
  [[nodiscard]] io_uring* get() noexcept { return &ring_; }

 private:
  io_uring ring_{};
  bool permitted_ = false;
};

/// The buffers that receives choose from.
class buffer_ring {
 public:
  static constexpr unsigned count = 256;  ///< a power of two
  static constexpr std::size_t bytes = 16 * 1024;

  buffer_ring() : memory_(count * bytes) {
    void* const mapped =
        mmap(nullptr, entries_bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (mapped == MAP_FAILED) throw_errno("mmap");
    entries_ = static_cast<io_uring_buf*>(mapped);
  }
  ~buffer_ring() { munmap(entries_, entries_bytes); }
  buffer_ring(const buffer_ring&) = delete;
  buffer_ring& operator=(const buffer_ring&) = delete;

  [[nodiscard]] bool register_with(io_uring* ring) {
    io_uring_buf_reg wanted{};
    wanted.ring_addr = reinterpret_cast<std::uint64_t>(entries_);
    wanted.ring_entries = count;
    wanted.bgid = buffer_group;
    if (io_uring_register_buf_ring(ring, &wanted, 0) != 0) return false;
    for (unsigned i = 0; i < count; ++i) give_back(i);
    return true;
  }

  [[nodiscard]] std::string_view read(unsigned index, std::size_t size) const {
    return {memory_.data() + index * bytes, size};
  }
  void give_back(unsigned index) noexcept {
    // Not io_uring_buf_ring_add: its array does not begin at the ring's first byte in C++.
    io_uring_buf& entry = entries_[tail_ % count];
    entry.addr = reinterpret_cast<std::uint64_t>(memory_.data() + index * bytes);
    entry.len = bytes;
    entry.bid = static_cast<std::uint16_t>(index);
    ++tail_;
    io_uring_smp_store_release(&entries_[0].resv, tail_);  // where the ring keeps its tail
  }

 private:
  static constexpr std::size_t entries_bytes = count * sizeof(io_uring_buf);
  std::vector<char> memory_;
  io_uring_buf* entries_ = nullptr;
  std::uint16_t tail_ = 0;
};

class uring_transport final : public transport {
 public:
  /// Takes the sockets over only if all that it needs is there; see is_ready().
  explicit uring_transport(std::vector<socket_handle>& sockets) {
    if (!ring_ || !buffers_.register_with(ring_.get()) || !register_files(sockets)) return;
    sockets_ = std::move(sockets);
    requests_.resize(sockets_.size());
    for (std::size_t i = 0; i < sockets_.size(); ++i) arm(i);
    ready_ = true;
  }
  ~uring_transport() override {
    // The ring ends behind our back; nothing may arrive for its receives after the buffers are
    // gone.
    for (const socket_handle& each : sockets_) (void)shutdown(each.get(), SHUT_RDWR);
  }
  [[nodiscard]] bool is_ready() const noexcept { return ready_; }

  void send(std::size_t connection, std::string_view bytes) override {
    std::string& request = requests_[connection];
    request.assign(bytes);
    io_uring_sqe* const entry = next_entry();
    io_uring_prep_send(entry, static_cast<int>(connection), request.data(), request.size(),
                       MSG_NOSIGNAL | MSG_WAITALL);
    entry->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data64(entry, connection | send_mark);
  }

  void turn(receiver& to, int timeout_ms) override {
    __kernel_timespec limit{timeout_ms / 1000, timeout_ms % 1000 * 1'000'000};
    io_uring_cqe* first = nullptr;
    const int result = io_uring_submit_and_wait_timeout(ring_.get(), &first, 1, &limit, nullptr);
    if (result < 0 && result != -ETIME && result != -EINTR) throw_error("io_uring_enter", result);
    unsigned head = 0, seen = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(ring_.get(), head, completion) {
      ++seen;
      take(*completion, to);
    }
    io_uring_cq_advance(ring_.get(), seen);
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "io_uring"; }

 private:
  bool register_files(const std::vector<socket_handle>& sockets) {
    std::vector<int> descriptors;
    descriptors.reserve(sockets.size());
    for (const socket_handle& each : sockets) descriptors.push_back(each.get());
    return io_uring_register_files(ring_.get(), descriptors.data(),
                                   static_cast<unsigned>(descriptors.size())) == 0;
  }

  io_uring_sqe* next_entry() {
    io_uring_sqe* entry = io_uring_get_sqe(ring_.get());
    while (entry == nullptr) {
      if (const int result = io_uring_submit(ring_.get()); result < 0) {
        throw_error("io_uring_enter", result);
      }
      entry = io_uring_get_sqe(ring_.get());
    }
    return entry;
  }

  void arm(std::size_t connection) {
    io_uring_sqe* const entry = next_entry();
    io_uring_prep_recv_multishot(entry, static_cast<int>(connection), nullptr, 0, 0);
    entry->ioprio |= IORING_RECVSEND_POLL_FIRST;
    entry->buf_group = buffer_group;
    entry->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    io_uring_sqe_set_data64(entry, connection);
  }

  void take(const io_uring_cqe& completion, receiver& to) {
    if ((completion.user_data & send_mark) != 0) {
      throw_error("send", completion.res < 0 ? completion.res : -EPIPE);  // or cut short
    }
    const std::size_t connection = completion.user_data;
    if ((completion.flags & IORING_CQE_F_MORE) == 0) arm(connection);
    if (completion.res == -ENOBUFS) return;  // what has come stays in the socket
    if (completion.res < 0) throw_error("recv", completion.res);
    if (completion.res == 0) throw std::runtime_error("the server closed a connection");
    const unsigned buffer = completion.flags >> IORING_CQE_BUFFER_SHIFT;
    to.take(connection, buffers_.read(buffer, static_cast<std::size_t>(completion.res)));
    buffers_.give_back(buffer);
  }

  std::vector<socket_handle> sockets_;
  std::vector<std::string> requests_;  ///< as long as the kernel may read them
  buffer_ring buffers_;
  uring ring_;  // the last: ends before what the kernel uses
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<transport> open_uring_transport(std::vector<socket_handle>& sockets) {
  auto made = std::make_unique<uring_transport>(sockets);
  if (!made->is_ready()) return nullptr;
  return made;
}

}  // namespace millrace::perf
