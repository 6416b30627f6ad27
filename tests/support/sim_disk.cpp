#include "sim_disk.hpp"

#include <algorithm>
#include <cstring>

namespace millrace::sim {

using journal::io_status;
using journal::write_mode;

namespace {

bool changes_something(disk_call call) {
  return call != disk_call::list && call != disk_call::open && call != disk_call::read;
}

}  // namespace

void sim_disk::fail_nth(disk_call call, std::uint64_t nth, io_status status) {
  script_.push_back({call, nth, status});
}

void sim_disk::set_clock(const disk_times& times, std::function<void(std::int64_t)> passes) {
  times_ = times;
  passes_ = std::move(passes);
}

void sim_disk::interrupt_nth(std::uint64_t nth, crash_kind kind) {
  interrupt_in_ = nth;
  interrupt_kind_ = kind;
}

std::uint64_t sim_disk::used() const noexcept {
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : now_) bytes += file->size();
  return bytes;
}

bool sim_disk::flip(const std::string& name, std::uint64_t offset, unsigned bit) {
  const auto found = now_.find(name);
  if (found == now_.end() || offset >= found->second->size()) return false;
  found->second->at_rest()[offset] ^= static_cast<std::byte>(1U << (bit % 8));
  ++counts_.flips;
  return true;
}

std::vector<std::string> sim_disk::names() const {
  std::vector<std::string> out;
  for (const auto& [name, file] : now_) out.push_back(name);
  return out;
}

std::span<const std::byte> sim_disk::bytes_of(const std::string& name) const {
  const auto found = now_.find(name);
  return found == now_.end() ? std::span<const std::byte>{} : found->second->bytes();
}

std::vector<sim_disk::listed_file> sim_disk::files() const {
  std::vector<listed_file> out;
  for (const auto& [name, file] : now_) out.push_back({name, file->number(), file->bytes()});
  return out;
}

void sim_disk::load(const std::string& name, std::span<const std::byte> bytes) {
  const inode made = make_inode();
  made->write(0, bytes);
  made->sync();
  now_[name] = on_medium_[name] = made;
}

void sim_disk::crash(crash_kind kind) {
  if (dead_) kind = interrupt_kind_;
  if (kind == crash_kind::power) {
    ++counts_.power_cuts;
    lose_names();
    for (const auto& [name, file] : now_) file->cut(random_);
  } else {
    ++counts_.kills;
  }
  ++process_;
  locked_ = dead_ = false;
  interrupt_in_ = 0;
}

// A journaling file system keeps the first changes; another one may keep any.
void sim_disk::lose_names() {
  const bool in_order = random_.below(4) != 0;
  const std::uint64_t kept = random_.below(changes_.size() + 1);
  for (std::size_t i = 0; i != changes_.size(); ++i) {
    if (in_order ? i < kept : random_.below(2) == 0) apply(on_medium_, changes_[i]);
  }
  changes_.clear();
  now_ = on_medium_;
}

sim_disk::fate sim_disk::begin(disk_call call, io_status& status) {
  ++counts_.calls[static_cast<std::size_t>(call)];
  status = io_status::failed;
  if (dead_) return fate::fails;
  for (scripted_fault& fault : script_) {
    if (fault.call == call && fault.left != 0 && --fault.left == 0) {
      status = refuse(fault.status);
      if (call == disk_call::remove && status == io_status::failed) ++counts_.not_removed;
      return fate::fails;
    }
  }
  if (interrupt_in_ != 0 && changes_something(call) && --interrupt_in_ == 0) {
    ++counts_.interrupted;
    dead_ = true;
    return fate::half;
  }
  std::uint32_t fails = faults_.directory_fails;
  if (call == disk_call::read || call == disk_call::open || call == disk_call::list) {
    fails = faults_.read_fails;
  } else if (call == disk_call::write || call == disk_call::durable_write) {
    fails = faults_.write_fails;
  } else if (call == disk_call::sync || call == disk_call::sync_directory) {
    fails = faults_.sync_fails;
  }
  if (!chance(fails)) return fate::done;
  status = refuse(io_status::failed);
  return fate::fails;
}

io_status sim_disk::refuse(io_status status) {
  ++(status == io_status::no_space ? counts_.no_space : counts_.failed);
  return status;
}

bool sim_disk::chance(std::uint32_t millionths) {
  return millionths != 0 && random_.below(1'000'000) < millionths;
}

void sim_disk::spend(std::int64_t ns) {
  if (!passes_) return;
  if (chance(faults_.slow)) {
    ++counts_.slow;
    ns = times_.slow_ns;
  }
  passes_(ns);
}

io_status sim_disk::write(sim_inode& to, std::uint64_t offset, std::span<const bytes_view> pieces,
                          write_mode mode) {
  if (meanwhile_) meanwhile_();
  const bool durable = mode == write_mode::durable;
  io_status status;
  const fate how = begin(durable ? disk_call::durable_write : disk_call::write, status);
  gathered_.clear();
  for (const bytes_view piece : pieces) {
    gathered_.insert(gathered_.end(), piece.begin(), piece.end());
  }
  const std::uint64_t end = offset + gathered_.size();
  if (how != fate::done) {
    if (status != io_status::no_space) write_part(to, offset, gathered_, how);
    return status;
  }
  if (end > to.size() && (used() + end - to.size() > capacity_ || chance(faults_.no_space))) {
    return refuse(io_status::no_space);
  }
  to.write(offset, gathered_);
  if (durable) to.settle(offset, gathered_.size());
  counts_.bytes_written += gathered_.size();
  if (record_ != nullptr) {
    const auto call = durable ? disk_call::durable_write : disk_call::write;
    record_->push_back({call, to.number(), offset, gathered_, {}, {}});
  }
  spend(durable ? times_.sync_ns : times_.write_ns);
  return io_status::ok;
}

// What is there of a write that did not return well. A killed process has written the beginning;
// after a power cut or an error each sector goes its own way, which the crash decides.
void sim_disk::write_part(sim_inode& to, std::uint64_t offset, bytes_view all, fate how) {
  if (dead_ && how != fate::half) return;
  const bool prefix = how == fate::half && interrupt_kind_ == crash_kind::kill;
  const std::uint64_t left = to.size() > offset ? to.size() - offset : 0;
  std::uint64_t size =
      std::min<std::uint64_t>(all.size(), left);  // a file that would grow does not
  if (prefix || random_.below(2) == 0) size = random_.below(size + 1);
  to.write(offset, all.first(size));
}

io_status sim_disk::sync(sim_inode& of) {
  if (meanwhile_) meanwhile_();
  io_status status;
  const fate how = begin(disk_call::sync, status);
  if (how == fate::fails && !dead_) {
    of.drop(random_);
    ++counts_.not_synced;
  }
  if (how != fate::done) return status;
  of.sync();
  if (record_ != nullptr) record_->push_back({disk_call::sync, of.number(), 0, {}, {}, {}});
  spend(times_.sync_ns);
  return io_status::ok;
}

io_status sim_disk::read(const sim_inode& from, std::uint64_t offset, std::span<std::byte> into,
                         std::size_t& got) {
  io_status status;
  got = 0;
  if (begin(disk_call::read, status) != fate::done) return status;
  const auto bytes = from.bytes();
  if (offset >= bytes.size()) return io_status::ok;
  got = std::min<std::size_t>(into.size(), bytes.size() - offset);
  std::memcpy(into.data(), bytes.data() + offset, got);
  return io_status::ok;
}

io_status sim_disk::change_directory(directory_change change) {
  if (meanwhile_) meanwhile_();
  io_status status;
  const fate how = begin(change.call, status);
  if (how == fate::fails || (how == fate::half && random_.below(2) == 0)) return status;
  if (const auto at = now_.find(change.from); at != now_.end()) change.found = at->second;
  apply(now_, change);
  const bool renames = change.call == disk_call::rename;
  counts_.recycled += renames && change.from.ends_with(".seg") ? 1 : 0;
  if (record_ != nullptr) {
    const std::uint32_t number = change.made ? change.made->number() : 0;
    record_->push_back({change.call, number, 0, {}, change.from, change.to});
  }
  changes_.push_back(std::move(change));
  return how == fate::done ? io_status::ok : status;
}

void sim_disk::apply(directory& to, const directory_change& change) {
  if (change.call == disk_call::create) {
    to[change.to] = change.made;
    return;
  }
  const auto found = to.find(change.from);
  if (found == to.end() || found->second != change.found) return;
  const inode moved = found->second;
  to.erase(found);
  if (change.call == disk_call::rename) to[change.to] = moved;
}

io_status sim_disk::sync_directory() {
  if (meanwhile_) meanwhile_();
  io_status status;
  if (begin(disk_call::sync_directory, status) != fate::done) return status;
  on_medium_ = now_;
  changes_.clear();
  if (record_ != nullptr) record_->push_back({disk_call::sync_directory, 0, 0, {}, {}, {}});
  spend(times_.sync_ns);
  return io_status::ok;
}

}  // namespace millrace::sim
