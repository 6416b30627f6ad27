// What the operations of SNS share: beginnings and ends.
#include "sns/call.hpp"

#include "sns/errors.hpp"

namespace millrace::sns {
void call::reset() {
  aws::call::reset();
  topic = {};
  subscription = {};
  kept.clear();
  settings = {};
  wanted = {};
  given = 0;
  names.clear();
  listed.clear();
  publications.clear();
}

progress fail(call& c, const aws::error& why) {
  aws::write_error(*c.out, why, c.wire, &shapes::model, c.head);
  return progress::answered;
}

progress fail(call& c, errc code) { return fail(c, error_of(code)); }

progress submitted(call& c, const result<void>& done) {
  return done ? progress::waiting : fail(c, done.error());
}

progress succeed(call& c) {
  if (shapes::model.operations[c.operation].output != aws::no_shape) {
    return reply(c, 0, [](aws::reply_writer&) {});
  }
  return aws::succeed(c, shapes::model);
}

std::string base_url(const call& c) {
  const std::string_view host =
      c.request->host.empty() ? std::string_view(c.context->address) : c.request->host;
  return std::string(c.secure ? "https://" : "http://").append(host);
}

}  // namespace millrace::sns
