// The engine's MD5 under the names that the wires use.
#pragma once

#include <millrace/md5.hpp>

namespace millrace::aws {

using millrace::md5;
using millrace::md5_digest;
using millrace::md5_hasher;
using millrace::md5_job;
using millrace::md5_many;

}  // namespace millrace::aws
