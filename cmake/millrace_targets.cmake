# What every target of this project shares: warnings, sanitizers, and how a test is declared.

# What was compiled in one checkout counts for all: paths in it are relative to the build directory.
find_program(MILLRACE_CCACHE ccache)
set(millrace_ccache "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1")
if(MILLRACE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${millrace_ccache};${MILLRACE_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${millrace_ccache};${MILLRACE_CCACHE}")
endif()

find_package(Threads REQUIRED)

add_library(millrace_flags INTERFACE)
# -Wno-restrict: g++ 12 sees overlaps in std::string that are not there (GCC bug 105651).
target_compile_options(millrace_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow
  "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual>" -Wcast-align
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wduplicated-cond;-Wlogical-op>"
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-interference-size;-Wno-restrict>"
  -fno-omit-frame-pointer)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64")
  target_compile_options(millrace_flags INTERFACE -mprfchw -mcx16)
endif()
if(MILLRACE_SANITIZE)
  target_compile_options(millrace_flags INTERFACE -fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(millrace_flags INTERFACE -fsanitize=${MILLRACE_SANITIZE})
endif()

# What is tested is compiled as it is shipped; the tests themselves need not be.
set(millrace_test_options $<IF:$<CONFIG:Release>,-O1,-O0>)

# millrace_command_lines(<file>...): sources that only read a command line. Optimised with sanitizers, what CLI11
# puts into each takes seven seconds to compile; as here, two. Not elsewhere: a linker may take what they have in
# common with other sources, and does not optimise, from them.
function(millrace_command_lines)
  if(MILLRACE_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O0)
  endif()
endfunction()

# What nearly all tests include is compiled once; it is a fifth of what a test's source takes. Not in a release: where it
# optimises, g++ 12 warns of std::string's own copying if its header was compiled before.
function(millrace_precompiled target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
  endif()
  if(NOT TARGET millrace_test_headers)
    find_package(GTest REQUIRED)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/test_headers.cpp CONTENT "")
    add_library(millrace_test_headers OBJECT ${PROJECT_BINARY_DIR}/test_headers.cpp)
    set_target_properties(millrace_test_headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(millrace_test_headers PRIVATE -fPIE ${millrace_test_options})  # as a program's
    target_link_libraries(millrace_test_headers PRIVATE millrace_flags GTest::gtest)
    target_precompile_headers(millrace_test_headers PRIVATE <gtest/gtest.h> <algorithm> <array> <atomic>
      <cstring> <deque> <map> <memory> <optional> <random> <span> <string> <string_view> <thread> <variant>
      <vector>)
    millrace_cached_precompiled(millrace_test_headers)
  endif()
  target_precompile_headers(${target} REUSE_FROM millrace_test_headers)
  millrace_cached_precompiled(${target})
endfunction()

# millrace_optimise(<test> <option>): for a test that does much itself. Without the precompiled header, as g++ 12
# crashes where that was made with another optimisation.
function(millrace_optimise target option)
  target_compile_options(${target} PRIVATE ${option})
  set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
endfunction()

# ccache keeps what was compiled with a precompiled header only when it is told so.
function(millrace_cached_precompiled target)
  if(MILLRACE_CCACHE)
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${millrace_ccache};CCACHE_SLOPPINESS=pch_defines,time_macros;${MILLRACE_CCACHE}")
  endif()
endfunction()

# millrace_test(<name> SOURCES <file>... [LIBS <target>...] [LABELS <label>...] [TIMEOUT <s>])
# One GoogleTest program, registered with CTest as <name>; sources see the engine's internal headers.
function(millrace_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  target_compile_options(${name} PRIVATE ${millrace_test_options})
  target_link_libraries(${name} PRIVATE millrace_flags ${arg_LIBS} GTest::gtest GTest::gtest_main)
  millrace_precompiled(${name})
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(MILLRACE_SANITIZE)  # on a slow machine a thread sanitizer needs more than what is ample without
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 4")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
