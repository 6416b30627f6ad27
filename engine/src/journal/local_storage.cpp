#include "journal/local_storage.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "journal/local_file.hpp"

namespace millrace::journal {
namespace {

constexpr mode_t directory_mode = 0700;
constexpr mode_t file_mode = 0600;

descriptor open_at(int where, const std::string& name, int flags) noexcept {
  int number;
  do {
    number = ::openat(where, name.c_str(), flags | O_CLOEXEC, file_mode);
  } while (number < 0 && errno == EINTR);
  return descriptor(number);
}

}  // namespace

local_storage::local_storage(std::string directory, access wanted)
    : path_(std::move(directory)), access_(wanted) {}

io_status local_storage::lock() noexcept {
  if (access_ == access::writer) {
    if (const io_status made = make_directories(); made != io_status::ok) return made;
  }
  root_ = open_at(AT_FDCWD, path_, O_RDONLY | O_DIRECTORY);
  if (!root_) return errors_.note(os_call::open, errno);
  journal_ = open_at(root_.get(), "journal", O_RDONLY | O_DIRECTORY);
  if (!journal_) return errors_.note(os_call::open, errno);
  return take_lock();
}

io_status local_storage::make_directories() noexcept {
  for (const std::string& path : {path_, path_ + "/journal"}) {
    if (::mkdir(path.c_str(), directory_mode) != 0) {
      if (errno == EEXIST) continue;
      return errors_.note(os_call::make_directory, errno);
    }
    const descriptor parent = open_at(AT_FDCWD, path + "/..", O_RDONLY | O_DIRECTORY);
    if (!parent) return errors_.note(os_call::open, errno);
    if (::fsync(parent.get()) != 0) return errors_.note(os_call::sync_directory, errno);
  }
  return io_status::ok;
}

io_status local_storage::take_lock() noexcept {
  const bool writer = access_ == access::writer;
  lock_ = open_at(root_.get(), "lock", writer ? O_RDWR | O_CREAT : O_RDONLY);
  if (!lock_) {
    // No engine has ever been here; a reader makes nothing.
    if (!writer && errno == ENOENT) return io_status::ok;
    return errors_.note(os_call::open, errno);
  }
  while (::flock(lock_.get(), (writer ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno != EINTR) return errors_.note(os_call::lock, errno);
  }
  return io_status::ok;
}

io_status local_storage::list(std::vector<std::string>& names) noexcept {
  names.clear();
  const int again = ::openat(journal_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return errors_.note(os_call::list, errno);
  DIR* entries = ::fdopendir(again);
  if (entries == nullptr) {
    const int error = errno;
    ::close(again);
    return errors_.note(os_call::list, error);
  }
  errno = 0;
  while (const dirent* found = ::readdir(entries)) {
    const std::string_view name = found->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  const int error = errno;
  ::closedir(entries);
  return error == 0 ? io_status::ok : errors_.note(os_call::list, error);
}

io_status local_storage::open(std::string_view name, bool writable,
                              std::unique_ptr<file>& out) noexcept {
  descriptor cached = open_at(journal_.get(), std::string(name), writable ? O_RDWR : O_RDONLY);
  if (!cached) return errors_.note(os_call::open, errno);
  return make_file(name, std::move(cached), writable, out);
}

io_status local_storage::create(std::string_view name, std::unique_ptr<file>& out) noexcept {
  descriptor cached = open_at(journal_.get(), std::string(name), O_RDWR | O_CREAT | O_EXCL);
  if (!cached) return errors_.note(os_call::create, errno);
  return make_file(name, std::move(cached), true, out);
}

io_status local_storage::make_file(std::string_view name, descriptor cached, bool writable,
                                   std::unique_ptr<file>& out) noexcept {
  struct stat found {};
  if (::fstat(cached.get(), &found) != 0) return errors_.note(os_call::stat, errno);
  descriptor direct;
  if (writable) {
    direct = open_at(journal_.get(), std::string(name), O_WRONLY | O_DIRECT);
  } else {
    static_cast<void>(::posix_fadvise(cached.get(), 0, 0, POSIX_FADV_SEQUENTIAL));  // a hint
  }
  out = std::make_unique<local_file>(std::move(cached), std::move(direct),
                                     static_cast<std::uint64_t>(found.st_size), errors_);
  return io_status::ok;
}

io_status local_storage::rename(std::string_view from, std::string_view to) noexcept {
  const std::string before(from);
  const std::string after(to);
  if (::renameat(journal_.get(), before.c_str(), journal_.get(), after.c_str()) != 0) {
    return errors_.note(os_call::rename, errno);
  }
  return io_status::ok;
}

io_status local_storage::remove(std::string_view name) noexcept {
  const std::string gone(name);
  if (::unlinkat(journal_.get(), gone.c_str(), 0) != 0) {
    return errors_.note(os_call::remove, errno);
  }
  return io_status::ok;
}

io_status local_storage::sync_directory() noexcept {
  if (::fsync(journal_.get()) != 0) return errors_.note(os_call::sync_directory, errno);
  return io_status::ok;
}

}  // namespace millrace::journal
