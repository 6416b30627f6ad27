#include "journal_bare.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "base/clock.hpp"
#include "journal/crc32c.hpp"
#include "stolen_time.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t block = 4096;
constexpr std::size_t buffer_bytes = std::size_t{1} << 20;
constexpr std::size_t word = 8;

std::int64_t end_of(std::int64_t begin, double seconds) {
  return begin + static_cast<std::int64_t>(seconds * 1e9);
}

}  // namespace

bare_log::bare_log(const std::string& path, std::uint64_t bytes) : path_(path), bytes_(bytes) {
  buffer_ = static_cast<std::byte*>(std::aligned_alloc(block, buffer_bytes));
  std::memset(buffer_, 0, buffer_bytes);
  cached_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  direct_ = ::open(path.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
  if (cached_ < 0 || direct_ < 0) {
    throw std::runtime_error(path + ": " + std::generic_category().message(errno));
  }
  for (std::uint64_t done = 0; done < bytes; done += buffer_bytes) write(cached_, buffer_bytes, 0);
  if (::fsync(cached_) != 0) throw std::runtime_error(path + ": fsync");
}

bare_log::~bare_log() {
  ::close(cached_);
  ::close(direct_);
  ::unlink(path_.c_str());
  std::free(buffer_);
}

void bare_log::fill(std::size_t count, std::size_t bytes_each) {
  for (std::size_t i = 0; i < count; ++i) {
    std::byte* const at = buffer_ + i * bytes_each;
    const std::uint32_t crc = journal::crc32c_copy(at, next_record(bytes_each));
    std::memcpy(at, &crc, sizeof crc);
  }
}

void bare_log::write(int descriptor, std::size_t length, int flags) {
  if (offset_ + length > bytes_) offset_ = 0;
  const iovec piece{buffer_, length};
  const ssize_t done = ::pwritev2(descriptor, &piece, 1, static_cast<off_t>(offset_), flags);
  if (done != static_cast<ssize_t>(length)) {
    throw std::runtime_error(path_ + ": " + std::generic_category().message(errno));
  }
  offset_ += length;
}

journal_run bare_log::group_commits(std::size_t outstanding, double seconds) {
  journal_run run;
  const std::size_t length = (outstanding * record_bytes + block - 1) / block * block;
  fill(outstanding, record_bytes);
  write(direct_, length, RWF_DSYNC);
  const std::int64_t all = end_of(0, seconds);
  double stolen = 0;
  std::int64_t watched = 0;
  std::int64_t done = 0;
  while (done < all) {
    const stolen_time from_fill;  // it sleeps in the write; looking costs more than a clock
    const std::int64_t begin = base::monotonic_ns();
    fill(outstanding, record_bytes);
    const std::int64_t filled = base::monotonic_ns();
    stolen += from_fill.seconds();
    watched += filled - begin;
    const std::int64_t started = base::monotonic_ns();
    write(direct_, length, RWF_DSYNC);
    const std::int64_t end = base::monotonic_ns();
    done += (filled - begin) + (end - started);
    run.ns.push_back(static_cast<std::uint32_t>(end - started));
    run.records += outstanding;
    ++run.writes;
  }
  run.seconds = static_cast<double>(done) * 1e-9;
  run.stolen = stolen / (static_cast<double>(watched) * 1e-9);
  return run;
}

journal_run bare_log::cached_writes(double seconds, std::size_t records_a_piece) {
  journal_run run;
  const std::size_t bytes_each = piece_bytes / records_a_piece / word * word;
  fill(records_a_piece, bytes_each);
  write(cached_, piece_bytes, 0);
  const stolen_time stolen;
  const std::int64_t begin = base::monotonic_ns();
  std::int64_t now = begin;
  for (const std::int64_t end = end_of(begin, seconds); now < end;) {
    fill(records_a_piece, bytes_each);
    write(cached_, piece_bytes, 0);
    now = base::monotonic_ns();
    run.records += records_a_piece;
    ++run.writes;
  }
  run.seconds = static_cast<double>(now - begin) * 1e-9;
  run.stolen = stolen.seconds() / run.seconds;
  return run;
}

}  // namespace millrace::bench
