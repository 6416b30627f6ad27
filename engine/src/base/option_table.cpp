// The rows of struct options, each tied to its member. A new engine option is added here and in
// <millrace/options.hpp>, and nowhere else. Called while an engine or a server starts.
#include <array>
#include <millrace/option_table.hpp>

#include "base/option_text.hpp"

namespace millrace {
inline namespace v1 {
namespace {

using base::parse_number;

struct binding {
  void (*set)(options&, std::string_view);  // the value has been checked
  std::string (*get)(const options&);
};

template <auto Member>
constexpr binding number() {
  return {[](options& target, std::string_view value) {
            using number_type = std::remove_reference_t<decltype(target.*Member)>;
            target.*Member = static_cast<number_type>(*parse_number(value));
          },
          [](const options& source) { return std::to_string(source.*Member); }};
}

template <auto Member>
constexpr binding text() {
  return {[](options& target, std::string_view value) { target.*Member = value; },
          [](const options& source) { return source.*Member; }};
}

template <auto Member>
constexpr binding flag() {
  return {[](options& target, std::string_view value) { target.*Member = value == "true"; },
          [](const options& source) { return std::string(source.*Member ? "true" : "false"); }};
}

constexpr binding threading{
    [](options& target, std::string_view value) {
      target.threading = value == "own" ? thread_mode::own : thread_mode::none;
    },
    [](const options& source) {
      return std::string(source.threading == thread_mode::own ? "own" : "none");
    }};

constexpr binding limits{
    [](options& target, std::string_view value) {
      target.limits = value == "aws" ? limits_profile::aws : limits_profile::open;
    },
    [](const options& source) {
      return std::string(source.limits == limits_profile::aws ? "aws" : "open");
    }};

constexpr binding virtual_time{
    [](options& target, std::string_view value) {
      target.clock = value == "true" ? clock_mode::virtual_time : clock_mode::system;
    },
    [](const options& source) {
      return std::string(source.clock == clock_mode::virtual_time ? "true" : "false");
    }};

constexpr std::pair<std::string_view, durability> level_names[] = {
    {"memory", durability::memory}, {"os", durability::os}, {"disk", durability::disk}};

constexpr binding level{[](options& target, std::string_view value) {
                          target.level.reset();
                          for (const auto& [name, level_of_name] : level_names) {
                            if (name == value) target.level = level_of_name;
                          }
                        },
                        [](const options& source) {
                          for (const auto& [name, level_of_name] : level_names) {
                            if (source.level == level_of_name) return std::string(name);
                          }
                          return std::string(source.level ? "replicated" : "auto");
                        }};

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t number_max = UINT64_MAX;

constexpr std::array rows{
    option_row{.name = "data",
               .kind = option_kind::text,
               .unit = "directory",
               .max = 4096,
               .sentence =
                   "Directory of the journal, made if it is missing; empty keeps everything "
                   "in memory."},
    option_row{.name = "durability",
               .kind = option_kind::choice,
               .fallback = "auto",
               .choices = "auto|memory|os|disk",
               .sentence = "What acknowledged messages survive where a queue asks for no level of "
                           "its own: a power cut (disk), the end of the process (os), neither "
                           "(memory); auto is disk with a data directory, else memory."},
    option_row{.name = "limits",
               .kind = option_kind::choice,
               .fallback = "open",
               .choices = "open|aws",
               .sentence = "Enforce the sizes of AWS only (open), or its rates and waits as well "
                           "(aws)."},
    option_row{.name = "lanes",
               .kind = option_kind::number,
               .unit = "lanes",
               .fallback = "0",
               .min = 1,
               .max = 256,
               .zero = "as many as the placement plan finds room for",
               .sentence = "Core-owned partitions among which queues are shared out."},
    option_row{.name = "threading",
               .kind = option_kind::choice,
               .fallback = "none",
               .choices = "none|own",
               .sentence = "Lanes run when their caller polls (none), or each on a pinned thread "
                           "of the engine (own)."},
    option_row{.name = "memory-max",
               .kind = option_kind::bytes,
               .unit = "bytes",
               .fallback = "0",
               .min = 16 * kib * kib,
               .max = 1024 * kib * kib * kib * kib,
               .zero = "75 % of what the cgroup, or else the machine, has",
               .sentence = "Messages and state may take this much; above it sends are refused, "
                           "receives and deletes go on."},
    option_row{.name = "pool-prefault",
               .kind = option_kind::bytes,
               .unit = "bytes",
               .fallback = "0",
               .min = 2 * kib * kib,
               .max = 1024 * kib * kib * kib * kib,
               .zero = "nothing",
               .sentence = "Memory for bodies and for what lanes keep of them that is taken from "
                           "the system at the start and kept, so that nobody waits for a page; "
                           "part of memory-max."},
    option_row{.name = "in-flight-max",
               .kind = option_kind::number,
               .unit = "messages",
               .fallback = "120000",
               .min = 1,
               .max = 100'000'000,
               .sentence = "Messages of one queue that may be received and not yet deleted."},
    option_row{.name = "message-size-max",
               .kind = option_kind::bytes,
               .unit = "bytes",
               .fallback = "1048576",
               .min = message_bytes_min,
               .max = message_bytes_max,
               .sentence =
                   "Body and attributes of a message, and of a batch, may be this long: SQS "
                   "takes 1 MiB, and took 256 KiB before 2025."},
    option_row{.name = "stream-record-size-max",
               .kind = option_kind::bytes,
               .unit = "bytes",
               .fallback = "1048576",
               .min = kib * kib,
               .max = 10 * kib * kib,
               .sentence = "MaxRecordSizeInKiB of a stream that is kept on disk may go up to this; "
                           "for more than 1 MiB the journal keeps more room ready."},
    option_row{.name = "stream-change-ms",
               .kind = option_kind::number,
               .unit = "ms",
               .fallback = "0",
               .min = 0,
               .max = 600'000,
               .sentence = "A stream is CREATING, UPDATING or DELETING for so long, as in AWS; 0: "
                           "it is done at once."},
    option_row{.name = "short-poll-sampling",
               .kind = option_kind::flag,
               .fallback = "false",
               .sentence = "A short poll of a standard queue asks some of the hosts that SQS "
                           "spreads a queue over, and may find fewer messages than there are, or "
                           "none; a long poll finds them all."},
    option_row{.name = "clients-max",
               .kind = option_kind::number,
               .unit = "clients",
               .fallback = "256",
               .min = 1,
               .max = 4096,
               .sentence = "Producer threads that may have an inbox open at a time."},
    option_row{.name = "client-window",
               .kind = option_kind::number,
               .unit = "operations",
               .fallback = "1024",
               .min = 64,
               .max = 262144,
               .sentence = "Operations that one client may have outstanding before it must wait."},
    option_row{.name = "account-id",
               .kind = option_kind::text,
               .fallback = "000000000000",
               .min = 12,
               .max = 12,
               .form = "twelve digits",
               .matches = base::is_account_id,
               .sentence = "The account that queue URLs and ARNs name."},
    option_row{.name = "region",
               .kind = option_kind::text,
               .fallback = "us-east-1",
               .min = 1,
               .max = 63,
               .form = "lower-case letters, digits and hyphens",
               .matches = base::is_region,
               .sentence = "The region that queue ARNs name."},
    option_row{.name = "virtual-time",
               .kind = option_kind::flag,
               .fallback = "false",
               .sentence = "Time stands still until it is moved on, so that a test can jump days."},
    option_row{.name = "seed",
               .kind = option_kind::number,
               .fallback = "0",
               .min = 1,
               .max = number_max,
               .zero = "taken from the operating system",
               .sentence = "Where generated ids and receipts start; a fixed one repeats a run."},
};

constexpr std::array<binding, rows.size()> bindings{
    text<&options::data_dir>(),
    level,
    limits,
    number<&options::lanes>(),
    threading,
    number<&options::memory_max>(),
    number<&options::pool_prefault>(),
    number<&options::in_flight_max>(),
    number<&options::message_size_max>(),
    number<&options::stream_record_size_max>(),
    number<&options::stream_change_ms>(),
    flag<&options::short_poll_sampling>(),
    number<&options::clients_max>(),
    number<&options::client_window>(),
    text<&options::account_id>(),
    text<&options::region>(),
    virtual_time,
    number<&options::seed>(),
};

const binding* find_binding(std::string_view name) noexcept {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].name == name) return &bindings[i];
  }
  return nullptr;
}

}  // namespace

std::span<const option_row> option_table() noexcept { return rows; }

result<void> set_option(options& target, std::string_view name, std::string_view value) noexcept {
  const option_row* row = find_option(rows, name);
  if (row == nullptr || !check_option(*row, value)) return errc::invalid_option;
  find_binding(name)->set(target, value);
  return {};
}

std::string get_option(const options& source, std::string_view name) {
  const binding* found = find_binding(name);
  return found == nullptr ? std::string() : found->get(source);
}

result<void> options::validate() const noexcept {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!check_option(rows[i], bindings[i].get(*this))) return errc::invalid_option;
  }
  if (data_dir.empty() && level.value_or(durability::memory) > durability::memory) {
    return errc::durability_missing;
  }
  return {};
}

}  // namespace v1
}  // namespace millrace
