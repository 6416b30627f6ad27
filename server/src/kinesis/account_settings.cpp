// DescribeAccountSettings and UpdateAccountSettings: whether the account has committed itself to
// the throughput of On-demand Advantage, for a day at least. Kept as long as the process lives.
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace update_in = shapes::update_account_settings_input;
namespace out = shapes::describe_account_settings_output;
namespace update_out = shapes::update_account_settings_output;
namespace row = shapes::minimum_throughput_billing_commitment_output;

constexpr std::int64_t day_ms = 86'400'000;

progress answer(call& c, aws::member_id commitment) {
  const aws::account_state& account = *c.context->account;
  const std::int64_t since = account.committed_since_ms.get();
  const std::int64_t until = account.committed_until_ms.get();  // 0: for as long as it likes
  const bool committed = since != 0 && (until == 0 || until > now_ms(c));
  const bool ending = committed && until != 0;
  return reply(c, 200, [&](aws::reply_writer& writer) {
    writer.member(commitment);
    writer.begin_structure();
    writer.text(row::status, ending      ? "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
                             : committed ? "ENABLED"
                                         : "DISABLED");
    if (since != 0) writer.timestamp(row::started_at, since);
    if (until != 0) writer.timestamp(row::ended_at, until);
    if (committed) writer.timestamp(row::earliest_allowed_end_at, since + day_ms);
    writer.end_structure();
  });
}

progress describe(call& c) {
  return read(c) ? answer(c, out::minimum_throughput_billing_commitment) : progress::answered;
}

progress update(call& c) {
  namespace commitment = shapes::minimum_throughput_billing_commitment_input;
  if (!read(c)) return progress::answered;
  const aws::value& wanted = c.input[update_in::minimum_throughput_billing_commitment];
  aws::account_state& account = *c.context->account;
  const std::int64_t now = now_ms(c);
  const std::int64_t until = account.committed_until_ms.get();
  const bool running = account.committed_since_ms.get() != 0 && (until == 0 || until > now);
  if (wanted[commitment::status].text() == "ENABLED") {
    if (!running) account.committed_since_ms.set(now);
    account.committed_until_ms.set(0);
  } else if (running) {
    account.committed_until_ms.set(std::max(now, account.committed_since_ms.get() + day_ms));
  }
  return answer(c, update_out::minimum_throughput_billing_commitment);
}

progress nothing_to_resume(call& c, const completion&) { return fail(c, errc::not_supported); }

}  // namespace

const handler describe_account_settings = handler_on<describe, nullptr, nothing_to_resume>();
const handler update_account_settings = handler_on<update, nullptr, nothing_to_resume>();

}  // namespace millrace::kinesis
