// Any bytes as a filter policy and, after a zero byte, as a message's body: a policy is compiled or
// refused with a reason, and what is compiled says of the body what it says of it a second time.
#include <algorithm>
#include <millrace/topic.hpp>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "topic/filter_policy.hpp"

using namespace millrace;
using topic::filter_policy;

namespace {

void check(std::string_view policy, std::string_view body, filter_scope scope) {
  std::string problem;
  const auto compiled = filter_policy::parse(policy, scope, problem);
  MR_FUZZ_CHECK(compiled.has_value() == problem.empty());
  if (!compiled) return;
  // An attribute of each kind has the body as its value.
  std::vector<std::byte> attributes;
  for (const char* type : {"String", "Number", "String.Array", "Binary"}) {
    const std::string name(1, static_cast<char>('a' + attributes.size() % 3));
    static_cast<void>(append_attribute(attributes, {name, type, as_bytes(body)}));
  }
  topic::filter_subject subject;
  subject.reset(attributes, as_bytes(body));
  const bool once = compiled->matches(subject);
  MR_FUZZ_CHECK(compiled->matches(subject) == once);
  subject.reset(attributes, as_bytes(body));
  MR_FUZZ_CHECK(compiled->matches(subject) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(all.find('\0'), all.size());
  const std::string_view body = all.substr(std::min(end + 1, all.size()));
  check(all.substr(0, end), body, filter_scope::body);
  check(all.substr(0, end), body, filter_scope::attributes);
  return 0;
}
