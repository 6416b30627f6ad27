// lane_log: a lane's end of the local journal. Entries are encoded straight into the lane's open
// batch; the committer gets that batch when it is hungry, so one lane gives one batch to a group.
// The verbs of `journal` are the lane's, one thread at a time; take() to ring() the committer's,
// has_carried() and live() the keeper's.
#pragma once

#include <array>

#include "journal/batch_buffer.hpp"
#include "journal/journal.hpp"
#include "journal/log_state.hpp"
#include "sync/inbox.hpp"

namespace millrace::journal {

class lane_log final : public journal {
 public:
  struct options {
    std::uint16_t number = 0;
    std::uint32_t incarnation = 0;
    std::uint64_t batch_bytes = 0;  ///< most that a batch may take in its segment
    std::uint64_t append_bytes_max = millrace::journal::append_bytes_max;
  };

  lane_log(const options& wanted, log_state& state) noexcept;
  /// Once, before anything else. errc::system: no memory for the batches.
  result<void> allocate(const extent_source& from) noexcept;

  position append(std::span<const entry> entries) noexcept override;
  position append_carried(std::span<const entry> entries) noexcept override;
  [[nodiscard]] position reached(durability level) const noexcept override;
  [[nodiscard]] bool failed() const noexcept override { return state_.failed.is_set(); }
  [[nodiscard]] bool rings() const noexcept override { return bell_ != nullptr; }
  [[nodiscard]] admission admits() noexcept override;
  void offer(turn_end how) noexcept override;
  [[nodiscard]] std::uint32_t carry_wanted() const noexcept override;
  [[nodiscard]] std::uint32_t epoch() const noexcept override { return epoch_; }
  void carried(std::uint32_t epoch) noexcept override;
  void live(live_size size) noexcept override {
    live_.set(size.bytes);
    growth_.set(size.growth);
  }

  /// Before the first append.
  void set_bell(sync::doorbell& bell) noexcept { bell_ = &bell; }
  void start() noexcept;

  // The committer.
  [[nodiscard]] std::uint16_t number() const noexcept { return options_.number; }
  /// The next batch that was handed over, or null.
  [[nodiscard]] batch_buffer* take() noexcept;
  [[nodiscard]] bool waiting() noexcept { return !handed_over_.empty(); }
  /// The operating system has the batch.
  void written(const batch_buffer& batch) noexcept { written_.advance(batch.end); }
  /// The batch is as durable as its entries ask for.
  void committed(const batch_buffer& batch) noexcept;
  void give_back(batch_buffer* batch) noexcept;
  void ring() noexcept {
    if (bell_ != nullptr) bell_->ring();
  }
  /// Entries that the lane keeps back until it has settled, or somebody asks for them.
  [[nodiscard]] std::uint64_t keeps() const noexcept { return kept_.get(); }
  /// The lane has done all that followed from what is committed, and handed it over.
  [[nodiscard]] bool settled() const noexcept { return settled_.value() >= synced_.value(); }

  // The keeper.
  /// All that lay before `epoch` was appended again, and that is committed.
  [[nodiscard]] bool has_carried(std::uint32_t epoch) const noexcept;
  [[nodiscard]] live_size live() const noexcept { return {live_.get(), growth_.get()}; }
  /// Bytes that were ever handed over: of state carried forward, and of all else.
  [[nodiscard]] std::uint64_t bytes_carried() const noexcept { return bytes_carried_.get(); }
  [[nodiscard]] std::uint64_t bytes_decided() const noexcept { return bytes_decided_.get(); }

 private:
  /// Positions of a batch's first entry and of the end of what it stands for.
  struct extent {
    position first = 0;
    position end = 0;
  };

  [[nodiscard]] position before_open() const noexcept;
  [[nodiscard]] bool has_entries() const noexcept {
    return open_ != nullptr && open_->entries != 0;
  }
  [[nodiscard]] bool fits_append() const noexcept;
  [[nodiscard]] std::size_t put(std::span<const entry> rest, format::signing when,
                                std::size_t around) noexcept;
  [[nodiscard]] std::size_t lies_around(std::span<const entry> entries,
                                        format::signing when) const noexcept;
  [[nodiscard]] bool may_lie_elsewhere(bool disk) const noexcept;
  [[nodiscard]] format::signing who_signs(std::span<const entry> entries) const noexcept;
  bool make_room() noexcept;
  void open_batch() noexcept;
  void hand_over() noexcept;
  void count(const batch_buffer& batch) noexcept;
  void take_back() noexcept;
  void note_rest(turn_end how) noexcept;

  const options options_;
  log_state& state_;
  sync::doorbell* bell_ = nullptr;
  batch_buffers buffers_;

  // The lane's.
  position appended_ = 0;
  position open_first_ = 0;  ///< of the first entry in the open batch, if it has one
  position lost_first_ = 0;  ///< of the first entry after the journal failed, if there is one
  std::array<extent, batch_buffers::count> handed_{};  ///< of the last batches, at ordinal % count
  batch_buffer* open_ = nullptr;                       ///< null: the committer has all of them
  std::uint32_t salt_ = 0;                             ///< of the open batch
  std::uint32_t ordinal_ = 0;                          ///< of the last batch that was handed over
  std::uint32_t epoch_ = 0;
  bool resting_ = false;           ///< the last turn was idle, and began with:
  position resting_since_ = 0;     ///< what was committed
  std::uint64_t outstanding_ = 0;  ///< bytes that the batches at the committer's take
  std::array<batch_buffer*, batch_buffers::count> free_{};
  std::size_t free_count_ = 0;

  // Written by the lane.
  sync::inbox<batch_buffer*> handed_over_{batch_buffers::count};
  /// Epoch and, in the lower half, the batch with which that is true.
  alignas(sync::line_pair) sync::published<std::uint64_t> carried_;
  sync::published<std::uint64_t> live_;
  sync::published<std::uint64_t> growth_;
  sync::published<std::uint64_t> bytes_carried_;
  sync::published<std::uint64_t> bytes_decided_;
  sync::published<std::uint64_t> kept_;
  sync::watermark settled_;  ///< committed, and nothing left to do because of it

  // Written by the committer.
  sync::inbox<batch_buffer*> returned_{batch_buffers::count};
  alignas(sync::line_pair) sync::watermark written_;
  sync::watermark synced_;
  sync::watermark committed_;  ///< ordinal
};

}  // namespace millrace::journal
