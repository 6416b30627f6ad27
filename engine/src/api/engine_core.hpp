// engine_core: what an engine is made of: memory, clock, journal, lanes, their threads, and the
// places of its clients. Opened and closed on one thread; between, lanes and clients use it.
#pragma once

#include <memory>
#include <millrace/client.hpp>
#include <millrace/engine.hpp>
#include <optional>
#include <vector>

#include "api/data_dir.hpp"
#include "api/transfer_mesh.hpp"
#include "lane/lane.hpp"
#include "sync/block_store.hpp"
#include "sync/claim_table.hpp"
#include "sync/latch_flag.hpp"
#include "sync/stop_flag.hpp"
#include "sync/thread.hpp"
#include "sync/virtual_clock.hpp"

namespace millrace {

namespace sync {
struct placement;
}

inline namespace v1 {
namespace detail {

/// One client's place: its doorbell and a port in every lane. Used again after the client closed.
struct client_place {
  client_place(std::size_t lanes, std::size_t window);
  /// Before the place is used by a client; no lane looks at the doorbell then.
  void renew(const client_options& wanted);

  std::optional<sync::doorbell> bell;
  bool woken_outside = false;  ///< by client_options::wake, so nobody can wait at the bell
  std::vector<std::unique_ptr<lane::port>> ports;
  const std::size_t window;
};

/// What tests put in the place of the world.
struct engine_seams {
  journal::journal* log =
      nullptr;  ///< of all lanes; else a memory journal each, or the directory's
  std::unique_ptr<journal::storage> directory;  ///< instead of options::data_dir
  bool journal_threads = true;                  ///< else the test calls journal().work()
  /// How the directory's journal is made, lanes and threads apart; null: as usual.
  const journal::local_journal::options* journal = nullptr;
  base::time_ns start_ns = 0;  ///< when virtual time begins; 0: now
};

class engine_core {
 public:
  static result<std::unique_ptr<engine_core>> open(const options& wanted, engine_seams seams = {},
                                                   std::string* why = nullptr);
  static result<std::unique_ptr<engine_core>> open(const options& wanted, journal::journal* log) {
    return open(wanted, engine_seams{.log = log, .directory = nullptr});
  }
  ~engine_core();

  client_place* claim_place(const client_options& wanted);
  void give_back(client_place* place) { places_.give_back(place); }

  [[nodiscard]] std::uint32_t lanes() const noexcept {
    return static_cast<std::uint32_t>(lanes_.size());
  }
  [[nodiscard]] lane::lane& lane_at(std::uint32_t number) noexcept { return *lanes_[number]->loop; }
  [[nodiscard]] std::uint32_t lane_of_slot(std::uint8_t slot) const noexcept {
    return slot * lanes() / queue::slot_count;
  }
  [[nodiscard]] bool polled_by_callers() const noexcept {
    return options_.threading == thread_mode::none;
  }
  /// For a client that waits: a turn of that lane, and of a journal that has no threads.
  void help(std::uint32_t lane) noexcept;
  [[nodiscard]] sync::block_store& blocks() noexcept { return *blocks_; }
  /// Of receipts, and of the keys of groups and deduplication ids.
  [[nodiscard]] const base::tag_key& secret() const noexcept { return secret_; }
  /// What a client leaves free before an envelope, so that the journal can write it from there:
  /// once a message was sent that it keeps. Small ones are copied.
  [[nodiscard]] std::uint32_t room_before(std::size_t envelope_bytes, bool has_ids) const noexcept {
    constexpr std::size_t least = 512;
    if (envelope_bytes < least || !journals_.is_set()) return 0;
    return has_ids ? queue::fifo_sent_room : queue::sent_room;
  }
  [[nodiscard]] std::uint32_t message_size_max() const noexcept {
    return options_.message_size_max;
  }
  [[nodiscard]] const base::clock& clock() const noexcept { return *clock_; }
  [[nodiscard]] sync::virtual_clock* virtual_time() noexcept { return virtual_; }
  [[nodiscard]] bool may_spin() const noexcept { return may_spin_; }
  /// Null: everything is in memory.
  [[nodiscard]] api::data_dir* data() noexcept { return data_.get(); }
  /// Wakes every lane, so that it looks at the clock.
  void ring_all() noexcept;

 private:
  /// A lane with what is its own; heap-allocated so that lanes share no cache line.
  struct lane_place {
    engine_core* engine = nullptr;
    std::uint32_t number = 0;
    std::optional<sync::arena> memory;
    journal::memory_journal log;
    std::optional<lane::lane> loop;
    sync::thread runner;
  };
  class port_view final : public lane::port_source {
   public:
    port_view(const sync::claim_table<client_place>& places, std::uint32_t lane)
        : places_(places), lane_(lane) {}
    [[nodiscard]] std::size_t size() const noexcept override { return places_.size(); }
    [[nodiscard]] lane::port& at(std::size_t place) const noexcept override {
      return *places_.at(place).ports[lane_];
    }

   private:
    const sync::claim_table<client_place>& places_;
    std::uint32_t lane_;
  };

  explicit engine_core(const options& wanted);
  result<void> start(engine_seams seams, std::string& why);
  result<void> fill_stock(std::string& why);
  result<void> open_data(engine_seams& seams, std::uint32_t lanes, std::string& why);
  result<void> recover(std::string& why);
  [[nodiscard]] queue::settings settings_of(std::uint64_t& seed, bool journaled);
  void make_lanes(std::uint32_t count, const sync::placement& plan, journal::journal* log);
  result<void> start_threads(const sync::placement& plan);
  void run(lane_place& place) noexcept;
  static void wake(void* context) noexcept;

  options options_;
  sync::latch_flag journals_;
  queue::region_rates region_rates_;
  sync::place_count shard_places_;
  sync::place_count on_demand_places_{on_demand_streams_max};
  sync::recent_times<creating_max> stream_creations_;
  sync::place_count move_places_{message_moves_running_max};
  sync::memory_budget budget_;
  std::unique_ptr<base::clock> clock_;
  sync::virtual_clock* virtual_ = nullptr;
  extent_source extents_;
  sync::extent_stock stock_{extents_, budget_};
  std::optional<sync::block_store> blocks_;
  sync::claim_table<client_place> places_;
  std::vector<port_view> views_;
  std::optional<api::transfer_mesh> mesh_;
  std::unique_ptr<api::data_dir> data_;
  std::vector<std::unique_ptr<lane_place>> lanes_;
  sync::stop_flag stop_;
  base::tag_key secret_;
  bool may_spin_ = true;
  bool journal_by_callers_ = false;
};

}  // namespace detail
}  // namespace v1
}  // namespace millrace
