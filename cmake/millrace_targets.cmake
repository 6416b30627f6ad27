# What every target of this project shares: warnings, sanitizers, and how a test is declared.

find_program(MILLRACE_CCACHE ccache)
if(MILLRACE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${MILLRACE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MILLRACE_CCACHE})
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

# millrace_test(<name> SOURCES <file>... [LIBS <target>...] [LABELS <label>...] [TIMEOUT <s>])
# One GoogleTest program, registered with CTest as <name>; sources see the engine's internal headers.
function(millrace_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  target_compile_options(${name} PRIVATE ${millrace_test_options})
  target_link_libraries(${name} PRIVATE millrace_flags ${arg_LIBS} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
