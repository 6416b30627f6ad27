# Topics through the public face.
find_package(benchmark REQUIRED)
add_executable(bench_topics ${CMAKE_CURRENT_LIST_DIR}/bench_topics.cpp)
target_link_libraries(bench_topics PRIVATE millrace_flags millrace_internal benchmark::benchmark)
