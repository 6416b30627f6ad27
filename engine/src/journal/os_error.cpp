#include "journal/os_error.hpp"

#include <cerrno>
#include <system_error>

namespace millrace::journal {
namespace {

const char* name_of(os_call call) noexcept {
  switch (call) {
    case os_call::none: return "";
    case os_call::open: return "open";
    case os_call::create: return "open (create)";
    case os_call::stat: return "fstat";
    case os_call::read: return "pread";
    case os_call::write: return "pwritev";
    case os_call::write_through: return "pwritev2";
    case os_call::sync: return "fdatasync";
    case os_call::sync_directory: return "fsync of the directory";
    case os_call::rename: return "rename";
    case os_call::remove: return "unlink";
    case os_call::list: return "readdir";
    case os_call::make_directory: return "mkdir";
    case os_call::lock: return "flock";
  }
  return "";
}

}  // namespace

io_status os_error::note(os_call call, int error) noexcept {
  packed_.set(static_cast<std::uint64_t>(call) << 32 | static_cast<std::uint32_t>(error));
  if (error == ENOSPC || error == EDQUOT) return io_status::no_space;
  if (error == ENOENT) return io_status::not_found;
  if (call == os_call::lock && error == EWOULDBLOCK) return io_status::busy;
  return io_status::failed;
}

std::string os_error::text() const {
  const std::uint64_t packed = packed_.value();
  const auto call = static_cast<os_call>(packed >> 32);
  if (call == os_call::none) return {};
  const int error = static_cast<int>(packed & 0xffffffff);
  return std::string(name_of(call)) + ": " + std::generic_category().message(error);
}

}  // namespace millrace::journal
