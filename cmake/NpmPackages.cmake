# npm_packages(FROM TO STAMP RESULT): what FROM/package-lock.json names, in TO/node_modules. RESULT is "had" when STAMP says
# that it was there already, "0" when npm fetched it, else why not. Whoever is content with it writes npm_wanted to STAMP.
# Nothing is run that a package brings with it; a network that is not there costs seconds, not minutes.
function(npm_packages FROM TO STAMP RESULT)
  file(SHA256 ${FROM}/package-lock.json wanted)
  set(npm_wanted ${wanted} PARENT_SCOPE)
  if(EXISTS ${STAMP})
    file(READ ${STAMP} had)
    if(had STREQUAL wanted)
      set(${RESULT} had PARENT_SCOPE)
      return()
    endif()
  endif()
  set(failed "there is no npm")
  if(NPM)
    file(COPY ${FROM}/package.json ${FROM}/package-lock.json DESTINATION ${TO})
    execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000
      WORKING_DIRECTORY ${TO} TIMEOUT 120 RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  endif()
  set(${RESULT} ${failed} PARENT_SCOPE)
endfunction()
