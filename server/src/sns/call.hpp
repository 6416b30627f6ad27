// call: an aws::call of SNS: which topic or subscription the request is about, and what its
// operations remember between submit and resume. See aws/call.hpp.
#pragma once

#include <cstdint>
#include <millrace/topic_client.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/call.hpp"
#include "aws/tables/sns.hpp"

namespace millrace::sns {

namespace shapes = aws::sns;

using aws::handler;
using aws::progress;
using aws::service_context;

/// One message of a Publish or PublishBatch.
struct publication {
  std::string_view id;    ///< of its entry in a batch
  std::string_view text;  ///< what queues are told, picked from a MessageStructure
  std::string_view subject;
  bool has_subject = false;
  std::size_t bytes = 0;  ///< of the message as it came and its attributes, as SNS counts them
  publish_entry entry;
  message_id message;
  aws::md5_digest digest;
};

struct call : aws::call {
  void reset() override;

  std::string_view topic;        ///< its name, into the request
  subscription_id subscription;  ///< of a request about one
  std::string kept;              ///< text that a token held

  // What operations remember between submit and resume.
  topic_settings settings;  ///< of what `given` says is being set
  subscription_settings wanted;
  std::uint32_t given = 0;
  std::vector<std::string> names;
  std::vector<subscription_description> listed;
  std::vector<publication> publications;
};

/// The handler of these functions; nullptr for those that it lacks.
template <auto Start, auto Hashed, auto Resume>
constexpr handler handler_on() noexcept {
  return aws::handler_on<call, Start, Hashed, Resume>();
}

/// By the operation's place in the model.
const handler& handler_of(std::size_t operation);
extern const aws::service service;

// What handlers share.

progress fail(call& c, const aws::error& why);
/// An errc of the engine's, with the text that SNS has for it.
progress fail(call& c, errc code);
/// would_block cannot happen (the window covers all connections): an error as any other.
progress submitted(call& c, const result<void>& done);
/// 200 and nothing to tell; of an operation with a result, an empty one.
progress succeed(call& c);

/// Reads the request and checks what the model demands of it. False: an error has been answered.
bool read(call& c);
/// And finds the topic that a member's ARN names.
bool read_topic(call& c, aws::member_id arn);
/// And finds the subscription that a member's ARN names, and its topic.
bool read_subscription(call& c, aws::member_id arn);
/// The topic of an ARN in the parameter of this name, into c.topic. False: it is none of this
/// account and region; answered.
bool find_topic(call& c, std::string_view parameter, std::string_view arn);

inline topic_client topics(const call& c) { return topic_client(*c.context->engine); }

/// 200 with a body that write(aws::reply_writer&) makes; it writes the outer structure itself.
template <class Write>
progress reply(call& c, std::size_t bytes_expected, Write&& write) {
  return aws::reply(c, shapes::model, bytes_expected, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    write(writer);
    writer.end_structure();
  });
}

/// http://host:port as this request's sender can reach it.
std::string base_url(const call& c);

}  // namespace millrace::sns
