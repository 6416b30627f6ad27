// Keys of message groups and deduplication ids, as queues call them.
#pragma once

#include "base/fifo_key.hpp"

namespace millrace::queue {

using base::fifo_id_bytes_max;
using base::fifo_key;
using base::key_of;
using base::keys_of;
using base::within;

}  // namespace millrace::queue
