# The rings: ring_table (interleaved, gated) and bench_rings (Google Benchmark's usual table).
find_package(benchmark REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 REQUIRED)
find_path(READERWRITERQUEUE_INCLUDE readerwriterqueue/readerwriterqueue.h)

if(READERWRITERQUEUE_INCLUDE AND TARGET millrace_perf)
  add_library(millrace_ring_bench STATIC burst.cpp core_watch.cpp ring_series.cpp)
  target_include_directories(millrace_ring_bench PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(millrace_ring_bench PUBLIC millrace_internal millrace_perf Boost::headers
                                            PRIVATE millrace_flags)

  add_executable(ring_table
    ring_table.cpp ring_throughput.cpp ring_round_trip.cpp ring_fanout.cpp ring_mesh.cpp
    ring_collapse.cpp)
  target_link_libraries(ring_table PRIVATE millrace_flags millrace_ring_bench CLI11::CLI11)

  # g++ 12 imagines an overflow inside the rivals' inlined atomics.
  target_compile_options(ring_table PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)

  add_executable(bench_rings bench_rings.cpp)
  target_compile_options(bench_rings PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
  target_link_libraries(bench_rings
    PRIVATE millrace_flags millrace_ring_bench benchmark::benchmark benchmark::benchmark_main)
else()
  message(STATUS "ring benchmarks: off (need MILLRACE_PERF and libreaderwriterqueue-dev)")
endif()
