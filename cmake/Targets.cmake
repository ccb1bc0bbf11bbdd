# What a folder's CMakeLists.txt says: add_lib, add_service, add_unit_tests.

add_library(rfc2217_warnings INTERFACE)
target_compile_options(rfc2217_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond> $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>
  # g++ 12 sees overlaps in std::string that are not there when it optimises (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Asio's timers hold fences, which g++ 12 under -fsanitize=thread warns that it cannot model.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)

# add_lib(name SOURCES … USES …): libs/<name> as the target rfc2217::<name>.
# USES is the whole include rule of the folder: what is not named is not found.
function(add_lib name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  add_library(rfc2217::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/libs)
  target_link_libraries(${name} PUBLIC ${arg_USES} PRIVATE rfc2217_warnings)
endfunction()

# add_service(name SOURCES … USES …): a static <name>_core, which tests link,
# and the executable <name>, which is main.cpp alone.
function(add_service name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_library(${name}_core STATIC ${arg_SOURCES})
  target_include_directories(${name}_core PUBLIC ${PROJECT_SOURCE_DIR}/services)
  target_link_libraries(${name}_core PUBLIC ${arg_USES} PRIVATE rfc2217_warnings)
  add_executable(${name} main.cpp)
  target_link_libraries(${name} PRIVATE ${name}_core rfc2217_warnings)
  install(TARGETS ${name} DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/rfc2217)
endfunction()

# add_unit_tests(name SOURCES … USES …): one GoogleTest executable, each test a
# ctest line.
function(add_unit_tests name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_USES} GTest::gmock_main rfc2217_warnings)
  # Listing takes moments; a machine that is busy may still need more than the 5 s of the default.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 NO_PRETTY_VALUES PROPERTIES TIMEOUT 120 LABELS unit
    ENVIRONMENT TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp)
endfunction()
