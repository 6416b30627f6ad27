#include "journal/identity.hpp"

#include <cstring>
#include <memory>

#include "journal/crc32c.hpp"
#include "journal/segment_name.hpp"

namespace millrace::journal {
namespace {

constexpr std::string_view file_name = "identity";
constexpr std::string_view unfinished_name = "identity.tmp";
constexpr char magic[8] = {'M', 'R', 'D', 'I', 'R', 0, 0, 1};
constexpr std::size_t header_bytes = 64;

// magic 8, CRC-32C of bytes 12..63, format version 4, id 16, receipt key 16, zeros
struct alignas(format::block) identity_block {
  std::byte bytes[format::block]{};
};

void encode(const identity& made, identity_block& out) noexcept {
  std::byte* at = out.bytes;
  std::memcpy(at, magic, sizeof(magic));
  std::memcpy(at + 12, &format::version, 4);
  std::memcpy(at + 16, made.id.data(), made.id.size());
  std::memcpy(at + 32, &made.receipt_key.low, 8);
  std::memcpy(at + 40, &made.receipt_key.high, 8);
  const std::uint32_t crc = crc32c({at + 12, header_bytes - 12});
  std::memcpy(at + 8, &crc, 4);
}

bool decode(const identity_block& in, identity& out) noexcept {
  const std::byte* at = in.bytes;
  std::uint32_t crc;
  std::uint32_t version;
  std::memcpy(&crc, at + 8, 4);
  std::memcpy(&version, at + 12, 4);
  if (std::memcmp(at, magic, sizeof(magic)) != 0 || version != format::version) return false;
  if (crc != crc32c({at + 12, header_bytes - 12})) return false;
  std::memcpy(out.id.data(), at + 16, out.id.size());
  std::memcpy(&out.receipt_key.low, at + 32, 8);
  std::memcpy(&out.receipt_key.high, at + 40, 8);
  return true;
}

errc code_of(io_status status) noexcept {
  return status == io_status::no_space ? errc::disk_full : errc::system;
}

result<identity> read_identity(file& from) noexcept {
  identity_block block;
  std::size_t got = 0;
  if (from.read(0, block.bytes, got) != io_status::ok) return errc::system;
  identity found;
  if (got < header_bytes || !decode(block, found)) return errc::journal_damaged;
  return found;
}

// Whole or not at all: under another name first.
result<identity> make_identity(storage& directory, const identity& fresh) noexcept {
  const io_status removed = directory.remove(unfinished_name);
  if (removed != io_status::ok && removed != io_status::not_found) return code_of(removed);
  std::unique_ptr<file> out;
  if (const auto made = directory.create(unfinished_name, out); made != io_status::ok) {
    return code_of(made);
  }
  identity_block block;
  encode(fresh, block);
  const bytes_view pieces[] = {block.bytes};
  io_status done = out->write(0, pieces, write_mode::durable);
  if (done == io_status::ok) done = out->sync();
  if (done == io_status::ok) done = directory.rename(unfinished_name, file_name);
  if (done == io_status::ok) done = directory.sync_directory();
  if (done != io_status::ok) return code_of(done);
  return fresh;
}

}  // namespace

result<identity> open_identity(storage& directory, const identity& fresh, bool may_create) {
  std::unique_ptr<file> in;
  const io_status opened = directory.open(file_name, false, in);
  if (opened == io_status::ok) return read_identity(*in);
  if (opened != io_status::not_found) return errc::system;
  std::vector<std::string> names;
  if (directory.list(names) != io_status::ok) return errc::system;
  for (const std::string& name : names) {
    if (segment_number(name)) return errc::journal_damaged;
  }
  if (!may_create) return errc::journal_damaged;
  return make_identity(directory, fresh);
}

}  // namespace millrace::journal
