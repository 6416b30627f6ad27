// call: an aws::call of Kinesis: which stream the request is about, and what its operations
// remember between submit and resume. See aws/call.hpp.
#pragma once

#include <cstdint>
#include <millrace/stream_client.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/call.hpp"
#include "aws/tables/kinesis.hpp"

namespace millrace::kinesis {

namespace shapes = aws::kinesis;

using aws::handler;
using aws::progress;
using aws::service_context;

/// To a minimal throughput, of the account.
struct commitment {
  std::int64_t since_ms = 0;  ///< 0: never
  std::int64_t until_ms = 0;  ///< 0: it has no end yet
  [[nodiscard]] bool running(std::int64_t now_ms) const noexcept {
    return since_ms != 0 && (until_ms == 0 || until_ms > now_ms);
  }
};
/// What is stored about it.
commitment commitment_of(const account_settings& account);

struct call : aws::call {
  void reset() override;

  std::string_view stream_name;    ///< into the request, or `kept`
  std::string_view consumer_name;  ///< into the request
  std::string kept;                ///< text that a token held
  std::string fields;              ///< of the answer's head

  // What operations remember between submit and resume.
  std::uint32_t shard = 0;
  std::int64_t consumer_created_s = 0;  ///< 0: the request does not say
  std::int64_t consumer_created_ms = 0;
  bool consumer_creating = false;
  stream_settings settings;  ///< of what `given` says is being set
  std::uint32_t given = 0;
  stream_description description;
  std::vector<shard_description> shards;
  std::vector<std::string> names;
  std::vector<stream_description> listed;
  std::uint64_t open_shards = 0;
  std::uint64_t on_demand_streams = 0;
  commitment committed;
  bool enables = false;
  std::vector<put_entry> entries;
  std::vector<hash_key> hashes;
  std::vector<aws::md5_digest> digests;
};

/// The handler of these functions; nullptr for those that it lacks.
template <auto Start, auto Hashed, auto Resume, auto Reread = nullptr, auto GoOn = nullptr>
constexpr handler handler_on() noexcept {
  return aws::handler_on<call, Start, Hashed, Resume, Reread, GoOn>();
}

/// By the operation's place in the model.
const handler& handler_of(std::size_t operation);
extern const aws::service service;

// What handlers share.

progress fail(call& c, const aws::error& why);
/// An errc of the engine's, with the text that Kinesis has for it.
progress fail(call& c, errc code);
/// would_block cannot happen (the window covers all connections): an error as any other.
progress submitted(call& c, const result<void>& done);
/// 200 and nothing to tell.
progress succeed(call& c);

/// Reads the request and checks what the model demands of it. False: an error has been answered.
bool read(call& c);
/// And finds its stream, by name or by ARN, of which one must be there.
bool read(call& c, aws::member_id name, aws::member_id arn);
/// The same of a request that has been read.
bool find_stream(call& c, aws::member_id name, aws::member_id arn);
/// And finds its stream by ARN, which the model demands.
bool read_arn(call& c, aws::member_id arn);
/// The stream and perhaps the consumer that an ARN names, which fits the model's pattern. False: it
/// is none of this account and region; answered.
bool find_resource(call& c, std::string_view arn);
/// A shard's number into c.shard. False: no shard has such an id; answered.
bool read_shard(call& c, std::string_view id);

inline stream_client streams(const call& c) { return stream_client(*c.context->engine); }
std::int64_t now_ms(const call& c);

/// 200 with a body that write(aws::reply_writer&) makes; it writes the outer structure itself.
template <class Write>
progress reply(call& c, std::size_t bytes_expected, Write&& write) {
  return aws::reply(c, shapes::model, bytes_expected, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    write(writer);
    writer.end_structure();
  });
}

}  // namespace millrace::kinesis
