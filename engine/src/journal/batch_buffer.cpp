#include "journal/batch_buffer.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "sync/extent_source.hpp"

namespace millrace::journal {
namespace {

constexpr std::uint32_t kept_bytes = std::uint32_t{512} << 10;  // whatever comes, these stay
constexpr std::uint32_t quiet_max = 64;
constexpr std::size_t large_page = std::size_t{2} << 20;

}  // namespace

void batch_buffer::add_here(std::size_t encoded) noexcept {
  const auto more = static_cast<std::uint32_t>(encoded);
  if (piece_count != 0) {
    batch_piece& last = pieces[piece_count - 1];
    if (last.home == nullptr) {
      last.bytes += more;
      ++last.entries;
    } else {
      MR_ASSERT(piece_count < pieces_max);
      pieces[piece_count++] = {next(), more, 1, nullptr};
    }
  }
  bytes += more;
  ++entries;
}

void batch_buffer::add_there(std::byte* at, std::size_t encoded, sync::block* home) noexcept {
  const auto more = static_cast<std::uint32_t>(encoded);
  if (piece_count == 0) pieces[piece_count++] = {memory, bytes, entries, nullptr};
  batch_piece& last = pieces[piece_count - 1];
  if (last.home == home && last.at + last.bytes == at) {
    last.bytes += more;
    ++last.entries;
  } else {
    MR_ASSERT(piece_count < pieces_max);
    if (!MR_MUTANT(block_not_held)) sync::retain(home);
    pieces[piece_count++] = {at, more, 1, home};
  }
  bytes += more;
  if (!copied_later) elsewhere += more;
  ++entries;
}

void batch_buffer::release_homes() noexcept {
  for (std::uint32_t i = 0; i < piece_count; ++i) {
    if (pieces[i].home == nullptr || MR_MUTANT(block_not_held)) continue;
    sync::release(pieces[i].home);
  }
  piece_count = 0;
}

void batch_buffer::reset() noexcept {
  const auto used = static_cast<std::uint32_t>(place_bytes() - elsewhere);
  touched = std::max(touched, used);
  quiet = used <= kept_bytes && touched > kept_bytes ? quiet + 1 : 0;
  if (quiet == quiet_max) {
    sync::discard_pages(memory + kept_bytes, touched - kept_bytes);
    touched = kept_bytes;
    quiet = 0;
  }
  bytes = format::batch_header_bytes;
  entries = elsewhere = carried = 0;
  disk = copied_later = false;
  crcs_missing = false;
}

batch_buffers::~batch_buffers() {
  for (batch_buffer& b : all_) b.release_homes();
  if (extent_ != nullptr) from_.release(from_.context, extent_, bytes_);
}

result<void> batch_buffers::allocate(const extent_source& from, std::size_t bytes) noexcept {
  const std::size_t each =
      bytes < large_page ? bytes : (bytes + large_page - 1) / large_page * large_page;
  const std::size_t alignment = bytes < large_page ? format::block : large_page;
  extent_ = from.allocate(from.context, count * each, alignment, any_numa_node);
  if (extent_ == nullptr) return errc::system;
  from_ = from;
  bytes_ = count * each;
  if (alignment == large_page) sync::prefer_large_pages(extent_, bytes_);
  auto* memory = static_cast<std::byte*>(extent_);
  for (batch_buffer& b : all_) {
    b.memory = memory;
    memory += each;
  }
  return {};
}

}  // namespace millrace::journal
