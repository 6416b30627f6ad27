#include "kinesis/consumers.hpp"

#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"

namespace millrace::kinesis {
namespace {

constexpr std::uint32_t consumer_asked = 100;  // beyond the stages of editing

}  // namespace

const consumer_description* find_consumer(const call& c,
                                          const std::vector<consumer_description>& all) {
  for (const consumer_description& one : all) {
    const bool same_time =
        c.consumer_created_s == 0 || one.created_at_ms / 1000 == c.consumer_created_s;
    if (one.name == c.consumer_name && same_time) return &one;
  }
  return nullptr;
}

bool find_consumer_names(call& c, aws::member_id stream_arn, aws::member_id name,
                         aws::member_id arn) {
  if (c.input[arn].present()) return find_resource(c, c.input[arn].text());
  if (!c.input[stream_arn].present() || !c.input[name].present()) {
    fail(c, invalid_argument("Either ConsumerARN or both StreamARN and ConsumerName should be "
                             "provided."));
    return false;
  }
  if (!find_resource(c, c.input[stream_arn].text())) return false;
  c.consumer_name = c.input[name].text();
  return true;
}

void write_consumer(const call& c, aws::reply_writer& writer, const consumer_description& one) {
  namespace out = shapes::consumer;
  writer.begin_structure();
  writer.text(out::consumer_name, one.name);
  writer.text(out::consumer_arn,
              consumer_arn(*c.context, c.stream_name, one.name, one.created_at_ms));
  writer.text(out::consumer_status, status_text(one));
  writer.timestamp(out::consumer_creation_timestamp, one.created_at_ms);
  writer.end_structure();
}

progress ask_resource(call& c) {
  if (c.consumer_name.empty()) return ask_settings(c);
  c.stage = consumer_asked;
  return submitted(c, streams(c).submit_list_consumers(c.stream_name, c.token));
}

std::optional<progress> after_consumer(call& c, const completion& done) {
  if (c.stage != consumer_asked) return std::nullopt;
  if (done.status != errc::ok) return fail(c, done.status);
  if (find_consumer(c, done.stream->consumers) == nullptr) return fail(c, consumer_not_found(c));
  return ask_settings(c);
}

}  // namespace millrace::kinesis
