// ListShards: the shards that a filter lets through, by number, in pages. A page's token holds the
// filter and where it goes on.
#include <algorithm>
#include <cmath>

#include "kinesis/operations.hpp"
#include "kinesis/page_token.hpp"
#include "kinesis/shard_filter.hpp"
#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::list_shards_input;
namespace out = shapes::list_shards_output;

constexpr std::int64_t page_default = 1000;
constexpr std::size_t asked_at_once = 10'000;

enum stage : std::uint32_t { asked, shards_asked };

std::size_t page_size(const call& c) {
  return static_cast<std::size_t>(c.input[in::max_results].integer(page_default));
}

progress ask(call& c) {
  c.stage = asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  const aws::value& token = c.input[in::next_token];
  const bool named = c.input[in::stream_name].present() || c.input[in::stream_arn].present();
  if (token.present()) {
    if (named) return fail(c, together("StreamName"));
    if (c.input[in::shard_filter].present()) return fail(c, together("ShardFilter"));
    if (c.input[in::exclusive_start_shard_id].present()) {
      return fail(c, together("ExclusiveStartShardId"));
    }
    if (!read_page_token(c, token_kind::shards, token.text(), c.kept)) return progress::answered;
    c.stream_name = read_place(c.kept).stream;
    return ask(c);
  }
  if (!named) return fail(c, neither_token_nor_name());
  if (!find_stream(c, in::stream_name, in::stream_arn)) return progress::answered;
  const aws::value& after = c.input[in::exclusive_start_shard_id];
  if (after.present() && !read_shard(c, after.text())) return progress::answered;
  const list_place place{c.stream_name, after.present() ? c.shard + 1 : 0,
                         read_filter(c.input[in::shard_filter])};
  if (const auto wrong = check_filter(c, c.input[in::shard_filter], place.filter)) {
    return fail(c, *wrong);
  }
  c.kept = place_text(place);
  c.stream_name = read_place(c.kept).stream;
  return ask(c);
}

progress answer(call& c, const list_place& place) {
  const bool more = c.shards.size() > page_size(c);
  list_place next = place;
  if (more) {
    next.from = c.shards[page_size(c)].number;
    c.shards.resize(page_size(c));
  }
  return reply(c, 100 + c.shards.size() * 400, [&](aws::reply_writer& writer) {
    writer.member(out::shards);
    writer.begin_list();
    for (const shard_description& shard : c.shards) write_shard(writer, shard);
    writer.end_list();
    if (more) writer.text(out::next_token, page_token(c, token_kind::shards, place_text(next)));
  });
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  const list_place place = read_place(c.kept);
  std::uint32_t from = std::max(place.from, place.filter.first_shard());
  const bool first = c.stage == asked;
  if (first) {
    c.description = done.stream->description;
    c.stage = shards_asked;
  } else {
    const std::vector<shard_description>& got = done.stream->shards;
    const std::int64_t horizon = horizon_ms(c.description, now_ms(c));
    for (const shard_description& shard : got) {
      if (passes(place.filter, shard, horizon)) c.shards.push_back(shard);
    }
    if (got.size() < asked_at_once || c.shards.size() > page_size(c)) return answer(c, place);
    from = got.back().number + 1;
  }
  return submitted(
      c, streams(c).submit_list_shards(c.description.handle, from, asked_at_once, c.token, first));
}

}  // namespace

const handler list_shards = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
