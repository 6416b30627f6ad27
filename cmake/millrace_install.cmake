# What `cmake --install` puts where: headers, both libraries, the CMake package and pkg-config files.
# Tested by tests/install, which builds C and C++ programs against an installed copy.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/millrace)

install(TARGETS millrace millrace_static EXPORT millrace_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT devel
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT devel
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/millrace
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT devel
  FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(EXPORT millrace_targets NAMESPACE millrace:: FILE millrace-targets.cmake
  DESTINATION ${package_dir} COMPONENT devel)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/millrace-config.cmake.in
  millrace-config.cmake INSTALL_DESTINATION ${package_dir})
# Below 1.0 a minor version may break; from then on only a major one, which the soname follows.
write_basic_package_version_file(millrace-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/millrace-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/millrace-config-version.cmake
  DESTINATION ${package_dir} COMPONENT devel)

# The prefix is found from where the .pc file lies, so that an installed tree may be moved.
file(RELATIVE_PATH MILLRACE_PC_PREFIX
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
set(MILLRACE_PC_SUFFIX "")
set(MILLRACE_PC_NOTE "")
set(MILLRACE_PC_LIBS "-L\${libdir} -lmillrace")
configure_file(${PROJECT_SOURCE_DIR}/cmake/millrace.pc.in millrace.pc @ONLY)
set(MILLRACE_PC_SUFFIX "-static")
set(MILLRACE_PC_NOTE " (static library)")
set(MILLRACE_PC_LIBS "\${libdir}/libmillrace.a -lhwloc -lstdc++ -lm -pthread")
configure_file(${PROJECT_SOURCE_DIR}/cmake/millrace.pc.in millrace-static.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/millrace.pc ${CMAKE_CURRENT_BINARY_DIR}/millrace-static.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT devel)
