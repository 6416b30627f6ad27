// Operations of SNS that need what this version does not have: a telephone network, the push
// services of mobile platforms, and the inspection of messages for personal data.
#include <array>

#include "sns/errors.hpp"
#include "sns/operations.hpp"

namespace millrace::sns {
namespace {

struct area {
  std::string_view part_of_name;
  std::string_view why;
};
/// The first that fits an operation's name.
constexpr std::array<area, 6> areas{{
    {"SMS", "text messages are not sent"},
    {"Phone", "text messages are not sent"},
    {"Origination", "text messages are not sent"},
    {"DataProtection", "messages are not inspected"},
    {"Platform", "nothing is pushed to mobile devices"},
    {"Endpoint", "nothing is pushed to mobile devices"},
}};

progress refuse(call& c) {
  if (!read(c)) return progress::answered;
  const std::string_view name = shapes::model.operations[c.operation].name;
  std::string_view why = "it is unknown here";
  for (const area& each : areas) {
    if (name.find(each.part_of_name) == name.npos) continue;
    why = each.why;
    break;
  }
  return fail(c, not_served(name, why));
}

progress nothing_to_resume(call& c, const completion& done) { return fail(c, done.status); }

}  // namespace

const handler not_served_yet = handler_on<refuse, nullptr, nothing_to_resume>();

}  // namespace millrace::sns
