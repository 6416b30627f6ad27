// DescribeLimits: what the account has, over all lanes, and may have.
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace out = shapes::describe_limits_output;

// Stage n asks lane n.

progress ask(call& c) {
  return submitted(c, c.context->engine->submit_statistics(c.stage, c.token));
}

progress start(call& c) { return read(c) ? ask(c) : progress::answered; }

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  c.open_shards += done.statistics->open_shards;
  c.on_demand_streams += done.statistics->on_demand_streams;
  if (++c.stage < c.context->lanes) return ask(c);
  return reply(c, 150, [&](aws::reply_writer& writer) {
    writer.integer(out::shard_limit, shards_of_account(c.context->region));
    writer.integer(out::open_shard_count, static_cast<std::int64_t>(c.open_shards));
    writer.integer(out::on_demand_stream_count, static_cast<std::int64_t>(c.on_demand_streams));
    writer.integer(out::on_demand_stream_count_limit, on_demand_streams_max);
  });
}

}  // namespace

const handler describe_limits = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
