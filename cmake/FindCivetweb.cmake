# Debian 12's own civetweb-config.cmake demands /usr/bin/civetweb, which
# libcivetweb-dev does not bring; so find the library by hand.
find_path(Civetweb_INCLUDE_DIR CivetServer.h)
find_library(Civetweb_LIBRARY civetweb)
find_library(Civetweb_CPP_LIBRARY civetweb-cpp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Civetweb
  REQUIRED_VARS Civetweb_LIBRARY Civetweb_CPP_LIBRARY Civetweb_INCLUDE_DIR)
if(Civetweb_FOUND AND NOT TARGET Civetweb::cpp)
  add_library(Civetweb::cpp INTERFACE IMPORTED)
  target_include_directories(Civetweb::cpp INTERFACE ${Civetweb_INCLUDE_DIR})
  target_link_libraries(Civetweb::cpp INTERFACE ${Civetweb_CPP_LIBRARY} ${Civetweb_LIBRARY})
endif()
