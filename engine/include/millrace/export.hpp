// MR_EXPORT marks what the shared library shows; everything else in it is hidden. It stands before
// the name of a class, or before a free function's declaration, in the public headers only.
#pragma once

#define MR_EXPORT __attribute__((visibility("default")))
