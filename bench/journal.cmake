# The journal beside bare loops on the same file system.
find_package(CLI11 REQUIRED)
if(TARGET millrace_perf)
  add_executable(journal_bench
    ${CMAKE_CURRENT_LIST_DIR}/journal_bench.cpp ${CMAKE_CURRENT_LIST_DIR}/journal_bare.cpp
    ${CMAKE_CURRENT_LIST_DIR}/journal_engine.cpp ${CMAKE_CURRENT_LIST_DIR}/journal_run.cpp
    ${CMAKE_CURRENT_LIST_DIR}/burst.cpp ${CMAKE_CURRENT_LIST_DIR}/core_watch.cpp
    ${CMAKE_CURRENT_LIST_DIR}/stolen_time.cpp)
  target_link_libraries(journal_bench PRIVATE
    millrace_flags millrace_internal millrace_perf CLI11::CLI11)
endif()
