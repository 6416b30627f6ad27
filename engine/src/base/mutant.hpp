// MR_MUTANT(name): whether the engine has that bug of mutant_table.hpp. False, and no code, in
// every build but one: the tests' copy of the engine that is compiled with MILLRACE_MUTANTS has the
// bug that the environment variable MILLRACE_MUTANT names. tests/mutants shows that each is found.
#pragma once

#ifndef MILLRACE_MUTANTS
#define MR_MUTANT(name) false
#else

#include <cstdint>
#include <string_view>

#include "base/mutant_table.hpp"

namespace millrace::base {

enum class mutant : std::uint8_t {
  none,
#define MR_MUTANT_NAME(name, broken, promise) name,
  MR_MUTANT_TABLE(MR_MUTANT_NAME)
#undef MR_MUTANT_NAME
};

/// One of the table.
struct mutant_line {
  std::string_view name;
  std::string_view broken;
  std::string_view promise;
};
extern const mutant_line mutant_lines[];
extern const std::size_t mutant_count;

/// Read once. An unknown name stops the program. Any thread.
mutant chosen_mutant() noexcept;

}  // namespace millrace::base

#define MR_MUTANT(name) (::millrace::base::chosen_mutant() == ::millrace::base::mutant::name)

#endif
