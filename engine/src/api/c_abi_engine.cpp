// Engines and clients in C: opening, polling, closing, and the callbacks, which go through
// functions of ours because their C types promise less. See <millrace/c/engine.h> for threads.
#include <new>

#include "api/c_abi.hpp"

namespace c_abi = millrace::c_abi;

namespace {

void lane_wake(std::uint32_t lane, void* context) noexcept {
  const mr_options& given = static_cast<mr_engine*>(context)->given;
  given.on_lane_wake(lane, given.wake_context);
}

void client_wake(void* context) noexcept {
  const mr_client_options& given = static_cast<mr_client*>(context)->given;
  given.wake(given.wake_context);
}

void* extent_allocate(void* context, std::size_t bytes, std::size_t alignment,
                      int numa_node) noexcept {
  const mr_extent_source& given = static_cast<mr_engine*>(context)->given_extents;
  return given.allocate(given.context, bytes, alignment, numa_node);
}

void extent_release(void* context, void* extent, std::size_t bytes) noexcept {
  const mr_extent_source& given = static_cast<mr_engine*>(context)->given_extents;
  given.release(given.context, extent, bytes);
}

std::int32_t read_extents(mr_engine& engine, millrace::options& to) noexcept {
  if (engine.given.extents == nullptr) return MR_OK;
  mr_extent_source& source = engine.given_extents;
  if (const auto e = c_abi::read_struct(engine.given.extents, source); e != MR_OK) return e;
  if (source.reserved != 0) return MR_NOT_SUPPORTED;
  if (source.allocate == nullptr || source.release == nullptr) return MR_INVALID_ARGUMENT;
  engine.extents = {extent_allocate, extent_release, &engine};
  to.extents = &engine.extents;
  return MR_OK;
}

std::int32_t read_options(mr_engine& engine, millrace::options& to) {
  const mr_options& o = engine.given;
  if (o.threading > MR_THREADS_OWN || o.limits > MR_LIMITS_AWS || o.clock > MR_CLOCK_VIRTUAL) {
    return MR_INVALID_OPTION;
  }
  if (o.short_poll_sampling > 1 || o.reserved != 0) return MR_INVALID_OPTION;
  to.lanes = o.lanes;
  to.threading = static_cast<millrace::thread_mode>(o.threading);
  to.limits = static_cast<millrace::limits_profile>(o.limits);
  to.clock = static_cast<millrace::clock_mode>(o.clock);
  if (o.clients_max != 0) to.clients_max = o.clients_max;
  if (o.client_window != 0) to.client_window = o.client_window;
  if (o.in_flight_max != 0) to.in_flight_max = o.in_flight_max;
  if (o.message_size_max != 0) to.message_size_max = o.message_size_max;
  to.short_poll_sampling = o.short_poll_sampling != 0;
  if (o.stream_record_size_max != 0) to.stream_record_size_max = o.stream_record_size_max;
  to.stream_change_ms = o.stream_change_ms;
  to.memory_max = o.memory_max;
  to.pool_prefault = o.pool_prefault;
  to.seed = o.seed;
  if (o.data_dir != nullptr) to.data_dir = o.data_dir;
  if (o.durability > MR_DURABILITY_DISK + 1) return MR_INVALID_OPTION;
  if (o.durability != 0) to.level = static_cast<millrace::durability>(o.durability - 1);
  if (o.account_id != nullptr) to.account_id = o.account_id;
  if (o.region != nullptr) to.region = o.region;
  to.on_thread_start = o.on_thread_start;
  to.thread_context = o.thread_context;
  if (o.on_lane_wake != nullptr) {
    to.on_lane_wake = lane_wake;
    to.wake_context = &engine;
  }
  return read_extents(engine, to);
}

/// What a lane of a polled engine is asked for needs: a lane of that number, and no thread there.
std::int32_t check_lane(const mr_engine* engine, std::uint32_t lane) noexcept {
  if (engine == nullptr || !engine->has_lane(lane)) return MR_INVALID_ARGUMENT;
  return engine->polled_by_callers ? MR_OK : MR_NOT_SUPPORTED;
}

std::int32_t open_engine(const mr_options* options, mr_engine** out) {
  auto made = std::make_unique<mr_engine>();
  if (options != nullptr) {
    if (const auto e = c_abi::read_struct(options, made->given); e != MR_OK) return e;
  }
  millrace::options wanted;
  if (const auto e = read_options(*made, wanted); e != MR_OK) return e;
  millrace::result<millrace::engine> opened = millrace::engine::open(wanted);
  if (!opened) return c_abi::code(opened.error());
  made->core = std::move(opened).value();
  made->polled_by_callers = wanted.threading == millrace::thread_mode::none;
  *out = made.release();
  return MR_OK;
}

std::int32_t connect(mr_engine& engine, const mr_client_options* options, mr_client** out) {
  auto made = std::make_unique<mr_client>();
  if (options != nullptr) {
    if (const auto e = c_abi::read_struct(options, made->given); e != MR_OK) return e;
    if (made->given.reserved != 0) return MR_NOT_SUPPORTED;
  }
  millrace::client_options wanted;
  if (made->given.wake != nullptr) wanted = {client_wake, made.get()};
  millrace::result<millrace::client> connected = engine.core.connect(wanted);
  if (!connected) return c_abi::code(connected.error());
  made->core = std::move(connected).value();
  made->home = &engine;
  engine.clients.add();
  *out = made.release();
  return MR_OK;
}

}  // namespace

mr_received* mr_engine::take_handle() noexcept {
  pool::node* const node = messages.take();
  if (node == nullptr) return nullptr;
  node->value.home = this;
  node->value.place = node;
  return &node->value;
}

std::int32_t mr_engine_open(std::uint32_t abi_version, const mr_options* options,
                            mr_engine** engine) noexcept {
  if (engine == nullptr) return MR_INVALID_ARGUMENT;
  *engine = nullptr;
  if (abi_version >> 16 != MR_ABI_VERSION >> 16) return MR_ABI_MISMATCH;
  return c_abi::guarded([=] { return open_engine(options, engine); });
}

std::int32_t mr_engine_close(mr_engine* engine) noexcept {
  if (engine == nullptr) return MR_OK;
  const bool used = engine->clients.value() != 0 || engine->messages.in_use() != 0 ||
                    engine->records.value() != 0;
  if (used) return MR_IN_USE;
  delete engine;
  return MR_OK;
}

std::int32_t mr_engine_lanes(const mr_engine* engine) noexcept {
  if (engine == nullptr) return MR_INVALID_ARGUMENT;
  return static_cast<std::int32_t>(engine->core.lanes());
}

std::int32_t mr_engine_lane_of(const mr_engine* engine, const char* queue_name) noexcept {
  if (engine == nullptr || queue_name == nullptr) return MR_INVALID_ARGUMENT;
  return static_cast<std::int32_t>(engine->core.lane_of(queue_name));
}

std::int64_t mr_engine_now_ms(const mr_engine* engine) noexcept {
  return engine == nullptr ? std::int64_t{MR_INVALID_ARGUMENT} : engine->core.now_ms();
}

std::int32_t mr_engine_advance(mr_engine* engine, std::int64_t by_ms) noexcept {
  if (engine == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=] { return c_abi::code(engine->core.advance(by_ms)); });
}

std::int32_t mr_engine_poll(mr_engine* engine, std::uint32_t lane, std::uint32_t budget) noexcept {
  if (const auto e = check_lane(engine, lane); e != MR_OK) return e;
  const std::size_t done = engine->core.poll(lane, budget);
  return static_cast<std::int32_t>(std::min<std::size_t>(done, INT32_MAX));
}

std::int64_t mr_engine_next_poll_ns(mr_engine* engine, std::uint32_t lane) noexcept {
  if (const auto e = check_lane(engine, lane); e != MR_OK) return e;
  return engine->core.next_poll_ns(lane);
}

std::int32_t mr_engine_prepare_to_sleep(mr_engine* engine, std::uint32_t lane) noexcept {
  if (const auto e = check_lane(engine, lane); e != MR_OK) return e;
  return engine->core.prepare_to_sleep(lane) ? 1 : 0;
}

std::int32_t mr_engine_end_sleep(mr_engine* engine, std::uint32_t lane) noexcept {
  if (const auto e = check_lane(engine, lane); e != MR_OK) return e;
  engine->core.end_sleep(lane);
  return MR_OK;
}

std::int32_t mr_client_connect(mr_engine* engine, const mr_client_options* options,
                               mr_client** client) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  *client = nullptr;
  if (engine == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=] { return connect(*engine, options, client); });
}

std::int32_t mr_client_close(mr_client* client) noexcept {
  if (client == nullptr) return MR_OK;
  mr_engine* const home = client->home;
  delete client;
  home->clients.drop();
  return MR_OK;
}
