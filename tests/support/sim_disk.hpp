// sim_disk: a simulated disk with its operating system: files and their names, what of them has
// reached the medium, and the faults that a seed or a test asks for. Outlives the processes that
// use it through a sim_storage; crash() ends them. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "journal/storage.hpp"
#include "sim_inode.hpp"

namespace millrace::sim {

enum class disk_call : std::uint8_t {
  list,
  open,
  create,
  rename,
  remove,
  sync_directory,
  write,          ///< cached
  durable_write,  ///< written through
  sync,
  read,
};
constexpr std::size_t disk_calls = 10;

enum class crash_kind : std::uint8_t {
  kill,   ///< the process: what it has written is there
  power,  ///< what was not synced is there, or not, sector by sector and name by name
};

/// Chances of a fault, in millionths of a call.
struct disk_faults {
  std::uint32_t read_fails = 0;
  std::uint32_t write_fails = 0;  ///< a part of it may be there
  std::uint32_t sync_fails = 0;   ///< what it was to sync may never get there
  std::uint32_t directory_fails = 0;
  std::uint32_t no_space = 0;  ///< where a file grows
  std::uint32_t slow = 0;      ///< takes slow_ns instead
};

struct disk_times {
  std::int64_t write_ns = 10'000;
  std::int64_t sync_ns = 80'000;
  std::int64_t slow_ns = 50'000'000;
};

struct disk_counts {
  std::uint64_t calls[disk_calls] = {};
  std::uint64_t bytes_written = 0;
  std::uint64_t failed = 0;       ///< calls, by a fault
  std::uint64_t not_removed = 0;  ///< of them: names of files
  std::uint64_t not_synced = 0;   ///< of them: files, whose unsynced bytes may be gone
  std::uint64_t no_space = 0;     ///< calls
  std::uint64_t recycled = 0;     ///< files that got another lasting name
  std::uint64_t slow = 0;
  std::uint64_t kills = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t interrupted = 0;  ///< calls that a crash did not let finish
  std::uint64_t flips = 0;        ///< bits
};

/// A call that changed something and returned well, as it is recorded.
struct disk_operation {
  disk_call call = disk_call::create;
  std::uint32_t file = 0;  ///< number of the file; of create, the new one
  std::uint64_t offset = 0;
  std::vector<std::byte> bytes;
  std::string from;  ///< rename, remove
  std::string to;    ///< create, rename
};

class sim_disk {
 public:
  explicit sim_disk(std::uint64_t seed) : random_(seed) {}

  void set_faults(const disk_faults& chances) { faults_ = chances; }
  /// The `nth` such call from now on (1: the next) fails with that status.
  void fail_nth(disk_call call, std::uint64_t nth, journal::io_status status);
  /// No more faults of any kind, and no interruption.
  void forget_faults() noexcept {
    faults_ = {};
    script_.clear();
    interrupt_in_ = 0;
  }
  /// All files together; what is beyond it cannot be written.
  void set_capacity(std::uint64_t bytes) noexcept { capacity_ = bytes; }
  [[nodiscard]] std::uint64_t used() const noexcept;
  /// Called with what each write and sync takes; with `times`, all of them take some.
  void set_clock(const disk_times& times, std::function<void(std::int64_t ns)> passes);

  /// Called at the beginning of each write and sync: what other threads do until it returns.
  void set_meanwhile(std::function<void()> others) { meanwhile_ = std::move(others); }

  /// The process or the power ends in the middle of the `nth` call that changes something: a part
  /// of it is done, and every later call fails until crash().
  void interrupt_nth(std::uint64_t nth, crash_kind kind);
  [[nodiscard]] bool interrupted() const noexcept { return dead_; }
  /// The end of all processes that use the disk; their files and storages fail from then on. What
  /// survives is what the next one finds. An interrupted call's kind stands.
  void crash(crash_kind kind);

  /// Turns one bit of a file over. False: the file has no such byte.
  bool flip(const std::string& name, std::uint64_t offset, unsigned bit);
  [[nodiscard]] std::vector<std::string> names() const;
  /// What a process sees of a file; nothing when it is not there.
  [[nodiscard]] std::span<const std::byte> bytes_of(const std::string& name) const;

  /// What a process sees of all files, and a number for each.
  struct listed_file {
    std::string name;
    std::uint32_t number = 0;
    std::span<const std::byte> bytes;
  };
  [[nodiscard]] std::vector<listed_file> files() const;
  /// Puts a file there, name and all on the medium.
  void load(const std::string& name, std::span<const std::byte> bytes);
  /// Appends what happens from now on; null: no more.
  void record(std::vector<disk_operation>* to) noexcept { record_ = to; }

  [[nodiscard]] const disk_counts& counts() const noexcept { return counts_; }

 private:
  friend class sim_storage;
  friend class sim_handle;
  using inode = std::shared_ptr<sim_inode>;
  using directory = std::map<std::string, inode, std::less<>>;
  struct directory_change {
    disk_call call = disk_call::create;
    std::string from;
    std::string to;
    inode made;
    inode found = {};  ///< by that name, when it was renamed or removed: no other takes its place
  };
  struct scripted_fault {
    disk_call call = disk_call::list;
    std::uint64_t left = 0;
    journal::io_status status = journal::io_status::failed;
  };
  /// How far a call may go.
  enum class fate : std::uint8_t { done, fails, half };

  fate begin(disk_call call, journal::io_status& status);
  journal::io_status refuse(journal::io_status status);
  [[nodiscard]] bool chance(std::uint32_t millionths);
  void spend(std::int64_t ns);
  journal::io_status write(sim_inode& to, std::uint64_t offset, std::span<const bytes_view> pieces,
                           journal::write_mode mode);
  void write_part(sim_inode& to, std::uint64_t offset, bytes_view all, fate how);
  journal::io_status sync(sim_inode& of);
  journal::io_status read(const sim_inode& from, std::uint64_t offset, std::span<std::byte> into,
                          std::size_t& got);
  journal::io_status change_directory(directory_change change);
  inode make_inode() { return std::make_shared<sim_inode>(++last_number_); }
  static void apply(directory& to, const directory_change& change);
  journal::io_status sync_directory();
  void lose_names();

  base::random random_;
  directory now_;                          ///< as processes see it
  directory on_medium_;                    ///< as it was last synced
  std::vector<directory_change> changes_;  ///< between the two
  std::uint64_t process_ = 0;              ///< grows with each crash; others are dead
  bool locked_ = false;
  bool dead_ = false;

  disk_faults faults_;
  disk_times times_;
  std::function<void(std::int64_t)> passes_;
  std::function<void()> meanwhile_;
  std::vector<scripted_fault> script_;
  std::uint64_t interrupt_in_ = 0;  ///< 0: not
  crash_kind interrupt_kind_ = crash_kind::power;
  std::uint64_t capacity_ = std::uint64_t{1} << 40;
  std::vector<std::byte> gathered_;
  std::uint32_t last_number_ = 0;
  std::vector<disk_operation>* record_ = nullptr;
  disk_counts counts_;
};

}  // namespace millrace::sim
