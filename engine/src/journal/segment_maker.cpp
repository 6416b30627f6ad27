#include "journal/segment_maker.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "journal/segment_name.hpp"

namespace millrace::journal {
namespace {

constexpr std::size_t pieces_max = 16;
constexpr std::uint64_t beside_header = 16 * format::block;

}  // namespace

segment_maker::segment_maker(storage& directory, const format::directory_id& id)
    : directory_(directory), id_(id) {}

io_status segment_maker::start() noexcept {
  std::vector<std::string> names;
  const io_status listed = directory_.list(names);
  if (listed != io_status::ok) return listed;
  for (const std::string& name : names) {
    if (const auto number = segment_number(name)) {
      next_number_ = std::max(next_number_, *number + 1);
    } else if (name.ends_with(unfinished_suffix)) {
      const io_status removed = directory_.remove(name);
      if (removed != io_status::ok) return removed;
    }
  }
  return io_status::ok;
}

io_status segment_maker::begin(std::uint64_t bytes, bool resident) noexcept {
  MR_ASSERT(!busy());
  resident_ = resident;
  name_ = segment_name(next_number_, unfinished_suffix);
  bytes_ = bytes;
  done_ = 0;
  return directory_.create(name_, handle_);
}

io_status segment_maker::step(std::unique_ptr<segment>& made, std::uint64_t most) noexcept {
  const io_status done = done_ < bytes_ ? fill(most) : finish(made);
  if (done != io_status::ok) {
    handle_.reset();
    directory_.remove(name_);  // or at the next start
  }
  return done;
}

io_status segment_maker::fill(std::uint64_t most) noexcept {
  const std::uint64_t to = std::min(bytes_, done_ + most);
  const io_status written =
      write_zeros(*handle_, done_, to, resident_ ? write_mode::resident : write_mode::streamed);
  if (written == io_status::ok) done_ = to;
  return written;
}

io_status segment_maker::write_zeros(file& to, std::uint64_t from, std::uint64_t end,
                                     write_mode mode) noexcept {
  std::array<bytes_view, pieces_max> pieces;
  while (from < end) {
    std::uint64_t length = 0;
    std::size_t n = 0;
    for (; n < pieces_max && from + length < end; ++n) {
      pieces[n] =
          bytes_view(zeros_).first(std::min<std::uint64_t>(sizeof zeros_, end - from - length));
      length += pieces[n].size();
    }
    const io_status written = to.write(from, std::span(pieces).first(n), mode);
    if (written != io_status::ok) return written;
    from += length;
  }
  return io_status::ok;
}

/// Pieces end at multiples of step_bytes. What lies beside the header stays as it is: that is
/// written past the cache, which drops its piece.
io_status segment_maker::make_resident(segment& old) noexcept {
  const io_status opened = old.handle != nullptr ? io_status::ok : open(old);
  if (opened != io_status::ok) return opened;
  const std::uint64_t from = std::max(old.resident, beside_header);
  const std::uint64_t end = std::min(old.bytes, (from / step_bytes + 1) * step_bytes);
  if (from < end) {
    const io_status written = write_zeros(*old.handle, from, end, write_mode::resident);
    if (written != io_status::ok) return written;
  }
  old.resident = std::max(from, end);
  return io_status::ok;
}

io_status segment_maker::finish(std::unique_ptr<segment>& made) noexcept {
  io_status done = write_header(*handle_, bytes_, write_mode::cached);
  if (done == io_status::ok) done = handle_->sync();
  if (done == io_status::ok) done = directory_.rename(name_, segment_name(next_number_));
  if (done == io_status::ok && !MR_MUTANT(created_name_not_synced)) {
    done = directory_.sync_directory();
  }
  if (done != io_status::ok) return done;
  made = std::make_unique<segment>();
  made->number = next_number_++;
  made->bytes = bytes_;
  made->handle = std::move(handle_);
  made->resident = resident_ ? bytes_ : 0;
  return io_status::ok;
}

/// The header first: a file whose header names a later segment than its name is one that nobody
/// needs, while a name in front of an old header would look like damage.
io_status segment_maker::reuse(segment& old) noexcept {
  io_status done = old.handle != nullptr ? io_status::ok : open(old);
  if (done == io_status::ok) done = write_header(*old.handle, old.bytes, write_mode::durable);
  if (done == io_status::ok) {
    done = directory_.rename(segment_name(old.number), segment_name(next_number_));
  }
  if (done == io_status::ok && !MR_MUTANT(renamed_name_not_synced)) {
    done = directory_.sync_directory();
  }
  if (done == io_status::ok) old.number = next_number_++;
  return done;
}

io_status segment_maker::remove(segment& old) noexcept {
  old.handle.reset();
  return directory_.remove(segment_name(old.number));
}

io_status segment_maker::open(segment& s) noexcept {
  return directory_.open(segment_name(s.number), true, s.handle);
}

bool segment_maker::is_good(segment& s) noexcept {
  std::size_t got = 0;
  if (s.handle->read(0, block_, got) != io_status::ok || got != format::block) return false;
  const auto header = format::decode_segment(block_);
  return header && header->number == s.number && header->directory == id_ &&
         header->bytes == s.bytes && s.handle->size() >= s.bytes;
}

io_status segment_maker::write_header(file& to, std::uint64_t bytes, write_mode mode) noexcept {
  format::encode({.number = next_number_, .bytes = bytes, .directory = id_}, block_);
  const bytes_view whole(block_);
  return to.write(0, std::span(&whole, 1), mode);
}

}  // namespace millrace::journal
