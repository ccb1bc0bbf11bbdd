#include "daemonkit/freed_memory.hpp"

#include <malloc.h>

namespace daemonkit {

void keep_freed_memory()
{
    constexpr int kept = 2 * 1024 * 1024;
    ::mallopt(M_MMAP_THRESHOLD, kept);
    ::mallopt(M_TRIM_THRESHOLD, kept);
}

} // namespace daemonkit
