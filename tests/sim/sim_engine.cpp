#include "sim_engine.hpp"

#include "sim_storage.hpp"
#include "sync/extent_source.hpp"

namespace millrace::sim {

result<std::unique_ptr<detail::engine_core>> open_engine(sim_disk& disk, const history_plan& plan,
                                                         const engine_choice& wanted,
                                                         std::string& why) {
  // From the heap: an engine lives for a thousandth of a second, and its memory is used again.
  static extent_source heap = sync::heap_extent_source();
  base::random random(wanted.seed);
  options o;
  o.extents = &heap;
  o.lanes = wanted.lanes;
  o.clock = clock_mode::virtual_time;
  o.seed = random.next() | 1;
  o.memory_max = std::uint64_t{1} << 30;
  o.in_flight_max = plan.in_flight_max;
  o.client_window = 64;
  o.clients_max = 64;

  journal::local_journal::options j;
  j.segment_bytes = plan.segment_bytes;
  j.segment_bytes_min = plan.segment_bytes_min;
  j.append_bytes_max = plan.append_bytes_max;
  j.log_bytes_slack = plan.log_bytes_slack;
  j.gathers = plan.gathers;
  j.incarnation = static_cast<std::uint32_t>(random.next()) | 1U;
  const std::uint64_t id[2] = {random.next(), random.next()};
  std::memcpy(j.fresh.id.data(), id, sizeof id);
  j.fresh.receipt_key = {random.next(), random.next()};

  detail::engine_seams seams;
  seams.directory = std::make_unique<sim_storage>(disk);
  seams.journal_threads = false;
  seams.journal = &j;
  seams.start_ns = wanted.start_ns;
  return detail::engine_core::open(o, std::move(seams), &why);
}

}  // namespace millrace::sim
