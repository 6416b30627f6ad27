// DescribeAccountSettings and UpdateAccountSettings: whether the account has committed itself to
// the throughput of On-demand Advantage, for a day at least. The engine keeps it.
#include <algorithm>
#include <charconv>

#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace update_in = shapes::update_account_settings_input;
namespace out = shapes::describe_account_settings_output;
namespace update_out = shapes::update_account_settings_output;
namespace row = shapes::minimum_throughput_billing_commitment_output;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::string_view since_key = "ThroughputCommitmentStartedAt";
constexpr std::string_view until_key = "ThroughputCommitmentEndedAt";

enum : std::uint8_t { asked, set };

bool running(const call& c) { return c.committed.running(now_ms(c)); }

progress answer(call& c, aws::member_id member) {
  const commitment& is = c.committed;
  const bool ending = running(c) && is.until_ms != 0;
  return reply(c, 200, [&](aws::reply_writer& writer) {
    writer.member(member);
    writer.begin_structure();
    writer.text(row::status, ending       ? "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
                             : running(c) ? "ENABLED"
                                          : "DISABLED");
    if (is.since_ms != 0) writer.timestamp(row::started_at, is.since_ms);
    if (is.until_ms != 0) writer.timestamp(row::ended_at, is.until_ms);
    if (running(c)) writer.timestamp(row::earliest_allowed_end_at, is.since_ms + day_ms);
    writer.end_structure();
  });
}

progress ask(call& c) {
  c.stage = asked;
  return submitted(c, streams(c).submit_get_account(c.token));
}

progress describe(call& c) { return read(c) ? ask(c) : progress::answered; }

progress described(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  c.committed = commitment_of(done.stream->account);
  return answer(c, out::minimum_throughput_billing_commitment);
}

progress update(call& c) {
  namespace wanted = shapes::minimum_throughput_billing_commitment_input;
  if (!read(c)) return progress::answered;
  c.enables =
      c.input[update_in::minimum_throughput_billing_commitment][wanted::status].text() == "ENABLED";
  return ask(c);
}

progress change(call& c, const account_settings& account) {
  c.committed = commitment_of(account);
  if (c.enables) {
    if (!running(c)) c.committed.since_ms = now_ms(c);
    c.committed.until_ms = 0;
  } else if (running(c)) {
    c.committed.until_ms = std::max(now_ms(c), c.committed.since_ms + day_ms);
  }
  auto stored = account.stored;
  std::erase_if(stored,
                [](const auto& one) { return one.first == since_key || one.first == until_key; });
  stored.emplace_back(since_key, std::to_string(c.committed.since_ms));
  stored.emplace_back(until_key, std::to_string(c.committed.until_ms));
  c.stage = set;
  return submitted(c, streams(c).submit_set_account(stored, c.token, account.revision));
}

progress updated(call& c, const completion& done) {
  if (done.status == errc::changed_meanwhile) return ask(c);
  if (done.status != errc::ok) return fail(c, done.status);
  return c.stage == asked ? change(c, done.stream->account)
                          : answer(c, update_out::minimum_throughput_billing_commitment);
}

}  // namespace

commitment commitment_of(const account_settings& account) {
  commitment is;
  for (const auto& [key, value] : account.stored) {
    std::int64_t* const number = key == since_key   ? &is.since_ms
                                 : key == until_key ? &is.until_ms
                                                    : nullptr;
    if (number != nullptr) std::from_chars(value.data(), value.data() + value.size(), *number);
  }
  return is;
}

const handler describe_account_settings = handler_on<describe, nullptr, described>();
const handler update_account_settings = handler_on<update, nullptr, updated>();

}  // namespace millrace::kinesis
