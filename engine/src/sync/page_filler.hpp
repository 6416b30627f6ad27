// page_filler: a thread that has the system put memory behind extents before they are written to,
// for whoever fills a lot of it once: a page fault a page would take as long as filling them.
// A hint: where there is no thread or no such call, pages come one by one as ever.
// One thread owns it and calls it.
#pragma once

#include <cstddef>

#include "sync/doorbell.hpp"
#include "sync/inbox.hpp"
#include "sync/stop_flag.hpp"
#include "sync/thread.hpp"

namespace millrace::sync {

class page_filler {
 public:
  page_filler() noexcept;
  page_filler(const page_filler&) = delete;
  page_filler& operator=(const page_filler&) = delete;
  /// Waits for what is under way; the rest is dropped.
  ~page_filler();

  /// Both multiples of 4 KiB; mapped until the filler is destroyed. Returns at once.
  void fill(void* extent, std::size_t bytes) noexcept;

 private:
  struct pages {
    void* extent;
    std::size_t bytes;
  };

  void run() noexcept;

  inbox<pages> wanted_{8};
  doorbell bell_;
  stop_flag stop_;
  thread thread_;
};

}  // namespace millrace::sync
