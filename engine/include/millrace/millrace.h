/* Millrace in C: the whole of <millrace/millrace.hpp> behind functions and plain data. C11 and
 * C++20.
 *
 * Structs that may grow begin with `uint32_t struct_size`: set it to sizeof the struct as you know
 * it. The library reads and writes that much and no more; members beyond it keep their defaults.
 * A struct longer than the library knows is accepted if the rest is zero (MR_NOT_SUPPORTED if not,
 * you ask for what is not there yet); MR_INVALID_ARGUMENT for a size of 0, one that is no multiple
 * of the struct's alignment, or above MR_STRUCT_SIZE_MAX. Zero in every other member is the
 * default, so `mr_options o = {.struct_size = sizeof o};` is complete. In an array all entries have
 * the same struct_size. Structs without that member never change.
 *
 * Errors are negative, see mr_errc; counts are >= 0. A pointer that must not be null and is gives
 * MR_INVALID_ARGUMENT. Texts end with a zero byte and are copied; bytes are copied as well.
 * Nothing throws, and callbacks must not either. No thread is started unless MR_THREADS_OWN is
 * asked for. An engine's functions may be called on any thread, but a lane is polled by one thread
 * at a time; a client is used by one thread at a time. Meaning, units and limits of everything:
 * the C++ headers of the same words. */
#ifndef MILLRACE_MILLRACE_H
#define MILLRACE_MILLRACE_H

#include <millrace/c/async.h>
#include <millrace/c/base.h>
#include <millrace/c/engine.h>
#include <millrace/c/messages.h>
#include <millrace/c/moves.h>
#include <millrace/c/queues.h>
#include <millrace/c/streams.h>

#endif
