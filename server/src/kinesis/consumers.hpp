// Consumers of enhanced fan-out: how requests name them, and what answers tell of them.
#pragma once

#include <optional>
#include <string_view>

#include "kinesis/editing.hpp"

namespace millrace::kinesis {

/// The consumer among those of its stream that the call is about, by its name and, where the call
/// has it, the time in its ARN.
const consumer_description* find_consumer(const call& c,
                                          const std::vector<consumer_description>& all);

/// ConsumerARN, or StreamARN and ConsumerName, of a request that has been read. False: answered.
bool find_consumer_names(call& c, aws::member_id stream_arn, aws::member_id name,
                         aws::member_id arn);

inline std::string_view status_text(const consumer_description& one) noexcept {
  return one.creating ? "CREATING" : "ACTIVE";
}

/// The members of Consumer.
void write_consumer(const call& c, aws::reply_writer& writer, const consumer_description& one);

// Operations on a stream or on one of its consumers, whichever an ARN names: as editing(), but that
// the consumer must exist.

progress ask_resource(call& c);
/// How the call goes on if it was the consumer that was asked for; else nothing.
std::optional<progress> after_consumer(call& c, const completion& done);

template <decide_step Decide, answer_step Answer>
progress resume_resource(call& c, const completion& done) {
  if (const std::optional<progress> asked = after_consumer(c, done)) return *asked;
  return go_on_editing(c, done, Decide, Answer);
}
template <auto Start, decide_step Decide, answer_step Answer = succeed>
constexpr handler editing_resource() noexcept {
  return handler_on<Start, nullptr, resume_resource<Decide, Answer>>();
}

}  // namespace millrace::kinesis
