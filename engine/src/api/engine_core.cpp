#include "api/engine_core.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "base/random.hpp"
#include "journal/local_storage.hpp"
#include "sync/extent_source.hpp"
#include "sync/machine_limits.hpp"
#include "sync/placement.hpp"
#include "sync/wait_strategy.hpp"

namespace millrace {
inline namespace v1 {
namespace detail {
namespace {

constexpr std::size_t operations_per_turn = 256;

std::uint64_t memory_max(const options& wanted) {
  if (wanted.memory_max != 0) return wanted.memory_max;
  const std::uint64_t granted = sync::read_machine_limits().memory_bytes;
  return granted == 0 ? UINT64_MAX : granted / 4 * 3;
}

}  // namespace

client_place::client_place(std::size_t lanes, std::size_t size) : window(size) {
  bell.emplace();
  // One more than the window: disconnect must fit whatever else is outstanding.
  for (std::size_t i = 0; i < lanes; ++i) {
    ports.push_back(std::make_unique<lane::port>(size + 2, *bell));
  }
}

void client_place::renew(const client_options& wanted) {
  bell.emplace(sync::waker{wanted.wake, wanted.wake_context});
  woken_outside = wanted.wake != nullptr;
  for (auto& p : ports) p->closed.clear();
}

result<std::unique_ptr<engine_core>> engine_core::open(const options& wanted, engine_seams seams,
                                                       std::string* why) {
  if (const result<void> ok = wanted.validate(); !ok) return ok.error();
  std::unique_ptr<engine_core> core(new engine_core(wanted));
  std::string words;
  const result<void> ok = core->start(std::move(seams), words);
  if (why != nullptr) *why = words;
  if (!ok) return ok.error();
  return core;
}

engine_core::engine_core(const options& wanted)
    : options_(wanted),
      region_rates_(wanted.region),
      shard_places_(shards_of_account(wanted.region)),
      budget_(memory_max(wanted)),
      extents_(wanted.extents != nullptr ? *wanted.extents : sync::mmap_extent_source()),
      places_(wanted.clients_max) {}

result<void> engine_core::start(engine_seams seams, std::string& why) {
  if (options_.clock == clock_mode::virtual_time) {
    auto made = std::make_unique<sync::virtual_clock>(
        seams.start_ns != 0 ? seams.start_ns : base::to_ms(base::wall_ns()) * base::ns_per_ms);
    virtual_ = made.get();
    clock_ = std::move(made);
  } else {
    clock_ = std::make_unique<base::system_clock>();
  }
  if (const result<void> ok = fill_stock(why); !ok) return ok.error();
  blocks_.emplace(extents_, budget_, sync::block_store::options{.stock = &stock_});

  sync::placement plan;
  std::uint32_t lanes = options_.lanes == 0 ? 1 : options_.lanes;
  if (options_.threading == thread_mode::own) {
    const result<sync::topology> machine = sync::read_topology();
    if (!machine) return machine.error();
    const result<sync::placement> made =
        sync::plan_placement(*machine, {.lanes = static_cast<int>(options_.lanes),
                                        .mode = sync::lane_mode::separate,
                                        .other_busy_threads = 1,
                                        .bind = true});
    if (!made) return made.error();
    plan = *made;
    lanes = static_cast<std::uint32_t>(plan.lanes.size());
    may_spin_ = plan.may_spin;
  }
  if (const result<void> ok = open_data(seams, lanes, why); !ok) return ok.error();
  make_lanes(lanes, plan, seams.log);
  if (data_ != nullptr) {
    if (const result<void> ok = recover(why); !ok) return ok.error();
  }
  return options_.threading == thread_mode::own ? start_threads(plan) : result<void>();
}

/// What the machine does not have is refused before it is touched: the system would end the
/// process.
result<void> engine_core::fill_stock(std::string& why) {
  constexpr std::uint64_t step = sync::extent_stock::extent_bytes;
  const std::uint64_t wanted = (options_.pool_prefault + step - 1) / step * step;
  if (wanted == 0) return {};
  const std::uint64_t granted = sync::read_machine_limits().memory_bytes;
  const std::uint64_t most = std::min(budget_.normal_max(), granted == 0 ? UINT64_MAX : granted);
  if (wanted > most) {
    why = "pool-prefault is " + std::to_string(wanted) + " bytes, and of memory-max (" +
          std::to_string(budget_.bytes_max()) + ") and the machine's memory it may take " +
          std::to_string(most);
    return errc::invalid_option;
  }
  if (stock_.fill(wanted)) return {};
  why = "the system does not give the " + std::to_string(wanted) + " bytes of pool-prefault";
  return errc::memory_full;
}

result<void> engine_core::open_data(engine_seams& seams, std::uint32_t lanes, std::string& why) {
  if (seams.directory == nullptr) {
    if (options_.data_dir.empty()) return {};
    seams.directory = std::make_unique<journal::local_storage>(options_.data_dir);
  }
  result<std::unique_ptr<api::data_dir>> opened =
      api::data_dir::open(std::move(seams.directory),
                          {.lanes = lanes,
                           .threads = seams.journal_threads,
                           .may_spin = may_spin_,
                           .record_bytes_max = options_.stream_record_size_max,
                           .journal = seams.journal,
                           .clock = seams.journal_threads ? nullptr : clock_.get()},
                          why);
  if (!opened) return opened.error();
  data_ = std::move(opened).value();
  journal_by_callers_ = !seams.journal_threads;
  return {};
}

/// Gives the lanes their state back and lets them append from then on.
result<void> engine_core::recover(std::string& why) {
  std::vector<lane::lane*> lanes;
  std::vector<std::uint32_t> owners;
  for (auto& place : lanes_) lanes.push_back(&*place->loop);
  for (int slot = 0; slot < queue::slot_count; ++slot) {
    owners.push_back(lane_of_slot(static_cast<std::uint8_t>(slot)));
  }
  base::time_ms last_ms = 0;
  if (const result<void> ok = data_->recover(lanes, owners, *blocks_, last_ms, why); !ok) {
    return ok.error();
  }
  if (!MR_MUTANT(clock_goes_back)) clock_->not_before(last_ms * base::ns_per_ms);
  for (auto& place : lanes_) {
    data_->log().set_bell(place->number, place->loop->bell());
    data_->of_lane(place->number).live(place->loop->live());
  }
  return data_->start(why);
}

queue::settings engine_core::settings_of(std::uint64_t& seed, bool journaled) {
  queue::settings limits;
  // The key must not follow from ids, which everybody sees: only a seed that was asked for, to
  // replay a run, makes both.
  const auto key = [&] { return options_.seed != 0 ? base::splitmix64(seed) : base::os_random(); };
  limits.receipt_key = {key(), key()};
  if (data_ != nullptr) {
    if (!MR_MUTANT(receipt_key_forgotten)) limits.receipt_key = data_->receipt_key();
    limits.incarnation = data_->incarnation();
    limits.log_bytes_full = std::min(limits.log_bytes_full, data_->append_bytes_max() / 5 * 2);
  }
  limits.in_flight_max = options_.in_flight_max;
  limits.rates_limited = options_.limits == limits_profile::aws;
  limits.high_throughput = &region_rates_;
  if (limits.rates_limited) limits.move_places = &move_places_;
  limits.message_bytes_max = options_.message_size_max;
  limits.short_polls_sampled = options_.short_poll_sampling;
  limits.level_max = journaled ? durability::disk : durability::memory;
  limits.level_default = options_.level.value_or(limits.level_max);
  return limits;
}

void engine_core::make_lanes(std::uint32_t count, const sync::placement& plan,
                             journal::journal* log) {
  std::uint64_t seed = options_.seed != 0 ? options_.seed : base::os_random();
  const queue::settings limits = settings_of(seed, log != nullptr || data_ != nullptr);
  secret_ = limits.receipt_key;

  mesh_.emplace(count);
  for (std::uint32_t i = 0; i < count; ++i) views_.emplace_back(places_, i);
  std::vector<sync::doorbell*> bells;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto place = std::make_unique<lane_place>();
    place->engine = this;
    place->number = i;
    const int node = plan.bind_memory ? plan.lanes[i].memory_node : any_numa_node;
    place->memory.emplace(extents_, budget_, node, &stock_);
    lane::lane_parts parts;
    parts.number = i;
    parts.lanes = count;
    parts.memory = &*place->memory;
    parts.clock = clock_.get();
    parts.log = log != nullptr ? log : data_ != nullptr ? &data_->of_lane(i) : &place->log;
    parts.ports = &views_[i];
    parts.router = &*mesh_;
    parts.budget = &budget_;
    parts.seed = base::splitmix64(seed);
    parts.limits = limits;
    parts.journals = &journals_;
    parts.stream_limits = {.level_default = limits.level_default,
                           .level_max = limits.level_max,
                           .incarnation = limits.incarnation,
                           .record_kib_journaled = options_.stream_record_size_max / 1024,
                           .change_ms = options_.stream_change_ms,
                           .shard_places = limits.rates_limited ? &shard_places_ : nullptr,
                           .on_demand_places = limits.rates_limited ? &on_demand_places_ : nullptr,
                           .creations = limits.rates_limited ? &stream_creations_ : nullptr,
                           .rates_limited = limits.rates_limited};
    parts.blocks = &*blocks_;
    parts.topic_limits = {.secret = limits.receipt_key,
                          .level_default = limits.level_default,
                          .level_max = limits.level_max,
                          .incarnation = limits.incarnation,
                          .rates_limited = limits.rates_limited};
    if (polled_by_callers() && options_.on_lane_wake != nullptr) {
      parts.external = {&engine_core::wake, place.get()};
    }
    place->loop.emplace(parts);
    bells.push_back(&place->loop->bell());
    lanes_.push_back(std::move(place));
  }
  std::vector<std::uint32_t> owners(queue::slot_count);
  for (std::size_t slot = 0; slot < owners.size(); ++slot) {
    owners[slot] = lane_of_slot(static_cast<std::uint8_t>(slot));
  }
  mesh_->connect(std::move(owners), std::move(bells));
}

result<void> engine_core::start_threads(const sync::placement& plan) {
  for (auto& place : lanes_) {
    lane_place* mine = place.get();
    sync::thread::options wanted;
    wanted.name = "mr-lane-" + std::to_string(mine->number);
    const int at = plan.lanes[mine->number].thread;
    if (plan.bind && at >= 0) wanted.cpu = plan.threads[static_cast<std::size_t>(at)].cpu;
    if (options_.on_thread_start != nullptr) {
      wanted.on_start = [this, mine] {
        options_.on_thread_start(mine->number, options_.thread_context);
      };
    }
    result<sync::thread> started = sync::thread::start(wanted, [this, mine] { run(*mine); });
    if (!started) return started.error();
    mine->runner = std::move(started).value();
  }
  return {};
}

/// The body of a lane's own thread.
void engine_core::run(lane_place& place) noexcept {
  lane::lane& loop = *place.loop;
  sync::wait_strategy wait({.may_spin = may_spin_});
  while (!stop_.requested()) {
    if (loop.poll(operations_per_turn) != 0) {
      wait.reset();
      continue;
    }
    if (!wait.idle(base::monotonic_ns())) continue;
    if (!loop.prepare_to_sleep()) continue;
    if (stop_.requested()) {
      loop.end_sleep();
      return;
    }
    loop.bell().wait(loop.next_ns());
  }
}

engine_core::~engine_core() {
  stop_.request();
  ring_all();
  for (auto& place : lanes_) place->runner.join();
  if (data_ != nullptr) {
    for (auto& place : lanes_) data_->of_lane(place->number).offer(journal::turn_end::asleep);
    data_.reset();  // writes what is left; nobody rings the lanes after that
  }
  mesh_.reset();
}

client_place* engine_core::claim_place(const client_options& wanted) {
  client_place* place = places_.claim([this](std::size_t) {
    return std::make_unique<client_place>(lanes_.size(), options_.client_window);
  });
  if (place != nullptr) place->renew(wanted);
  return place;
}

void engine_core::help(std::uint32_t lane) noexcept {
  lanes_[lane]->loop->poll(operations_per_turn);
  if (journal_by_callers_) data_->log().work();
}

void engine_core::ring_all() noexcept {
  for (auto& place : lanes_) place->loop->bell().ring();
}

void engine_core::wake(void* context) noexcept {
  const auto* place = static_cast<lane_place*>(context);
  const options& o = place->engine->options_;
  o.on_lane_wake(place->number, o.wake_context);
}

}  // namespace detail

engine::engine() noexcept = default;
engine::engine(engine&&) noexcept = default;
engine& engine::operator=(engine&&) noexcept = default;
engine::~engine() = default;
engine::engine(std::unique_ptr<detail::engine_core> core) noexcept : core_(std::move(core)) {}

result<engine> engine::open(const options& wanted, std::string* why) {
  result<std::unique_ptr<detail::engine_core>> core = detail::engine_core::open(wanted, {}, why);
  if (!core) return core.error();
  return engine(std::move(core).value());
}

recovery_summary engine::recovered() const {
  return core_->data() == nullptr ? recovery_summary() : core_->data()->recovered();
}

journal_counters engine::journal() const {
  if (core_->data() == nullptr) return {};
  const journal::journal_statistics s = core_->data()->log().statistics();
  return {.writes = s.groups,
          .syncs = s.syncs,
          .entries = s.entries,
          .bytes = s.bytes,
          .log_bytes = s.log_bytes,
          .disk_full = s.disk_full,
          .failed = s.failed,
          .failure = s.failed ? core_->data()->log().last_error() : std::string()};
}

std::uint32_t engine::lanes() const noexcept { return core_->lanes(); }

std::uint32_t engine::lane_of(std::string_view queue_name) const noexcept {
  return core_->lane_of_slot(queue::slot_of(queue_name));
}

std::int64_t engine::now_ms() const noexcept { return base::to_ms(core_->clock().now()); }

result<void> engine::advance(std::int64_t by_ms) {
  if (core_->virtual_time() == nullptr) return errc::not_supported;
  // A year is left, so that no deadline of a message lies beyond what 64 bits of nanoseconds hold.
  constexpr std::int64_t last_ms = INT64_MAX / base::ns_per_ms - std::int64_t{366} * 86'400'000;
  if (by_ms < 0 || by_ms > last_ms - now_ms()) return errc::invalid_option;
  core_->virtual_time()->advance(by_ms * base::ns_per_ms);
  core_->ring_all();
  return {};
}

std::size_t engine::poll(std::uint32_t lane, std::size_t budget) noexcept {
  MR_ASSERT(lane < core_->lanes());
  return core_->lane_at(lane).poll(budget);
}

std::int64_t engine::next_poll_ns(std::uint32_t lane) noexcept {
  MR_ASSERT(lane < core_->lanes());
  return core_->lane_at(lane).next_ns();
}

std::int64_t engine::monotonic_ns() noexcept { return base::monotonic_ns(); }

bool engine::prepare_to_sleep(std::uint32_t lane) noexcept {
  MR_ASSERT(lane < core_->lanes());
  return core_->lane_at(lane).prepare_to_sleep();
}

void engine::end_sleep(std::uint32_t lane) noexcept {
  MR_ASSERT(lane < core_->lanes());
  core_->lane_at(lane).end_sleep();
}

}  // namespace v1
}  // namespace millrace
