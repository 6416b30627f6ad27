#include "crash_image.hpp"

#include <algorithm>
#include <cstring>

#include "journal/segment_name.hpp"

namespace millrace::crash_states {

using sim::disk_call;
using sim::disk_operation;

crash_image::crash_image(const history& of) {
  for (const stored_file& file : of.files) {
    files_[file.number] = file.bytes;
    on_medium_[file.name] = file.number;
  }
}

void crash_image::begin(const disk_operation& operation) {
  switch (operation.call) {
    case disk_call::write:
    case disk_call::durable_write: return write(operation);
    case disk_call::create: files_[operation.file]; [[fallthrough]];
    case disk_call::rename:
    case disk_call::remove: changes_.push_back(operation); return;
    default: return;
  }
}

void crash_image::finish(const disk_operation& operation) {
  if (operation.call == disk_call::durable_write) {
    settle(operation.file, operation.offset, operation.bytes.size());
  } else if (operation.call == disk_call::sync) {
    settle(operation.file, 0, files_[operation.file].size());
  } else if (operation.call == disk_call::sync_directory) {
    for (const disk_operation& change : changes_) apply(on_medium_, change);
    changes_.clear();
  }
}

void crash_image::write(const disk_operation& operation) {
  std::vector<std::byte>& bytes = files_[operation.file];
  const std::uint64_t end = operation.offset + operation.bytes.size();
  const std::uint64_t begin = operation.offset / sector_bytes * sector_bytes;
  if (end > bytes.size()) bytes.resize((end + sector_bytes - 1) / sector_bytes * sector_bytes);
  std::vector<std::size_t> touched;
  for (std::uint64_t at = begin; at < end; at += sector_bytes) {
    const auto found = std::find_if(sectors_.begin(), sectors_.end(), [&](const auto& s) {
      return s.file == operation.file && s.offset == at;
    });
    touched.push_back(static_cast<std::size_t>(found - sectors_.begin()));
    if (found != sectors_.end()) continue;
    pending_sector& made = sectors_.emplace_back();
    made.file = operation.file;
    made.offset = at;
    std::memcpy(made.before.data(), bytes.data() + at, sector_bytes);
  }
  std::memcpy(bytes.data() + operation.offset, operation.bytes.data(), operation.bytes.size());
  for (const std::size_t i : touched) {
    std::memcpy(sectors_[i].after.data(), bytes.data() + sectors_[i].offset, sector_bytes);
  }
  // A sector that was written as it was is no question.
  std::erase_if(sectors_, [](const pending_sector& s) { return s.before == s.after; });
}

void crash_image::settle(std::uint32_t file, std::uint64_t offset, std::uint64_t size) {
  std::erase_if(sectors_, [&](const pending_sector& s) {
    return s.file == file && s.offset + sector_bytes > offset && s.offset < offset + size;
  });
}

void crash_image::show(pending_sector& sector, bool kept) noexcept {
  sector.kept = kept;
  std::memcpy(files_[sector.file].data() + sector.offset,
              kept ? sector.after.data() : sector.before.data(), sector_bytes);
}

void crash_image::choose_names(std::uint64_t changes) {
  directory names = on_medium_;
  for (std::size_t i = 0; i != changes_.size(); ++i) {
    if ((changes >> i & 1) != 0) apply(names, changes_[i]);
  }
  shown_.clear();
  for (const auto& one : names) {
    if (!one.first.ends_with(journal::unfinished_suffix)) shown_.push_back(one);
  }
}

bool crash_image::is_shown(std::uint32_t file) const noexcept {
  return std::any_of(shown_.begin(), shown_.end(),
                     [&](const named_file& one) { return one.second == file; });
}

void crash_image::apply(directory& to, const disk_operation& change) {
  if (change.call == disk_call::create) {
    to[change.to] = change.file;
    return;
  }
  const auto found = to.find(change.from);
  if (found == to.end()) return;
  const std::uint32_t moved = found->second;
  to.erase(found);
  if (change.call == disk_call::rename) to[change.to] = moved;
}

namespace {

class image_file final : public journal::file {
 public:
  explicit image_file(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}
  journal::io_status write(std::uint64_t, std::span<const bytes_view>,
                           journal::write_mode) noexcept override {
    return journal::io_status::failed;
  }
  journal::io_status sync() noexcept override { return journal::io_status::failed; }
  journal::io_status read(std::uint64_t offset, std::span<std::byte> into,
                          std::size_t& got) noexcept override {
    const std::uint64_t left = offset < bytes_.size() ? bytes_.size() - offset : 0;
    got = std::min<std::size_t>(into.size(), left);
    if (got != 0) std::memcpy(into.data(), bytes_.data() + offset, got);
    return journal::io_status::ok;
  }
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace

journal::io_status image_storage::list(std::vector<std::string>& names) noexcept {
  names.clear();
  for (const auto& [name, file] : image_.names()) names.push_back(name);
  return journal::io_status::ok;
}

journal::io_status image_storage::open(std::string_view name, bool,
                                       std::unique_ptr<journal::file>& out) noexcept {
  for (const auto& [known, file] : image_.names()) {
    if (known == name) {
      out = std::make_unique<image_file>(image_.bytes(file));
      return journal::io_status::ok;
    }
  }
  return journal::io_status::not_found;
}

}  // namespace millrace::crash_states
