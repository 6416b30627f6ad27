#include "aws/call.hpp"

namespace millrace::aws {

void call::reset() {
  input.reset();
  stage = 0;
  stream.reset();
}

}  // namespace millrace::aws
