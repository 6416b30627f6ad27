// memory_storage: a journal directory in memory for tests of what writes it: what the operating
// system has and what the device has are two things, and a test may look at, fail or forbid each
// call. One thread, but for what the storage seam promises: files and directory on two.
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "journal/storage.hpp"

namespace millrace::test {

enum class io_call : std::uint8_t { write, write_durable, sync, create, rename, remove, directory };

struct memory_file {
  std::string name{};
  std::vector<std::byte> cached{};   ///< what a killed process leaves
  std::vector<std::byte> durable{};  ///< what a power cut leaves
};

/// What is in the directory; outlives storages, as a disk does.
struct memory_disk {
  std::map<std::string, std::shared_ptr<memory_file>> files;
  std::uint64_t capacity = UINT64_MAX;  ///< bytes of all files
  std::uint64_t bytes_read = 0;
  /// Asked before each call; anything but ok is its answer, and nothing is done.
  std::function<journal::io_status(io_call, const std::string& name)> before;
  std::mutex mutex;

  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t n = 0;
    for (const auto& [name, content] : files) n += content->cached.size();
    return n;
  }
  /// What was not synced is gone. Names are durable at once: nobody here relies on less.
  void cut_power() {
    for (auto& [name, content] : files) content->cached = content->durable;
  }
  journal::io_status ask(io_call call, const std::string& name) const {
    return before ? before(call, name) : journal::io_status::ok;
  }
};

class memory_handle final : public journal::file {
 public:
  memory_handle(memory_disk& disk, std::shared_ptr<memory_file> content)
      : disk_(disk), content_(std::move(content)) {}

  journal::io_status write(std::uint64_t offset, std::span<const bytes_view> pieces,
                           journal::write_mode mode) noexcept override {
    const bool durable = mode == journal::write_mode::durable;
    const auto asked = disk_.ask(durable ? io_call::write_durable : io_call::write, content_->name);
    if (asked != journal::io_status::ok) return asked;
    const std::lock_guard lock(disk_.mutex);
    for (const bytes_view piece : pieces) {
      const std::uint64_t end = offset + piece.size();
      if (end > content_->cached.size()) {
        if (disk_.bytes() + end - content_->cached.size() > disk_.capacity) {
          return journal::io_status::no_space;
        }
        content_->cached.resize(end);
      }
      std::memcpy(content_->cached.data() + offset, piece.data(), piece.size());
      if (durable) {
        if (end > content_->durable.size()) content_->durable.resize(end);
        std::memcpy(content_->durable.data() + offset, piece.data(), piece.size());
      }
      offset = end;
    }
    return journal::io_status::ok;
  }
  journal::io_status sync() noexcept override {
    const auto asked = disk_.ask(io_call::sync, content_->name);
    if (asked != journal::io_status::ok) return asked;
    const std::lock_guard lock(disk_.mutex);
    content_->durable = content_->cached;
    return journal::io_status::ok;
  }
  journal::io_status read(std::uint64_t offset, std::span<std::byte> into,
                          std::size_t& got) noexcept override {
    const std::lock_guard lock(disk_.mutex);
    const std::size_t size = content_->cached.size();
    got = offset < size ? std::min<std::size_t>(into.size(), size - offset) : 0;
    if (got != 0) std::memcpy(into.data(), content_->cached.data() + offset, got);
    disk_.bytes_read += got;
    return journal::io_status::ok;
  }
  [[nodiscard]] std::uint64_t size() const noexcept override { return content_->cached.size(); }

 private:
  memory_disk& disk_;
  const std::shared_ptr<memory_file> content_;
};

class memory_storage final : public journal::storage {
 public:
  explicit memory_storage(memory_disk& disk) : disk_(disk) {}

  journal::io_status lock() noexcept override { return journal::io_status::ok; }
  journal::io_status list(std::vector<std::string>& names) noexcept override {
    const std::lock_guard lock(disk_.mutex);
    names.clear();
    for (const auto& [name, content] : disk_.files) names.push_back(name);
    return journal::io_status::ok;
  }
  journal::io_status open(std::string_view name, bool,
                          std::unique_ptr<journal::file>& out) noexcept override {
    const std::lock_guard lock(disk_.mutex);
    const auto found = disk_.files.find(std::string(name));
    if (found == disk_.files.end()) return journal::io_status::not_found;
    out = std::make_unique<memory_handle>(disk_, found->second);
    return journal::io_status::ok;
  }
  journal::io_status create(std::string_view name,
                            std::unique_ptr<journal::file>& out) noexcept override {
    const auto asked = disk_.ask(io_call::create, std::string(name));
    if (asked != journal::io_status::ok) return asked;
    {
      const std::lock_guard lock(disk_.mutex);
      auto& content = disk_.files[std::string(name)];
      if (content != nullptr) return journal::io_status::failed;
      content = std::make_shared<memory_file>();
      content->name = name;
    }
    return open(name, true, out);
  }
  journal::io_status rename(std::string_view from, std::string_view to) noexcept override {
    const auto asked = disk_.ask(io_call::rename, std::string(from));
    if (asked != journal::io_status::ok) return asked;
    const std::lock_guard lock(disk_.mutex);
    auto node = disk_.files.extract(std::string(from));
    if (node.empty()) return journal::io_status::not_found;
    node.mapped()->name = to;
    disk_.files[std::string(to)] = std::move(node.mapped());
    return journal::io_status::ok;
  }
  journal::io_status remove(std::string_view name) noexcept override {
    const auto asked = disk_.ask(io_call::remove, std::string(name));
    if (asked != journal::io_status::ok) return asked;
    const std::lock_guard lock(disk_.mutex);
    return disk_.files.erase(std::string(name)) == 1 ? journal::io_status::ok
                                                     : journal::io_status::not_found;
  }
  journal::io_status sync_directory() noexcept override {
    return disk_.ask(io_call::directory, "");
  }
  [[nodiscard]] std::string last_error() const override { return "the test said so"; }

 private:
  memory_disk& disk_;
};

}  // namespace millrace::test
