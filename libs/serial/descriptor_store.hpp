#pragma once

#include <sys/types.h>

namespace serial {

/// Keeps ttys open beyond the end of this process (systemd's file descriptor store), so that the
/// next one need not open() them: that raises DTR and RTS, and what a board says meanwhile would be
/// lost. A tty goes by its device number. Called on the ports' threads, several at once.
class DescriptorStore {
public:
    virtual ~DescriptorStore() = default;

    /// What the process before had open, once; the caller's from then on. -1: nothing.
    virtual int take(dev_t device) = 0;
    /// Keeps a duplicate. One that is hung up later falls out by itself.
    virtual void keep(int descriptor, dev_t device) = 0;
    /// The tty is to be closed. False: not yet, as this process only makes room for the next one.
    virtual bool forget(dev_t device) = 0;
};

} // namespace serial
