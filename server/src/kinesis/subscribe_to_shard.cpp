// SubscribeToShard: an answer that goes on for five minutes as an event stream, with the records of
// a shard as they come; of nothing for a while, an event as well, so that the consumer knows how
// far it is. It ends early with the shard, or when another subscription takes over.
#include "aws/event_stream.hpp"
#include "http/response_stream.hpp"
#include "kinesis/consumers.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/record_output.hpp"
#include "kinesis/shard_iterator.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::subscribe_to_shard_input;
namespace place = shapes::starting_position;
namespace out = shapes::subscribe_to_shard_event;

constexpr std::int64_t quiet_ms_max = 5'000;
constexpr std::size_t event_bytes_max = 1024 * 1024;  // of data and keys
constexpr std::size_t unsent_bytes_max = 2 * 1024 * 1024;

/// What is known while the call may be away.
struct following : aws::stream_state {
  enum class step : std::uint8_t { consumer_asked, shard_asked, subscribing, reading };
  step is = step::consumer_asked;
  std::uint64_t subscription = 0;
  shard_position next;
  std::uint64_t shard_created_s = 0;
  std::int64_t until_ms = 0;
};

following& state_of(call& c) { return static_cast<following&>(*c.stream); }

bool read_names(call& c) {
  return read(c) && find_resource(c, c.input[in::consumer_arn].text()) &&
         read_shard(c, c.input[in::shard_id].text());
}

progress start(call& c) {
  if (!read_names(c)) return progress::answered;
  c.stream = std::make_unique<following>();
  return submitted(c, streams(c).submit_list_consumers(c.stream_name, c.token));
}

/// The same bytes as in start(), which found nothing wrong with them.
void reread(call& c) { static_cast<void>(read_names(c)); }

progress end(call& c) {
  http::end_stream(*c.out, c.head);
  return progress::answered;
}

progress read_on(call& c) {
  following& s = state_of(c);
  const std::int64_t left_ms = s.until_ms - now_ms(c);
  if (left_ms <= 0 || c.context->ending) return end(c);
  if (c.out->size() > unsent_bytes_max) return progress::paused;
  read_options wanted;
  wanted.from = s.next;
  wanted.bytes_max = event_bytes_max;
  wanted.wait_ms = std::min(left_ms, quiet_ms_max);
  wanted.subscription = s.subscription;
  const result<void> done = streams(c).submit_read(c.stream_name, wanted, c.token);
  return done ? progress::waiting : end(c);
}

/// A message of the stream, whose payload write(aws::reply_writer&) makes.
template <class Write>
void send(call& c,
          aws::open_message (*begin)(http::send_buffer&, std::string_view,
                                     std::string_view) noexcept,
          std::string_view name, Write&& write) {
  const http::open_piece piece = http::begin_piece(*c.out, c.head);
  const aws::open_message message = begin(*c.out, name, aws::content_type_of(c.wire));
  aws::reply_writer writer(*c.out, shapes::model, c.wire, c.operation, c.head.request_id);
  writer.begin_structure();
  write(writer);
  writer.end_structure();
  aws::finish_message(*c.out, message);
  http::finish_piece(*c.out, piece);
}

void send_initial_response(call& c) {
  const http::open_piece piece = http::begin_piece(*c.out, c.head);
  const bool cbor = c.wire == aws::wire::cbor_1_1;
  aws::write_initial_response(*c.out, aws::content_type_of(c.wire), cbor ? "\xa0" : "{}");
  http::finish_piece(*c.out, piece);
}

progress send_error(call& c, errc code) {
  namespace row = shapes::resource_in_use_exception;  // all of them have this member and no other
  const aws::error why = error_of(c, code);
  send(c, aws::begin_exception, why.row().name(),
       [&](aws::reply_writer& writer) { writer.text(row::message, why.message()); });
  return end(c);
}

progress send_records(call& c, const completion& done) {
  following& s = state_of(c);
  const read_summary& read = *done.read;
  s.next = read.next;
  const std::uint64_t last = s.next.index == 0 ? 0 : s.next.index - 1;
  const auto now_s = static_cast<std::uint64_t>(now_ms(c) / 1000);
  const sequence_number continuation =
      done.records.empty() ? sequence_number{s.shard_created_s, last, now_s, c.shard}
                           : done.records.back().sequence;
  send(c, aws::begin_event, "SubscribeToShardEvent", [&](aws::reply_writer& writer) {
    writer.member(out::records);
    write_records(writer, done.records, done.read->encrypted);
    // One or the other: the KCL takes an event with both, or with neither, for damaged.
    if (!read.end_of_shard) {
      writer.text(out::continuation_sequence_number, to_text(continuation));
    }
    writer.integer(out::millis_behind_latest, read.behind_ms);
    if (read.end_of_shard) {
      writer.member(out::child_shards);
      write_children(writer, read.children);
    }
  });
  return read.end_of_shard ? end(c) : read_on(c);
}

std::optional<aws::error> find_start(const call& c, shard_start& from) {
  const aws::value& wanted = c.input[in::starting_position];
  return read_start(c, wanted[place::type].text(), wanted[place::sequence_number],
                    wanted[place::timestamp], from);
}

progress subscribe(call& c, const completion& done) {
  const std::vector<shard_description>& shards = done.stream->shards;
  if (shards.empty() || shards.front().number != c.shard) {
    return fail(c, errc::shard_does_not_exist);
  }
  shard_start from;
  if (const auto wrong = find_start(c, from)) return fail(c, *wrong);
  following& s = state_of(c);
  s.shard_created_s = shards.front().starting.created_s;
  s.is = following::step::subscribing;
  return submitted(
      c, streams(c).submit_subscribe(c.stream_name, c.consumer_name, c.shard, from, c.token));
}

progress begin(call& c, const completion& done) {
  following& s = state_of(c);
  s.subscription = done.stream->subscription.id;
  s.next = done.stream->subscription.from;
  s.until_ms = now_ms(c) + subscription_seconds * 1000;
  s.is = following::step::reading;
  c.head.content_type = aws::event_stream_type;
  http::begin_stream(*c.out, c.head);
  send_initial_response(c);
  return read_on(c);
}

progress resume(call& c, const completion& done) {
  following& s = state_of(c);
  if (s.is == following::step::reading) {
    return done.status == errc::ok ? send_records(c, done) : send_error(c, done.status);
  }
  if (done.status == errc::invalid_position) {
    const aws::value& wanted = c.input[in::starting_position];
    return fail(c, invalid_start(c, wanted[place::type].text(), wanted[place::sequence_number],
                                 wanted[place::timestamp]));
  }
  if (done.status != errc::ok) return fail(c, done.status);
  switch (s.is) {
    case following::step::consumer_asked:
      if (find_consumer(c, done.stream->consumers) == nullptr) {
        return fail(c, consumer_not_found(c));
      }
      s.is = following::step::shard_asked;
      return submitted(c, streams(c).submit_list_shards(c.stream_name, c.shard, 1, c.token));
    case following::step::shard_asked: return subscribe(c, done);
    default: return begin(c, done);
  }
}

}  // namespace

const handler subscribe_to_shard = handler_on<start, nullptr, resume, reread, read_on>();

}  // namespace millrace::kinesis
