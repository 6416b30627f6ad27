# The inbox beside queues that producers share.
find_package(benchmark REQUIRED)
add_executable(bench_inbox ${CMAKE_CURRENT_LIST_DIR}/bench_inbox.cpp
                           ${CMAKE_CURRENT_LIST_DIR}/burst.cpp)
target_compile_options(bench_inbox PRIVATE  # in ConcurrentQueue's bulk functions, g++ 12
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
target_link_libraries(bench_inbox PRIVATE
  millrace_flags millrace_internal benchmark::benchmark benchmark::benchmark_main)
