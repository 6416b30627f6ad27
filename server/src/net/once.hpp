// once: something that is made when the first of the server's threads wants it; the others that
// want it meanwhile wait.
#pragma once

#include <mutex>
#include <utility>

namespace millrace::net {

class once {
 public:
  template <class Make>
  void call(Make&& make) {
    std::call_once(done_, std::forward<Make>(make));
  }

 private:
  std::once_flag done_;
};

}  // namespace millrace::net
