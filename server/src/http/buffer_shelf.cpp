#include "http/buffer_shelf.hpp"

#include <cstdlib>

namespace millrace::http {

void buffer_shelf::trim(std::size_t count) noexcept {
  for (stack* each : {&in_, &out_}) {
    while (each->count > count) std::free(each->blocks[--each->count]);
  }
}

}  // namespace millrace::http
