#include "journal/local_file.hpp"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/assert.hpp"
#include "journal/format.hpp"

namespace millrace::journal {
namespace {

/// RWF_DONTCACHE, which older headers do not have. The system would have to find memory for every
/// page that stays in the cache, which may take longer than the device does.
constexpr int read_past_cache = 0x80;

// Where a write of several pieces has got to: system calls may do less than they were asked.
class piece_walk {
 public:
  piece_walk(std::span<const bytes_view> pieces, std::uint64_t offset) noexcept
      : pieces_(pieces), offset_(offset) {
    skip_empty();
  }

  [[nodiscard]] bool done() const noexcept { return pieces_.empty(); }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

  /// The next pieces, as many as one call takes.
  std::span<const iovec> next() noexcept {
    const std::size_t count = std::min(pieces_.size(), vectors_.size());
    for (std::size_t i = 0; i < count; ++i) {
      const bytes_view rest = pieces_[i].subspan(i == 0 ? within_ : 0);
      vectors_[i] = {const_cast<std::byte*>(rest.data()), rest.size()};
    }
    return {vectors_.data(), count};
  }

  void advance(std::size_t written) noexcept {
    offset_ += written;
    within_ += written;
    while (!pieces_.empty() && within_ >= pieces_.front().size()) {
      within_ -= pieces_.front().size();
      pieces_ = pieces_.subspan(1);
    }
  }

 private:
  void skip_empty() noexcept { advance(0); }

  std::span<const bytes_view> pieces_;
  std::uint64_t offset_;
  std::size_t within_ = 0;  ///< of the first piece, already written
  std::array<iovec, 128> vectors_;
};

// 0 or an errno. A call that writes nothing and says no error would go on for ever: EIO.
template <class Call>
int write_all(piece_walk walk, Call call) noexcept {
  while (!walk.done()) {
    const std::span<const iovec> next = walk.next();
    const ssize_t written =
        call(next.data(), static_cast<int>(next.size()), static_cast<off_t>(walk.offset()));
    if (written > 0) {
      walk.advance(static_cast<std::size_t>(written));
    } else if (written == 0) {
      return EIO;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// The file system or the kernel cannot do this kind of write; nothing is wrong with the disk.
bool is_refusal(int error) noexcept {
  return error == EINVAL || error == EOPNOTSUPP || error == ENOSYS;
}

bool on_block(std::span<const bytes_view> pieces, std::uint64_t offset) noexcept {
  std::uint64_t all = offset;
  for (const bytes_view piece : pieces) {
    all |= piece.size() | reinterpret_cast<std::uintptr_t>(piece.data());
  }
  return all % format::block == 0;
}

}  // namespace

io_status local_file::write(std::uint64_t offset, std::span<const bytes_view> pieces,
                            write_mode mode) noexcept {
  std::uint64_t end = offset;
  for (const bytes_view piece : pieces) end += piece.size();
  const piece_walk walk(pieces, offset);
  const bool durable = mode == write_mode::durable;
  MR_ASSERT(mode == write_mode::cached || on_block(pieces, offset));
  const bool past_cache = mode == write_mode::durable || mode == write_mode::streamed;
  if (past_cache && direct_) {
    const int error = write_all(walk, [&](const iovec* from, int count, off_t at) {
      return ::pwritev2(direct_.get(), from, count, at, durable ? RWF_DSYNC : 0);
    });
    if (error == 0) {
      size_ = std::max(size_, end);
      return io_status::ok;
    }
    if (!is_refusal(error)) return errors_.note(os_call::write_through, error);
    direct_ = descriptor();
  }
  const int error = write_all(walk, [&](const iovec* from, int count, off_t at) {
    return ::pwritev(cached_.get(), from, count, at);
  });
  if (error != 0) return errors_.note(os_call::write, error);
  size_ = std::max(size_, end);
  if (mode == write_mode::streamed || mode == write_mode::resident) {
    // A start; what did not go is the sync's.
    static_cast<void>(::sync_file_range(cached_.get(), static_cast<off_t>(offset),
                                        static_cast<off_t>(end - offset), SYNC_FILE_RANGE_WRITE));
  }
  return durable ? sync() : io_status::ok;
}

io_status local_file::sync() noexcept {
  // Never a second time: after a failed sync the kernel may have dropped what it could not write.
  if (::fdatasync(cached_.get()) != 0) return errors_.note(os_call::sync, errno);
  return io_status::ok;
}

io_status local_file::read(std::uint64_t offset, std::span<std::byte> into,
                           std::size_t& got) noexcept {
  got = 0;
  while (got < into.size()) {
    const iovec rest{into.data() + got, into.size() - got};
    const ssize_t n = ::preadv2(cached_.get(), &rest, 1, static_cast<off_t>(offset + got),
                                reads_past_cache_ ? read_past_cache : 0);
    if (n == 0) break;
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (reads_past_cache_ && is_refusal(errno)) {
      reads_past_cache_ = false;
    } else if (errno != EINTR) {
      return errors_.note(os_call::read, errno);
    }
  }
  return io_status::ok;
}

}  // namespace millrace::journal
