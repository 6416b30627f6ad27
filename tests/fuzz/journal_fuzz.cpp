// A journal written and then mutilated as the input says, or an input taken for a segment: recovery
// ends, shows entries in order that somebody wrote, and the same ones when it is asked again.
#include <algorithm>
#include <cstring>
#include <memory>

#include "fuzz.hpp"
#include "journal/recovery.hpp"
#include "journal/segment_name.hpp"
#include "log_writer.hpp"
#include "sim_storage.hpp"

using namespace millrace;
namespace format = journal::format;

namespace {

constexpr std::uint64_t segment_bytes = 8 * format::block;

class input {
 public:
  input(const std::uint8_t* data, std::size_t size) noexcept : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  std::uint64_t take(std::size_t bytes) noexcept {
    std::uint64_t value = 0;
    for (; bytes != 0 && size_ != 0; --bytes, --size_) value = value << 8 | *data_++;
    return value;
  }
  [[nodiscard]] bytes_view rest() const noexcept {
    return {reinterpret_cast<const std::byte*>(data_), size_};
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

class machine {
 public:
  machine() { begin(); }

  void run(input& script) {
    for (int left = 24; left != 0 && !script.empty(); --left) step(script);
    look();
  }

  void take_for_segment(bytes_view bytes) {
    disk_.load(journal::segment_name(1), bytes);
    any_entry_ = true;
    look();
  }

 private:
  void begin() {
    options_.segment_bytes = segment_bytes;
    writer_ = std::make_unique<test::log_writer>(*storage_, options_);
    MR_FUZZ_CHECK(writer_->start());
  }

  void step(input& script) {
    switch (script.take(1) % 8) {
      case 0: return commit(script, durability::disk);
      case 1: return commit(script, durability::os);
      case 2: writes_ = writes_ && writer_->seal(); return;
      case 3: writes_ = writes_ && writer_->roll(); return;
      case 4: return flip(script);
      case 5: return edit_header(script);
      case 6: return shorten(script);
      case 7: return restart(script);
    }
  }

  void commit(input& script, durability level) {
    const std::uint64_t shape = script.take(1);
    if (!writes_) return;
    for (std::uint16_t lane = 0; lane <= shape % 2; ++lane) {
      writer_->add(lane, static_cast<std::uint32_t>(shape / 2 % 4) + 1);
    }
    writes_ = writer_->commit(level);
  }

  std::string any_name(input& script) {
    const auto names = disk_.names();
    return names[script.take(1) % names.size()];
  }

  void flip(input& script) {
    const std::string name = any_name(script);
    const std::uint64_t at = script.take(2);
    disk_.flip(name, at, static_cast<unsigned>(script.take(1)));
  }

  // A header that says something else and checks all the same.
  void edit_header(input& script) {
    const std::string name = any_name(script);
    const auto bytes = disk_.bytes_of(name);
    const std::uint64_t at = script.take(1) % 8 * format::block;
    if (at + format::block > bytes.size()) return;
    const std::uint32_t salt = format::batch_salt(options_.directory);
    const auto found = format::decode_batch(bytes.subspan(at), salt);
    const std::uint64_t field = script.take(1);
    const std::uint64_t value = script.take(4);
    if (!found) return;
    format::batch_header header = found->header;
    if (field % 8 == 0) header.group = value + 1;
    if (field % 8 == 1) header.first_sequence = value;
    if (field % 8 == 2) header.entries = static_cast<std::uint32_t>(value);
    if (field % 8 == 3) header.bytes = static_cast<std::uint32_t>(value);
    if (field % 8 == 4) header.previous_crc = static_cast<std::uint32_t>(value);
    if (field % 8 == 5) header.flags = static_cast<std::uint16_t>(value % 4);
    if (field % 8 == 6) header.oldest_segment = value % (header.segment + 1);
    if (field % 8 == 7) header.segment = value;
    header.oldest_segment = std::min(header.oldest_segment, header.segment);
    header.synced_group = std::min(header.group - 1, field >= 128 ? value : header.synced_group);
    std::vector<std::byte> edited(bytes.begin(), bytes.end());
    format::encode(header, salt, edited.data() + at);
    replace(name, edited);
  }

  void shorten(input& script) {
    const std::string name = any_name(script);
    const auto bytes = disk_.bytes_of(name);
    replace(name, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(script.take(2) %
                                                                              (bytes.size() + 1))});
  }

  // Whoever had the file open writes into what is no longer there.
  void replace(const std::string& name, const std::vector<std::byte>& bytes) {
    disk_.load(name, bytes);
    writes_ = false;
  }

  void restart(input& script) {
    disk_.crash(script.take(1) % 2 == 0 ? sim::crash_kind::kill : sim::crash_kind::power);
    storage_ = std::make_unique<sim::sim_storage>(disk_);
    const auto found = look();
    ++options_.incarnation;
    writer_ = std::make_unique<test::log_writer>(*storage_, options_);
    writes_ = writer_->start(found);
  }

  journal::recovery_report look() {
    std::vector<std::uint64_t> shown;
    auto report = journal::recover(*storage_, options_.directory,
                                   [&](const format::stored_entry& e, std::uint64_t sequence) {
                                     MR_FUZZ_CHECK(any_entry_ || test::name_of(e));
                                     MR_FUZZ_CHECK(shown.empty() || sequence > shown.back());
                                     shown.push_back(sequence);
                                   });
    MR_FUZZ_CHECK(report);
    MR_FUZZ_CHECK(report->entries == shown.size());
    MR_FUZZ_CHECK(shown.empty() || report->end.next_sequence > shown.back());
    for (const journal::finding& f : report->findings) MR_FUZZ_CHECK(!f.text().empty());
    std::size_t again = 0;
    MR_FUZZ_CHECK(journal::revisit(*storage_, *report, [&](const auto&, std::uint64_t sequence) {
      MR_FUZZ_CHECK(again < shown.size() && shown[again] == sequence);
      ++again;
    }));
    return std::move(*report);
  }

  sim::sim_disk disk_{1};
  std::unique_ptr<sim::sim_storage> storage_ = std::make_unique<sim::sim_storage>(disk_);
  test::log_writer::options options_;
  std::unique_ptr<test::log_writer> writer_;
  bool writes_ = true;      ///< the writer's files are those on the disk
  bool any_entry_ = false;  ///< the input may spell any
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  input script(data, size);
  machine one;
  if (script.take(1) == 0xff) {
    one.take_for_segment(script.rest());
  } else {
    one.run(script);
  }
  return 0;
}
