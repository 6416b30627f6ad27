# Streams through the public face.
find_package(benchmark REQUIRED)
add_executable(bench_streams ${CMAKE_CURRENT_LIST_DIR}/bench_streams.cpp)
target_link_libraries(bench_streams PRIVATE millrace_flags millrace_internal benchmark::benchmark)
