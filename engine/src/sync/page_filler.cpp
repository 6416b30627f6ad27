#include "sync/page_filler.hpp"

#include "sync/extent_source.hpp"

namespace millrace::sync {

page_filler::page_filler() noexcept {
  result<thread> started = thread::start({.name = "mr-pages"}, [this] { run(); });
  if (started) thread_ = std::move(started).value();
}

page_filler::~page_filler() {
  stop_.request();
  bell_.ring();
  thread_.join();
}

void page_filler::fill(void* extent, std::size_t bytes) noexcept {
  if (wanted_.push({extent, bytes})) bell_.ring();
}

void page_filler::run() noexcept {
  while (!stop_.requested()) {
    pages next{};
    if (wanted_.pop(std::span(&next, 1)) == 1) {
      static_cast<void>(fill_pages(next.extent, next.bytes));
      continue;
    }
    bell_.prepare_to_sleep();
    // Once more: a ring before the announcement woke nobody.
    if (stop_.requested() || !wanted_.empty()) {
      bell_.cancel();
    } else {
      bell_.wait(no_deadline);
    }
  }
}

}  // namespace millrace::sync
