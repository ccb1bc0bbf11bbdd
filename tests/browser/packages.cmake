# npm's packages for these tests, in TO/node_modules; without them the tests are skipped.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/NpmPackages.cmake)
npm_packages(${FROM} ${TO} ${TO}/fetched result)
if(result STREQUAL "0")
  file(WRITE ${TO}/fetched ${npm_wanted})
elseif(NOT result STREQUAL "had")
  message(WARNING "npm ci: ${result}: the page's tests in the browser will be skipped")
endif()
