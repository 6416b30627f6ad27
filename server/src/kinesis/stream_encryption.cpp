// StartStreamEncryption and StopStreamEncryption: a flag and a key's name, told to who asks;
// records lie here as they came.
#include "aws/constraints.hpp"
#include "kinesis/editing.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace start_in = shapes::start_stream_encryption_input;
namespace stop_in = shapes::stop_stream_encryption_input;

progress only_kms(call& c) {
  return fail(c, validation(aws::one_violation("'NONE'", "encryptionType",
                                               "Member must satisfy enum value set: [KMS]")));
}

progress start_starting(call& c) {
  if (!read(c, start_in::stream_name, start_in::stream_arn)) return progress::answered;
  return c.input[start_in::encryption_type].text() == "KMS" ? ask_settings(c) : only_kms(c);
}
std::optional<aws::error> start_it(call& c) {
  c.settings.encryption_key = c.input[start_in::key_id].text();
  c.given = given_encryption;
  return std::nullopt;
}

progress start_stopping(call& c) {
  if (!read(c, stop_in::stream_name, stop_in::stream_arn)) return progress::answered;
  return c.input[stop_in::encryption_type].text() == "KMS" ? ask_settings(c) : only_kms(c);
}
std::optional<aws::error> stop_it(call& c) {
  if (!c.description.settings.encryption_key.empty()) c.given = given_encryption;
  return std::nullopt;
}

}  // namespace

const handler start_stream_encryption = editing<start_starting, start_it>();
const handler stop_stream_encryption = editing<start_stopping, stop_it>();

}  // namespace millrace::kinesis
