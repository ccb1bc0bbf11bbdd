#pragma once

namespace daemonkit {

/// For a daemon whose large buffers come and go with each round of traffic. Given back to the
/// kernel each time, they come again zeroed, page by page: in a flood that was 40 % of loggerd's
/// time. Up to 2 MiB are kept for each arena, of which a daemon of one thread has few
/// (mallopt(3)).
void keep_freed_memory();

} // namespace daemonkit
