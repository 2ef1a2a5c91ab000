# Flags that all of our own code is built with; third-party headers are system headers.
add_library(bulkhead_flags INTERFACE)
target_compile_options(bulkhead_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in std::string's operator+ where there are none (GCC bug 105651).
  target_compile_options(bulkhead_flags INTERFACE -Wno-restrict)
endif()
if(BULKHEAD_WERROR)
  target_compile_options(bulkhead_flags INTERFACE -Werror)
endif()
# What users run is the same bytes wherever it was built; debuggers want the real paths elsewhere.
target_compile_options(bulkhead_flags INTERFACE
                       $<$<CONFIG:Release>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>)
# Tests and fuzz targets are some hundred programs: the quick linker where there is one. What users
# run is linked by the system's own.
find_program(BULKHEAD_MOLD mold)
if(BULKHEAD_MOLD)
  add_link_options($<$<NOT:$<CONFIG:Release>>:-fuse-ld=mold>)
endif()
target_compile_definitions(bulkhead_flags INTERFACE BULKHEAD_VERSION="${PROJECT_VERSION}")
if(isal_FOUND)
  target_compile_definitions(bulkhead_flags INTERFACE BULKHEAD_HAVE_ISAL=1)
endif()
