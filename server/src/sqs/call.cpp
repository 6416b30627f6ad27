// What the operations of SQS share: reading a request, finding its queue, failing.
#include "sqs/call.hpp"

#include "aws/error_of.hpp"
#include "aws/read_request.hpp"

namespace millrace::sqs {
namespace {

/// Whether the URL ends in /<another account>/<name>.
bool of_another_account(std::string_view url, std::string_view account) {
  const std::size_t slash = url.substr(0, url.find('?')).rfind('/');
  if (slash == url.npos) return false;
  const std::string_view before = url.substr(0, slash);
  const std::string_view owner = before.substr(before.rfind('/') + 1);
  const bool is_account = owner.size() == 12 && owner.find_first_not_of("0123456789") == owner.npos;
  return is_account && owner != account;
}

}  // namespace

void call::reset() {
  aws::call::reset();
  queue_name = {};
  submitted_count = 0;
  failed.clear();
  names.clear();
  given = 0;
  stream.reset();
}

progress fail(call& c, const aws::error& why) {
  if (aws::is_query(c.wire) && &why.row() == &shapes::errors::queue_does_not_exist) {
    // The one text that differs between the wires.
    const aws::error older{why.row(), "The specified queue does not exist for this wsdl version."};
    aws::write_error(*c.out, older, c.wire, &shapes::model, c.head);
  } else {
    aws::write_error(*c.out, why, c.wire, &shapes::model, c.head);
  }
  return progress::answered;
}

progress fail(call& c, errc code) { return fail(c, aws::error_of(code)); }

progress submitted(call& c, const result<void>& done) {
  return done ? progress::waiting : fail(c, done.error());
}

progress succeed(call& c) { return aws::succeed(c, shapes::model); }

bool read(call& c) {
  const aws::shape_id input = shapes::model.operations[c.operation].input;
  const aws::decode_result decoded =
      aws::read_request(c.input, shapes::model, input, c.wire, *c.request);
  if (decoded) return true;
  fail(c, aws::error_of(decoded, c.wire));
  return false;
}

bool read(call& c, aws::member_id queue_url) {
  if (!read(c)) return false;
  const aws::value& url = c.input[queue_url];
  const std::string_view address = url.present() ? url.text() : c.request->path;
  c.queue_name = name_in_url(address);
  if (!c.queue_name.empty()) {
    if (!of_another_account(address, c.context->account_id)) return true;
    fail(c, errc::queue_does_not_exist);
  } else if (!url.present()) {
    fail(c, aws::missing_parameter("QueueUrl"));
  } else {
    fail(c,
         {shapes::errors::invalid_address, "The address " + std::string(url.text().substr(0, 256)) +
                                               " is not valid for this endpoint."});
  }
  return false;
}

std::string queue_url(const call& c, std::string_view queue_name) {
  const std::string_view host =
      c.request->host.empty() ? std::string_view(c.context->address) : c.request->host;
  std::string url;
  url.reserve(host.size() + queue_name.size() + 24);
  url.append(c.secure ? "https://" : "http://")
      .append(host)
      .append("/")
      .append(c.context->account_id);
  return url.append("/").append(queue_name);
}

std::string queue_arn(const service_context& context, std::string_view queue_name) {
  std::string arn = "arn:aws:sqs:" + context.region + ":" + context.account_id + ":";
  return arn.append(queue_name);
}

std::string_view name_in_arn(const service_context& context, std::string_view arn) {
  const std::string prefix = queue_arn(context, "");
  return arn.starts_with(prefix) ? arn.substr(prefix.size()) : std::string_view();
}

std::string_view name_in_url(std::string_view url) {
  if (const std::size_t query = url.find('?'); query != url.npos) url = url.substr(0, query);
  const std::size_t slash = url.rfind('/');
  return slash == url.npos ? url : url.substr(slash + 1);
}

}  // namespace millrace::sqs
