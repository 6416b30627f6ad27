#include "aws/call.hpp"

#include "aws/query_json_writer.hpp"
#include "aws/xml_writer.hpp"

namespace millrace::aws {

void call::reset() {
  input.reset();
  stage = 0;
  stream.reset();
}

progress succeed(call& c, const service_model& model) {
  if (!is_query(c.wire)) {
    http::write_response(*c.out, c.head, {});
    return progress::answered;
  }
  const http::open_response open = http::begin_response(*c.out, c.head);
  if (c.wire == wire::query) {
    xml_writer(*c.out, model, c.operation, c.head.request_id).empty_answer();
  } else {
    query_json_writer(*c.out, model, c.operation, c.head.request_id).empty_answer();
  }
  http::finish_response(*c.out, open);
  return progress::answered;
}

}  // namespace millrace::aws
