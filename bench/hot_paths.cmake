# The work whose instructions are counted: scripts/instructions.
add_executable(hot_paths
  ${CMAKE_CURRENT_LIST_DIR}/hot_paths.cpp ${CMAKE_CURRENT_LIST_DIR}/hot_paths_engine.cpp
  ${CMAKE_CURRENT_LIST_DIR}/hot_paths_topics.cpp
  ${CMAKE_CURRENT_LIST_DIR}/hot_paths_journal.cpp ${CMAKE_CURRENT_LIST_DIR}/hot_paths_rings.cpp)
target_link_libraries(hot_paths PRIVATE millrace_flags millrace_internal)
if(TARGET millrace_aws)
  target_sources(hot_paths PRIVATE ${CMAKE_CURRENT_LIST_DIR}/hot_paths_wire.cpp)
  target_link_libraries(hot_paths PRIVATE millrace_aws)
else()
  target_sources(hot_paths PRIVATE ${CMAKE_CURRENT_LIST_DIR}/hot_paths_no_wire.cpp)
endif()
